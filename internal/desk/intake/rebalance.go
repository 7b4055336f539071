package intake

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
)

// RebalanceCommand has an order take what it lacks from orders of a lower
// priority.
type RebalanceCommand struct{ Order order.ID }

// Rebalanced is the Value of a Rebalance result.
type Rebalanced struct {
	Order *order.Order
	Units int64 // that it has a place for now, in steps over all lines
	Lost  []Loss
}

// Loss is units that an order gives up.
type Loss struct {
	Order    *order.Order
	Line     int
	Location stock.LocationID
	Quantity int64
	Promised int64 // the day that it had been promised; 0 when none
}

// Rebalance gives an order units that it waits for and that orders of a lower
// priority hold, of which work has not begun: the lowest priority loses first,
// among equals who was promised nothing or the latest day. Losers wait by their
// own priority and age. Who lost what to whom is kept for ever.
var Rebalance = step.Act[RebalanceCommand]{
	Name: "orders.rebalance", Permission: access.OrdersWrite,
	Load: loadRebalance, Decide: decideRebalance,
}.Operation()

func loadRebalance(b *step.Batch, asked []desk.Asked[RebalanceCommand]) error {
	of := ids(asked, func(c RebalanceCommand) order.ID { return c.Order })
	if err := b.LoadOrdersForServing(of); err != nil {
		return err
	}
	var items []int64
	top := int64(-1 << 62)
	for _, id := range of {
		o := b.Order(id)
		if o == nil {
			continue
		}
		top = max(top, o.Priority)
		for i := range o.Lines {
			if l := &o.Lines[i]; l.Q[order.Backordered] > 0 {
				items = append(items, l.Item)
			}
		}
	}
	slices.Sort(items)
	items = slices.Compact(items)
	if err := b.LoadItemsByID(items); err != nil {
		return err
	}
	if err := b.LoadLevels(items); err != nil {
		return err
	}
	for _, item := range items {
		waiting, err := orders.UnitsWaiting(b.R, item, maxAhead)
		if err != nil {
			return err
		}
		if err := b.SetWaiting(item, waiting); err != nil {
			return err
		}
	}
	return b.LoadYielders(items, top)
}

func decideRebalance(b *step.Batch, a desk.Asked[RebalanceCommand]) (desk.Result, error) {
	o := b.Order(a.Command.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(a.Command.Order)
	}
	if o.Sums[order.Backordered] == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_waits", "order %d waits for nothing", o.Number)
	}
	g := b.Yields(o)
	if len(g.Lost) == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "nobody_yields",
			"nobody gives up what order %d waits for: no order of a priority below %d holds it whose work has not begun, where it could be sent from", o.Number, o.Priority)
	}
	out := &Rebalanced{Order: o}
	for _, x := range g.Lost {
		out.Units += x.Quantity
		out.Lost = append(out.Lost, Loss{Order: b.Order(order.ID(x.Order)), Line: x.Line, Location: x.Location, Quantity: x.Quantity, Promised: x.DueAt})
	}
	if err := b.Give(a.Scope, o, g); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: out}, nil
}
