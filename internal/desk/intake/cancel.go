package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// CancelCommand cancels units of an order; no Parts means all of it.
type CancelCommand struct {
	Order     order.ID
	Parts     []order.Part
	Remaining bool // cancel what can be, leave the rest, instead of refusing
}

// Canceled is the Value of a Cancel result.
type Canceled struct {
	Order *order.Order
	Moves []order.Move
	Freed int64 // by how much what the customer owes has gone down, in minor units
}

// Cancel takes back units that were not picked yet, frees their stock, and
// gives that to those who wait for it.
var Cancel = step.Act[CancelCommand]{
	Name: "orders.cancel", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[CancelCommand]) error {
		return b.LoadOrders(ids(asked, func(c CancelCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[CancelCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		moves, err := o.Cancel(a.Command.Parts, b.ClaimsOf(o.ID), a.Command.Remaining)
		if err != nil {
			return desk.Result{}, err
		}
		before := o.Totals.Payable()
		if err := b.Apply(a.Scope, journal.OrderCanceled, o.ID, &order.Delta{Moves: moves}); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done",
			Value: &Canceled{Order: o, Moves: moves, Freed: before - o.Totals.Payable()}}, nil
	},
}.Operation()

func ids[C any, K any](asked []desk.Asked[C], of func(C) K) []K {
	out := make([]K, len(asked))
	for i := range asked {
		out[i] = of(asked[i].Command)
	}
	return out
}

func unknownOrder(id order.ID) error {
	return fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
}
