package httpapi

import (
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/replenish"
	"orderly/internal/restocking"
	"orderly/internal/stock"
	"orderly/internal/store/replenishment"
)

// ReplenishmentTerms are what a policy says.
type ReplenishmentTerms struct {
	Kind         string `json:"kind" enum:"reorder_point,min_max,order_up_to" doc:"reorder_point: below the point, lots of an economic size. min_max: below the minimum, up to the maximum. order_up_to: at every review, up to the level."`
	Source       string `json:"source,omitempty" enum:"supplier,location" doc:"supplier when left out."`
	FromLocation string `json:"from_location,omitempty" doc:"The place that gives, where the source is location; its code or id."`
	Service      int64  `json:"service_level,omitempty" minimum:"0" maximum:"9990" doc:"How likely what is there suffices, in hundredths of a percent." example:"9500"`
	Shortage     string `json:"shortage_cost,omitempty" doc:"Instead of a service level: what it costs to lack one unit for a week, in the currency of its cost." example:"1.50"`
	ReviewDays   int64  `json:"review_days,omitempty" minimum:"0" maximum:"730" doc:"How often it is looked at; a week when left out."`
	LeadDays     int64  `json:"lead_days,omitempty" minimum:"0" maximum:"730" doc:"From ordering to having; the offer's when left out."`
	SpreadDays   int64  `json:"lead_spread_days,omitempty" minimum:"0" maximum:"730" doc:"The standard deviation of that."`
	Minimum      int64  `json:"minimum_quantity,omitempty" minimum:"0" maximum:"1000000000" doc:"In steps of the item; the offer's when left out."`
	Pack         int64  `json:"pack_size,omitempty" minimum:"0" maximum:"1000000000" doc:"Orders are whole packs; the offer's when left out."`
	OrderCost    string `json:"order_cost,omitempty" doc:"Of one order, whatever its size." example:"5.00"`
	Holding      int64  `json:"holding_rate,omitempty" minimum:"0" maximum:"20000" doc:"What holding a unit for a year costs, in hundredths of a percent of its cost." example:"2000"`
	ReorderAt    int64  `json:"reorder_at,omitempty" minimum:"0" maximum:"1000000000" doc:"Set by a person; from demand when left out."`
	UpTo         int64  `json:"up_to,omitempty" minimum:"0" maximum:"1000000000" doc:"Likewise, the maximum or level."`
	Lot          int64  `json:"lot,omitempty" minimum:"0" maximum:"1000000000" doc:"Likewise, the size of a lot."`
	Active       *bool  `json:"active,omitempty" doc:"true when left out. false of an item at a place says that it is not replenished there, whatever a wider policy says."`
}

// ReplenishmentPolicyBody sets a policy.
type ReplenishmentPolicyBody struct {
	SKU      string `json:"sku,omitempty" maxLength:"80" doc:"Every item when left out." example:"MUG-BLUE"`
	Location string `json:"location,omitempty" doc:"Every place when left out; its code or id." example:"MAIN"`
	ReplenishmentTerms
}

// ReplenishmentPolicy says how an item is replenished at a place.
type ReplenishmentPolicy struct {
	ID       string `json:"id" example:"rpp_0pmnqh2000400"`
	SKU      string `json:"sku,omitempty" doc:"Left out of every item."`
	Item     string `json:"item,omitempty" example:"itm_0pmnqh2000400"`
	Location string `json:"location,omitempty" example:"loc_0pmnqh2000400" doc:"Left out of every place."`
	ReplenishmentTerms
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
	Version   int64  `json:"version"`
	DryRun    bool   `json:"dry_run,omitempty"`
}

func (in *ReplenishmentPolicyBody) policy(c *call) (replenish.Policy, error) {
	p := replenish.Policy{
		Kind: in.Kind, Source: in.Source, Service: in.Service, ReviewDays: in.ReviewDays, LeadDays: in.LeadDays, SpreadDays: in.SpreadDays, Minimum: in.Minimum, Pack: in.Pack,
		Holding: in.Holding, ReorderAt: in.ReorderAt, UpTo: in.UpTo, Lot: in.Lot, Active: in.Active == nil || *in.Active,
	}
	if p.Source == "" {
		p.Source = replenish.FromSupplier
	}
	price := func(at, text string, to *money.Price) {
		if text == "" {
			return
		}
		v, err := money.ParsePrice(text)
		if err != nil {
			c.faults.AddError(at, err)
		}
		*to = v
	}
	price("/shortage_cost", in.Shortage, &p.Shortage)
	price("/order_cost", in.OrderCost, &p.OrderCost)
	where, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return p, err
	}
	from, err := c.location("/from_location", in.FromLocation, &c.faults)
	p.Location, p.From = int64(where), int64(from)
	if err != nil || in.SKU == "" {
		return p, err
	}
	item, err := c.item("sku:" + in.SKU)
	if err != nil {
		c.faults.Add("/sku", "unknown_sku", "no item has the SKU %.80q", in.SKU)
		return p, nil
	}
	p.Item = int64(item.ID)
	return p, nil
}

func renderReplenishmentPolicy(p *replenish.Policy, sku string) ReplenishmentPolicy {
	active := p.Active
	out := ReplenishmentPolicy{
		ID: p.ID.String(), SKU: sku, Location: locationText(p.Location), UpdatedAt: instant(p.UpdatedAt), Version: p.Version,
		ReplenishmentTerms: ReplenishmentTerms{
			Kind: p.Kind, Source: p.Source, FromLocation: locationText(p.From), Service: p.Service, Shortage: priceText(p.Shortage), ReviewDays: p.ReviewDays, LeadDays: p.LeadDays,
			SpreadDays: p.SpreadDays, Minimum: p.Minimum, Pack: p.Pack, OrderCost: priceText(p.OrderCost), Holding: p.Holding, ReorderAt: p.ReorderAt, UpTo: p.UpTo, Lot: p.Lot, Active: &active,
		},
	}
	if p.Item != 0 {
		out.Item = ident.Text("itm", p.Item)
	}
	return out
}

// Replenishment is what is proposed for an item at a place, with every figure
// that led there. Quantities are steps of the item.
type Replenishment struct {
	ID           string `json:"id,omitempty" example:"rpl_0pmnqh2000400" doc:"Left out of a dry run."`
	State        string `json:"state" enum:"open,accepted,dismissed,replaced"`
	SKU          string `json:"sku"`
	Name         string `json:"name"`
	Item         string `json:"item" example:"itm_0pmnqh2000400"`
	Location     string `json:"location" example:"loc_0pmnqh2000400"`
	Policy       string `json:"policy" example:"rpp_0pmnqh2000400"`
	Source       string `json:"source" enum:"supplier,location"`
	Supplier     string `json:"supplier,omitempty" example:"sup_0pmnqh2000400"`
	FromLocation string `json:"from_location,omitempty" example:"loc_0pmnqh2000400"`
	Quantity     int64  `json:"quantity"`
	Cost         string `json:"cost,omitempty" doc:"Of one unit."`
	Currency     string `json:"currency,omitempty"`
	Reason       string `json:"reason" doc:"In a sentence."`

	OnHand      int64  `json:"on_hand"`
	Reserved    int64  `json:"reserved"`
	Backordered int64  `json:"backordered"`
	Incoming    int64  `json:"incoming" doc:"On its way, drafts of purchase orders among it."`
	Position    int64  `json:"position" doc:"on_hand - reserved - backordered + incoming."`
	After       int64  `json:"position_after"`
	ReorderAt   int64  `json:"reorder_at"`
	UpTo        int64  `json:"up_to"`
	Lot         int64  `json:"lot,omitempty"`
	Demand      int64  `json:"expected_demand" doc:"Until an order that is made at the next look has come."`
	Safety      int64  `json:"safety" doc:"reorder_at - expected_demand."`
	Days        int64  `json:"days" doc:"Of that time."`
	Service     int64  `json:"service_level" doc:"In hundredths of a percent."`
	Class       string `json:"demand_class" enum:"none,smooth,erratic,intermittent,lumpy"`
	Weeks       int    `json:"weeks_known" doc:"Of demand."`
	Wanted      int64  `json:"wanted" doc:"Before rounding to minimum and packs."`
	Minimum     int64  `json:"minimum_quantity,omitempty"`
	Pack        int64  `json:"pack_size,omitempty"`

	Accepted  int64  `json:"accepted,omitempty" doc:"Units that were accepted."`
	Ref       string `json:"ref,omitempty" doc:"The purchase order, or the act that transferred it." example:"pur_0pmnqh2000400"`
	MadeAt    string `json:"made_at,omitempty" format:"date-time"`
	DecidedAt string `json:"decided_at,omitempty" format:"date-time"`
}

func renderReplenishment(l *replenish.Line, n replenishment.Named) Replenishment {
	w, p := &l.Why, l.Why.Position
	out := Replenishment{
		State: l.State, SKU: n.SKU, Name: n.Name, Item: ident.Text("itm", l.Item), Location: locationText(l.Location), Policy: l.Policy.String(), Source: l.Source,
		FromLocation: locationText(l.From), Quantity: l.Quantity, Cost: priceText(l.Cost), Currency: l.Currency,
		Reason: w.Reason(replenish.Written(n.Scale)),
		OnHand: p.OnHand, Reserved: p.Reserved, Backordered: p.Backordered, Incoming: p.Incoming, Position: p.Units(), After: w.After,
		ReorderAt: w.Levels.ReorderAt, UpTo: w.Levels.UpTo, Lot: w.Levels.Lot, Demand: w.Levels.Demand, Safety: w.Levels.Safety, Days: int64(w.Levels.Weeks*7 + 0.5),
		Service: int64(w.Levels.Chance*10_000 + 0.5), Class: w.Levels.Class, Weeks: w.Levels.Known, Wanted: w.Wanted, Minimum: w.Terms.Minimum, Pack: w.Terms.Pack,
		Accepted: l.Taken, MadeAt: instant(l.MadeAt), DecidedAt: instant(l.DecidedAt),
	}
	if l.ID != 0 {
		out.ID = l.ID.String()
	}
	if l.Supplier != 0 {
		out.Supplier = ident.Text("sup", l.Supplier)
	}
	switch {
	case l.Ref != 0 && l.Supplier != 0:
		out.Ref = ident.Text("pur", l.Ref)
	case l.Ref != 0:
		out.Ref = ident.Text("stk", l.Ref)
	}
	return out
}

// ReplenishmentRun is what a run came to.
type ReplenishmentRun struct {
	Items    int                    `json:"items" doc:"Looked at."`
	Cells    int                    `json:"cells" doc:"Items at places that have a policy."`
	Made     int                    `json:"made" doc:"Lines that are new; in a dry run, all that would be proposed."`
	Same     int                    `json:"same" doc:"Lines that were open and stay."`
	Replaced int                    `json:"replaced"`
	More     bool                   `json:"more,omitempty" doc:"A run makes at most 5,000 lines; there was more to propose."`
	Lines    []Replenishment        `json:"lines,omitempty" doc:"Of a dry run, the first 500."`
	Missing  []ReplenishmentMissing `json:"missing" doc:"What should be ordered and cannot be, the first 200."`
	DryRun   bool                   `json:"dry_run,omitempty"`
}

// ReplenishmentMissing is what should be ordered and cannot be.
type ReplenishmentMissing struct {
	SKU      string `json:"sku"`
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Quantity int64  `json:"quantity"`
	Why      string `json:"why" enum:"no_offer,nothing_to_give" doc:"no_offer: no active supplier offers it. nothing_to_give: the place it would come from has none free."`
}

func renderMissing(x restocking.Missing, sku string) ReplenishmentMissing {
	return ReplenishmentMissing{SKU: sku, Location: stock.LocationID(x.Location).String(), Quantity: x.Quantity, Why: x.Why}
}
