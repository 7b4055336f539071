package replenish

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// ID names a policy for ever.
type ID int64

func (id ID) String() string { return ident.Text("rpp", int64(id)) }

// ParseID reads the text form, "rpp_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("rpp", s)
	return ID(id), err
}

// Kinds of policies.
const (
	ReorderPoint = "reorder_point" // below the point, lots of an economic size (s,Q)
	MinMax       = "min_max"       // below the minimum, up to the maximum (s,S)
	OrderUpTo    = "order_up_to"   // at every review, up to the level (R,S)
)

// Kinds lists them.
var Kinds = []string{ReorderPoint, MinMax, OrderUpTo}

// Where what is missing comes from.
const (
	FromSupplier = "supplier"
	FromLocation = "location"
)

// Sources lists them.
var Sources = []string{FromSupplier, FromLocation}

// Limits of policies.
const (
	MaxDays     = 730
	MaxQuantity = 1_000_000_000 // steps
	LeastLevel  = 5000          // of service, in hundredths of a percent
	MostLevel   = 9990
	MaxRate     = 20_000 // of holding, in hundredths of a percent a year
)

// Policy says how an item is replenished at a place. What is 0 is taken from
// elsewhere: terms from the supplier's offer, levels from demand.
type Policy struct {
	ID       ID
	Item     int64 // 0: of every item at the place
	Location int64 // 0: at every place
	Kind     string
	Source   string
	From     int64 // the place that gives, where Source is FromLocation

	Service  int64       // the chance that what is there suffices, in hundredths of a percent
	Shortage money.Price // instead of Service: what it costs to lack one unit for a week

	ReviewDays int64 // how often it is looked at; 0: each week
	LeadDays   int64 // from ordering to having
	SpreadDays int64 // the standard deviation of that
	Minimum    int64 // least quantity of an order
	Pack       int64 // orders are whole packs

	OrderCost money.Price // of one order, whatever its size
	Holding   int64       // of a unit for a year, in hundredths of a percent of its cost

	ReorderAt int64 // set by a person: the point or minimum
	UpTo      int64 // the maximum or level
	Lot       int64 // the size of a lot

	Active    bool
	CreatedAt int64
	UpdatedAt int64
	Version   int64
}

// Check lists all that is wrong with a policy.
func (p *Policy) Check(l *fault.List) {
	if !slices.Contains(Kinds, p.Kind) {
		l.Add("/kind", "unknown_kind", "%.40q is no kind of policy; use one of %v", p.Kind, Kinds)
	}
	p.checkSource(l)
	p.checkGoal(l)
	within := func(at string, n, most int64) {
		if n < 0 || n > most {
			l.Add(at, "out_of_range", "between 0 and %d", most)
		}
	}
	within("/review_days", p.ReviewDays, MaxDays)
	within("/lead_days", p.LeadDays, MaxDays)
	within("/lead_spread_days", p.SpreadDays, MaxDays)
	within("/minimum_quantity", p.Minimum, MaxQuantity)
	within("/pack_size", p.Pack, MaxQuantity)
	within("/holding_rate", p.Holding, MaxRate)
	within("/reorder_at", p.ReorderAt, MaxQuantity)
	within("/up_to", p.UpTo, MaxQuantity)
	within("/lot", p.Lot, MaxQuantity)
	if p.OrderCost < 0 || p.OrderCost > money.MaxPrice {
		l.Add("/order_cost", "out_of_range", "what an order costs is not below zero, and at most %s", money.MaxPrice)
	}
	p.checkLevels(l)
}

func (p *Policy) checkSource(l *fault.List) {
	switch {
	case !slices.Contains(Sources, p.Source):
		l.Add("/source", "unknown_source", "%.40q is no source; use one of %v", p.Source, Sources)
	case p.Source == FromLocation && p.From == 0:
		l.Add("/from_location", "missing", "say which place gives")
	case p.Source == FromSupplier && p.From != 0:
		l.Add("/from_location", "unexpected", "a place gives only where the source is %q", FromLocation)
	case p.Source == FromLocation && p.From == p.Location:
		l.Add("/from_location", "same_place", "a place cannot give to itself")
	}
}

func (p *Policy) checkGoal(l *fault.List) {
	switch {
	case p.Shortage < 0 || p.Shortage > money.MaxPrice:
		l.Add("/shortage_cost", "out_of_range", "what a missing unit costs is not below zero, and at most %s", money.MaxPrice)
	case p.Shortage > 0 && p.Service != 0:
		l.Add("/service_level", "two_goals", "give a service level or what a missing unit costs, not both")
	case p.Shortage == 0 && (p.Service < LeastLevel || p.Service > MostLevel):
		l.Add("/service_level", "out_of_range", "between %d and %d hundredths of a percent", LeastLevel, MostLevel)
	}
}

func (p *Policy) checkLevels(l *fault.List) {
	switch {
	case p.Lot != 0 && p.Kind != ReorderPoint:
		l.Add("/lot", "unexpected", "only %q orders lots", ReorderPoint)
	case p.UpTo != 0 && p.Kind == ReorderPoint:
		l.Add("/up_to", "unexpected", "%q orders lots; it has no level to order up to", ReorderPoint)
	case p.ReorderAt != 0 && p.Kind == OrderUpTo:
		l.Add("/reorder_at", "unexpected", "%q orders at every review; it has no point to wait for", OrderUpTo)
	case p.UpTo != 0 && p.UpTo < p.ReorderAt:
		l.Add("/up_to", "below_minimum", "the level is not below the point at which is ordered")
	}
}
