package step

import (
	"fmt"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/trouble"
)

// servePage is how many waiting lines are served at a time, and maxIdle how many
// are looked at in vain where a profile leaves them none of what is there.
const (
	servePage = 250
	maxIdle   = 4 * servePage
)

// serve gives stock that an act has freed to those who wait for it, by
// priority and age, in the same transaction: nobody who comes later can take
// it first. It reads anew, after the act has been written.
func serve(t *desk.Turn, acted *Batch, by access.Scope) error {
	if len(acted.freed) == 0 {
		return nil
	}
	waited, err := orders.ItemsWaitedFor(&t.Reader, slices.Sorted(maps.Keys(acted.freed)))
	slices.Sort(waited)
	by.Actor = access.Actor{Kind: "system", ID: "backorders"}
	for _, item := range waited {
		for limit := servePage; err == nil && limit > 0; {
			limit, err = serveItem(t, item, by, limit)
		}
	}
	return err
}

// serveItem serves the first who wait for an item, at most limit. It tells how
// many to look at next; zero when another look brings no more.
func serveItem(t *desk.Turn, item int64, by access.Scope, limit int) (next int, err error) {
	b, err := open(t)
	if err != nil {
		return 0, err
	}
	if err := b.LoadLevels([]int64{item}); err != nil {
		return 0, err
	}
	free := b.sellableAnywhere(item)
	if free == 0 {
		return 0, nil
	}
	waiting, err := orders.WaitingFor(&t.Reader, item, limit)
	if err != nil {
		return 0, err
	}
	var ids []order.ID
	for _, w := range waiting {
		ids = append(ids, w.Order)
	}
	if err := b.LoadOrdersForServing(ids); err != nil {
		return 0, err
	}
	before := free
	for _, w := range waiting {
		if free == 0 {
			break
		}
		took, err := b.serveLine(by, w)
		if err != nil {
			return 0, err
		}
		free -= took
	}
	switch {
	case len(waiting) < limit || free == 0:
		limit = 0
	case free == before: // a profile, or their methods, leave these none of it: who is behind them may get some
		limit = (2 * limit) % (2 * maxIdle)
	}
	return limit, b.Write()
}

func (b *Batch) serveLine(by access.Scope, w orders.Waiting) (int64, error) {
	o := b.Order(w.Order)
	if o == nil {
		return 0, fmt.Errorf("order %s waits for item %d but is not there", w.Order, w.Item)
	}
	l := o.Line(w.Line)
	plan := b.Plan(o, []sourcing.Demand{{Line: w.Line, Item: w.Item, Quantity: l.Q[order.Backordered]}})
	d := b.Claim(o, plan, order.Backordered)
	if len(d.Moves) == 0 {
		return 0, nil
	}
	took := int64(0)
	for _, m := range d.Moves {
		took += m.Quantity
	}
	if err := b.Apply(by, journal.OrderServed, o.ID, &d); err != nil {
		return 0, err
	}
	return took, b.PromiseLate(by, o, &plan, delivery.Served)
}

// sellableAnywhere is how many units all active locations together may give.
func (b *Batch) sellableAnywhere(item int64) int64 {
	sum := int64(0)
	for _, l := range b.Catalog.Locations {
		if l.Active {
			sum += b.sellable(item, l.ID)
		}
	}
	return sum
}

// Displaced decides which claims at a cell give up units that are not there:
// the lowest priority first, then the newest. It changes nothing. Every open
// claim on the cell must have been loaded.
func (b *Batch) Displaced(cell stock.Cell, need int64) ([]stock.Displaced, error) {
	var claims []stock.Claim
	b.EachClaim(cell, func(f *fulfillment.Fulfillment, l *fulfillment.Line) {
		may := l.Allocated()
		if f.Firm() { // a partner was asked for it
			may = 0
		}
		claims = append(claims, stock.Claim{
			Fulfillment: int64(f.ID), Order: f.Source, Line: l.Order, Allocated: may, Fixed: l.Open - may,
			Priority: f.Priority, CreatedAt: f.CreatedAt,
		})
	})
	first, need := b.displacedCheckouts(cell, need)
	if need == 0 {
		return first, nil
	}
	then, err := stock.Displace(need, claims)
	return append(first, then...), err
}

// EachClaim calls do with every open claim on a cell that was loaded.
func (b *Batch) EachClaim(cell stock.Cell, do func(*fulfillment.Fulfillment, *fulfillment.Line)) {
	for _, x := range b.fuls {
		if x.f.Location != cell.Location {
			continue
		}
		for i := range x.f.Lines {
			if l := &x.f.Lines[i]; l.Item == cell.Item && l.Stocked && l.Open > 0 {
				do(x.f, l)
			}
		}
	}
}

// GiveUp takes the units of displaced claims back to waiting.
func (b *Batch) GiveUp(by access.Scope, lost []stock.Displaced) error {
	lost, err := b.giveUpCheckouts(by, lost)
	if err != nil {
		return err
	}
	byOrder := map[order.ID]*order.Delta{}
	var ids []order.ID
	for _, x := range lost {
		id := order.ID(x.Order)
		if byOrder[id] == nil {
			byOrder[id] = &order.Delta{}
			ids = append(ids, id)
		}
		byOrder[id].Moves = append(byOrder[id].Moves, order.Move{
			Line: x.Line, From: order.Allocated, To: order.Backordered, Quantity: x.Quantity, Fulfillment: x.Fulfillment,
		})
	}
	for _, id := range ids {
		if err := b.Apply(by, journal.OrderDisplaced, id, byOrder[id]); err != nil {
			return fmt.Errorf("displace: %w", err)
		}
	}
	for _, x := range lost {
		l := b.Order(order.ID(x.Order)).Line(x.Line)
		b.AddTrouble(by, trouble.Trouble{
			Kind: trouble.Displaced, Order: x.Order, Location: int64(b.fuls[fulfillment.ID(x.Fulfillment)].f.Location), Subject: x.Fulfillment, Item: l.Item, Quantity: x.Quantity,
		})
	}
	return nil
}

// LoadClaims reads every open claim on the cells with its whole order. Each
// location's open work is looked through once, however many cells there are.
func (b *Batch) LoadClaims(cells []stock.Cell) error {
	items := map[stock.LocationID][]int64{}
	for _, c := range cells {
		if !slices.Contains(items[c.Location], c.Item) {
			items[c.Location] = append(items[c.Location], c.Item)
		}
	}
	var of []order.ID
	for _, at := range slices.Sorted(maps.Keys(items)) {
		sources, err := fulfillments.Holding(b.R, at, items[at])
		if err != nil {
			return err
		}
		for _, id := range sources {
			of = append(of, order.ID(id))
		}
	}
	if err := b.loadHolding(cells); err != nil {
		return err
	}
	return b.LoadOrders(of)
}
