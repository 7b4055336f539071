package restocking

import (
	"cmp"
	"slices"

	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/money"
	"orderly/internal/replenish"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/replenishment"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// Missing is what should be ordered and cannot be.
type Missing struct {
	Item, Location int64
	Quantity       int64
	Why            string // no_offer, nothing_to_give
}

// chunk is what is known of some items, and what follows.
type chunk struct {
	clock    bool // asked by the clock: policies are looked at when their day has come
	now      int64
	goods    []replenishment.Good
	places   []*stock.Location // that are replenished, the first served first
	policies map[replenish.Cell]*replenish.Policy
	demand   map[replenish.Cell][]replenish.Demanded
	levels   map[replenish.Cell]*stock.Level
	waiting  map[int64]int64
	drafts   map[replenish.Cell]int64
	offers   map[int64][]supplier.Choice
	leads    map[int64]map[int64][]int64 // by supplier and item: days that deliveries took

	looked  []replenish.Cell
	lines   []replenish.Line
	missing []Missing
}

// read reads what there is to know of the chunk's goods.
func (c *chunk) read(d *desk.Desk, r *store.Reader) error {
	ids := make([]int64, len(c.goods))
	for i, g := range c.goods {
		ids[i] = g.ID
	}
	known, err := step.CatalogOf(d, r)
	if err != nil {
		return err
	}
	c.places = placesOf(known.Locations, r)
	if c.policies, err = replenishment.PoliciesFor(r, ids); err != nil {
		return err
	}
	if c.demand, err = replenishment.DemandOf(r, ids, replenish.WeekOf(c.now)-replenish.MaxWeeks); err != nil {
		return err
	}
	c.levels = map[replenish.Cell]*stock.Level{}
	err = levels.OfItems(r, ids, func(l *stock.Level) { c.levels[replenish.Cell{Item: l.Item, Location: int64(l.Location)}] = l })
	if err != nil {
		return err
	}
	if c.waiting, err = replenishment.Waiting(r, ids); err != nil {
		return err
	}
	if c.drafts, err = replenishment.Drafts(r, ids); err != nil {
		return err
	}
	return c.readOffers(r, ids)
}

func (c *chunk) readOffers(r *store.Reader, items []int64) error {
	offers, err := suppliers.OffersOfItems(r, items)
	if err != nil {
		return err
	}
	var ids []supplier.ID
	for _, o := range offers {
		if !slices.Contains(ids, o.Supplier) {
			ids = append(ids, o.Supplier)
		}
	}
	by, err := suppliers.ByID(r, ids)
	if err != nil {
		return err
	}
	c.offers = map[int64][]supplier.Choice{}
	for _, o := range offers {
		if s := by[o.Supplier]; s != nil && s.Active && o.Active {
			c.offers[o.Item] = append(c.offers[o.Item], supplier.Choice{Offer: o, By: s, Lead: o.Lead(s)})
		}
	}
	asked := map[int64][]int64{}
	for item, list := range c.offers {
		supplier.Rank(list)
		asked[int64(list[0].Supplier)] = append(asked[int64(list[0].Supplier)], item)
	}
	c.leads = map[int64]map[int64][]int64{}
	for seller, items := range asked {
		if c.leads[seller], err = replenishment.Leads(r, seller, items); err != nil {
			return err
		}
	}
	return nil
}

// placesOf are the places that can be replenished, the ones that orders are
// served from first first.
func placesOf(all []*stock.Location, r *store.Reader) []*stock.Location {
	var out []*stock.Location
	for _, l := range all {
		if l.Active && l.Kind != "supplier" && r.Scope.Sees(int64(l.ID)) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *stock.Location) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// look decides what is proposed for the chunk.
func (c *chunk) look() {
	for _, g := range c.goods {
		c.item(g)
	}
}

// cell is an item at a place that is replenished.
type cell struct {
	replenish.Cell
	policy *replenish.Policy
	demand []replenish.Demanded
}

func (c *chunk) item(g replenishment.Good) {
	cells := c.cells(g.ID)
	for i := range cells {
		at := &cells[i]
		if c.clock && !at.due(c.now) {
			continue
		}
		c.looked = append(c.looked, at.Cell)
		waiting := int64(0)
		if i == 0 { // who waits for stock is served from wherever it comes: it is asked of the first
			waiting = c.waiting[g.ID]
		}
		c.propose(g, at, waiting)
	}
}

// cells are those of an item that have a policy. What is wanted at no place is
// wanted at the first, and what a place gets from another is wanted there, too.
func (c *chunk) cells(item int64) []cell {
	var out []cell
	for _, place := range c.places {
		at := replenish.Cell{Item: item, Location: int64(place.ID)}
		p := replenish.Choose(c.policies, at)
		if p == nil || p.Source == replenish.FromLocation && p.From == at.Location {
			continue
		}
		if p.Item == 0 && c.levels[at] == nil && len(c.demand[at]) == 0 {
			continue // nobody has ever kept it there
		}
		out = append(out, cell{Cell: at, policy: p, demand: c.demand[at]})
	}
	if len(out) > 0 {
		out[0].demand = slices.Concat(out[0].demand, c.demand[replenish.Cell{Item: item}])
	}
	for i := range out {
		if out[i].policy.Source != replenish.FromLocation {
			continue
		}
		for j := range out {
			if out[j].Location == out[i].policy.From {
				out[j].demand = slices.Concat(out[j].demand, out[i].demand)
			}
		}
	}
	return out
}

const dayMicros = int64(24 * 60 * 60 * 1_000_000)

// due reports whether the clock looks at the policy today: every day, but for
// levels that are ordered up to at every review.
func (x *cell) due(now int64) bool {
	days := x.policy.ReviewDays
	return x.policy.Kind != replenish.OrderUpTo || days < 2 || (now/dayMicros-x.policy.CreatedAt/dayMicros)%days == 0
}

func (c *chunk) propose(g replenishment.Good, at *cell, waiting int64) {
	steps := int64(1)
	for range g.Scale {
		steps *= 10
	}
	terms := replenish.Terms{Cost: money.Price(g.Cost), Steps: steps}
	var from *supplier.Choice
	if list := c.offers[g.ID]; at.policy.Source == replenish.FromSupplier && len(list) > 0 {
		from = &list[0]
		terms.LeadDays, terms.Minimum, terms.Pack, terms.Cost = from.Lead, from.Minimum, from.Pack, from.Cost
		if days, spread, ok := replenish.Lead(c.leads[int64(from.Supplier)][g.ID]); ok {
			terms.LeadDays, terms.SpreadDays = days, spread
		}
	}
	h := replenish.NewHistory(replenish.Past(at.demand, g.CreatedAt, c.now))
	position := replenish.Position{Backordered: waiting, Incoming: c.drafts[at.Cell]}
	if l := c.levels[at.Cell]; l != nil {
		position.OnHand, position.Reserved = l.OnHand, l.Reserved
		position.Incoming += l.Incoming
	}
	p := at.policy.Propose(at.policy.Levels(h, terms), terms, position)
	if p.Quantity == 0 {
		return
	}
	wanted := p.Quantity
	line := replenish.Line{Policy: at.policy.ID, Item: g.ID, Location: at.Location, Source: at.policy.Source, Cost: terms.Cost, Why: p}
	why := ""
	switch {
	case at.policy.Source == replenish.FromLocation:
		give := replenish.Cell{Item: g.ID, Location: at.policy.From}
		line.From, why = give.Location, "nothing_to_give"
		line.Why.Limit(c.free(give))
	case from == nil:
		line.Why.Quantity, why = 0, "no_offer"
	default:
		line.Supplier, line.Currency = int64(from.Supplier), from.By.Currency
	}
	if line.Quantity = line.Why.Quantity; line.Quantity == 0 {
		c.missing = append(c.missing, Missing{Item: g.ID, Location: at.Location, Quantity: wanted, Why: why})
		return
	}
	c.lines = append(c.lines, line)
}

// free is what a place can give of an item and has not been asked for by a line
// before.
func (c *chunk) free(at replenish.Cell) int64 {
	l := c.levels[at]
	if l == nil {
		return 0
	}
	n := l.OnHand - l.Reserved - l.Safety
	for i := range c.lines {
		if x := &c.lines[i]; x.Item == at.Item && x.From == at.Location {
			n -= x.Quantity
		}
	}
	return n
}
