package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// HoldCommand places a hold on an order.
type HoldCommand struct {
	Order order.ID
	Hold  order.Hold // Reason, Note and Blocks
}

// Hold stops acts on an order until the hold is lifted.
var Hold = step.Act[HoldCommand]{
	Name: "orders.hold", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[HoldCommand]) error {
		return b.LoadOrders(ids(asked, func(c HoldCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[HoldCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		if err := b.PlaceHold(a.Scope, o, a.Command.Hold); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
	},
}.Operation()

// LiftCommand ends a hold; Hold zero means the only open one.
type LiftCommand struct {
	Order order.ID
	Hold  int64
}

// Lift ends a hold. Other holds of the order stand.
var Lift = step.Act[LiftCommand]{
	Name: "orders.lift", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[LiftCommand]) error {
		return b.LoadOrders(ids(asked, func(c LiftCommand) order.ID { return c.Order }))
	},
	Decide: func(b *step.Batch, a desk.Asked[LiftCommand]) (desk.Result, error) {
		o := b.Order(a.Command.Order)
		if o == nil {
			return desk.Result{}, unknownOrder(a.Command.Order)
		}
		d, err := o.Lift(a.Command.Hold, a.Scope.Actor.String())
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.Apply(a.Scope, journal.OrderLifted, o.ID, &d); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
	},
}.Operation()
