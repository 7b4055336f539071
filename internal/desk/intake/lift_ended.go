package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
)

// LiftEndedCommand lifts what holds an order for a reason that is gone.
type LiftEndedCommand struct{ Order order.ID }

// LiftEnded lifts the holds of an order whose reason is gone, and no other. It
// decides that anew under the lock: what was true when somebody looked may not be.
var LiftEnded = step.Act[LiftEndedCommand]{
	Name: "orders.lift_ended", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[LiftEndedCommand]) error {
		of := ids(asked, func(c LiftEndedCommand) order.ID { return c.Order })
		if err := b.LoadOrders(of); err != nil {
			return err
		}
		if err := b.LoadParties(of); err != nil {
			return err
		}
		var who []party.ID
		var emails []string
		for _, id := range of {
			if o := b.Order(id); o != nil {
				who, emails = append(who, party.ID(o.Customer)), append(emails, o.Party.Customer.Email)
			}
		}
		return b.LoadBlocks(who, emails)
	},
	Decide: func(b *step.Batch, a desk.Asked[LiftEndedCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		ended := append(o.Endable(), passed(b, o)...)
		if len(ended) == 0 {
			return desk.Result{}, fault.New(fault.Conflict, "reason_stands", "order %d: no open hold's reason is gone; lift it by hand if you know better", o.Number)
		}
		for _, id := range ended {
			d, err := o.Lift(id, a.Scope.Actor.String())
			if err != nil {
				return desk.Result{}, err
			}
			if err := b.Apply(a.Scope, journal.OrderLifted, o.ID, &d); err != nil {
				return desk.Result{}, err
			}
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: o}, nil
	},
}.Operation()
