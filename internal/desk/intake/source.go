package intake

import (
	"cmp"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/store/orders"
)

// SourceCommand looks again for what an order has no place for.
type SourceCommand struct {
	Order order.ID
	Takes []sourcing.Take // of unsourced units, as a batch has found; none: to be decided
}

// Sourced is the Value of a Source result, in steps over all lines.
type Sourced struct {
	Order       *order.Order
	Allocated   int64 // units that have a place now
	Backordered int64 // units that wait for stock now and did not before
}

// maxAhead is how many lines that wait for an item are looked at for those that
// come first. Beyond it nobody is served out of turn: what is left waits for
// the next delivery.
const maxAhead = 500

// Source claims stock for units that are unsourced or backordered, where there
// is some by now: a location was opened, a safety stock lowered. Unsourced units
// that nobody has are backordered, unless their item refuses it. Backordered
// ones stand in line: what others wait for longer, or with a higher priority,
// is left to them.
var Source = step.Act[SourceCommand]{
	Name: "orders.source", Permission: access.OrdersWrite,
	Load: loadSource, Decide: decideSource,
}.Operation()

func loadSource(b *step.Batch, asked []desk.Asked[SourceCommand]) error {
	of := ids(asked, func(c SourceCommand) order.ID { return c.Order })
	if err := b.LoadOrdersForServing(of); err != nil {
		return err
	}
	var items []int64
	for _, id := range of {
		if o := b.Order(id); o != nil {
			for i := range o.Lines {
				if l := &o.Lines[i]; l.Q[order.Backordered] > 0 || l.Q[order.Unsourced] > 0 {
					items = append(items, l.Item)
				}
			}
		}
	}
	slices.Sort(items)
	items = slices.Compact(items)
	if err := b.LoadItemsByID(items); err != nil {
		return err
	}
	if len(b.Catalog.Methods) > 0 {
		if err := b.LoadPromises(of); err != nil {
			return err
		}
	}
	for _, item := range items {
		if b.SellableAnywhere(item) == 0 {
			continue // nothing to share out
		}
		waiting, err := orders.UnitsWaiting(b.R, item, maxAhead)
		if err != nil {
			return err
		}
		if err := b.SetWaiting(item, waiting); err != nil {
			return err
		}
	}
	return nil
}

func decideSource(b *step.Batch, a desk.Asked[SourceCommand]) (desk.Result, error) {
	o := b.Order(a.Command.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(a.Command.Order)
	}
	if o.Sums[order.Unsourced]+o.Sums[order.Backordered] == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_to_source", "order %d has no units without a place", o.Number)
	}
	d, plan := sourceAgain(b, o, a.Command.Takes)
	out := &Sourced{Order: o}
	for _, m := range d.Moves {
		if m.To == order.Allocated {
			out.Allocated += m.Quantity
		} else {
			out.Backordered += m.Quantity
		}
	}
	if len(d.Moves) == 0 {
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged", Value: out}, nil
	}
	if err := b.Apply(a.Scope, journal.OrderSourced, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if err := b.HoldForPlace(a.Scope, o, &plan); err != nil {
		return desk.Result{}, err
	}
	if err := b.PromiseLate(a.Scope, o, &plan, delivery.Sourced); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: out}, nil
}

// sourceAgain decides what of an order has a place now. Both buckets of a line
// are asked for together, so that what it takes lies in as few places as can be.
func sourceAgain(b *step.Batch, o *order.Order, takes []sourcing.Take) (order.Delta, step.Plan) {
	var demands []sourcing.Demand
	for i := range o.Lines {
		l := &o.Lines[i]
		q := l.Q[order.Unsourced] + l.Q[order.Backordered]
		if l.Stocked && q > 0 {
			q = min(q, max(0, b.SellableAnywhere(l.Item)-b.Ahead(l.Item, o.ID, l.N)))
		}
		if q > 0 {
			demands = append(demands, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: q})
		}
	}
	plan := b.PlanTaken(o, demands, takes)
	d := b.Claim(o, plan, order.Unsourced)
	left := map[int]int64{}
	for i := range o.Lines {
		left[o.Lines[i].N] = o.Lines[i].Q[order.Unsourced]
	}
	var moves []order.Move
	for _, m := range d.Moves { // the unsourced units first, then those that were backordered
		n := min(m.Quantity, left[m.Line])
		left[m.Line] -= n
		for _, part := range [...]struct {
			from order.Bucket
			q    int64
		}{{order.Unsourced, n}, {order.Backordered, m.Quantity - n}} {
			if part.q > 0 {
				moves = append(moves, order.Move{Line: m.Line, From: part.from, To: order.Allocated, Quantity: part.q, Fulfillment: m.Fulfillment})
			}
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		item := b.Catalog.ByID(catalog.ID(l.Item))
		if n := left[l.N]; n > 0 && l.Stocked && plan.After == sourcing.Canceled {
			moves = append(moves, order.Move{Line: l.N, From: order.Unsourced, To: order.Canceled, Quantity: n})
		} else if n > 0 && l.Stocked && plan.After != sourcing.Held && item != nil && item.WhenShort != catalog.Refuse {
			moves = append(moves, order.Move{Line: l.N, From: order.Unsourced, To: order.Backordered, Quantity: n})
		}
	}
	slices.SortStableFunc(moves, func(x, y order.Move) int { return cmp.Compare(x.Fulfillment, y.Fulfillment) })
	d.Moves = moves
	plan.Short = nil
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Stocked && left[l.N] > 0 {
			plan.Short = append(plan.Short, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: left[l.N]})
		}
	}
	return d, plan
}
