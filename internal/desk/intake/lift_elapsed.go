package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// LiftElapsedCommand lifts the holds of an order whose end has come.
type LiftElapsedCommand struct{ Order order.ID }

// LiftElapsed lifts what the clock ends. It looks at the order under the lock,
// so that asked twice, or by two nodes at once, a hold is lifted once.
var LiftElapsed = step.Act[LiftElapsedCommand]{
	Name: "orders.lift_elapsed", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[LiftElapsedCommand]) error {
		return b.LoadOrders(ids(asked, func(c LiftElapsedCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[LiftElapsedCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		r := desk.Result{Kind: journal.Order, ID: int64(o.ID), Status: "unchanged"}
		for _, id := range o.Elapsed(b.At) {
			d, err := o.Lift(id, a.Scope.Actor.String())
			if err != nil {
				return desk.Result{}, err
			}
			if err := b.Apply(a.Scope, journal.OrderLifted, o.ID, &d); err != nil {
				return desk.Result{}, err
			}
			r.Status = "done"
		}
		r.Seq = o.Version
		return r, nil
	},
}.Operation()
