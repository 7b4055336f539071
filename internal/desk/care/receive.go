// Package care is the room for what happens after delivery: what customers say,
// see and send back.
package care

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/trouble"
)

// ReturnCommand takes units back at the location that has them in hand.
type ReturnCommand struct {
	Order    order.ID
	Location stock.LocationID
	Parts    []order.Part
	Restock  bool  // sellable again; otherwise they lie damaged at the location
	Refund   int64 // minor units that the channel gave back, 0 for none
	Reason   string
}

// ReceiveReturn books a return received and, if it may be sold again,
// restocked, in one act: the units go to the shelf of the location that
// received them, and to those who wait for them.
var ReceiveReturn = step.Act[ReturnCommand]{
	Name: "orders.return", Permission: access.OrdersWrite,
	Check: func(c *ReturnCommand) error {
		var l fault.List
		if len(c.Reason) > stock.MaxReason {
			l.Add("/reason", "too_long", "a reason takes at most %d bytes", stock.MaxReason)
		}
		if c.Location == 0 {
			l.Add("/location", "missing", "name the location that has the goods, by its code or id")
		}
		if c.Refund < 0 {
			l.Add("/refund", "negative", "a refund is not negative")
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[ReturnCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		return b.LoadOrders(ids)
	},
	Decide: decideReturn,
}.Operation()

func decideReturn(b *step.Batch, a desk.Asked[ReturnCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	}
	if b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location)) {
		return desk.Result{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to receive the return at")
	}
	d, err := o.Return(c.Parts, c.Restock)
	if err != nil {
		return desk.Result{}, err
	}
	if o.Mode == order.History {
		return desk.Result{}, fault.New(fault.Conflict, "history", "order %d was recorded from before these books began; its goods were never on these shelves: adjust the stock instead", o.Number)
	}
	back := returns.AtOnce(returns.ID(b.NewID()), o.ID, c.Location, c.Reason, b.At)
	if c.Refund > 0 {
		if err := refundReceived(b, a.Scope, o, &d, back, c.Refund); err != nil {
			return desk.Result{}, err
		}
	}
	if err := b.Apply(a.Scope, journal.OrderReturned, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	for _, r := range d.Returned {
		l := o.Line(r.Line)
		back.Take(r.Line, l.Item, r.Quantity, r.Restocked)
		if c.Refund > 0 {
			back.Line(len(back.Lines)).Refunded = r.Quantity
		}
		if !l.Stocked {
			continue
		}
		state := stock.Damaged
		if r.Restocked > 0 {
			state = stock.OnHand
		}
		m := stock.Movement{State: state, Quantity: r.Quantity, Reason: "return", RefKind: "ret", RefID: int64(back.ID), Entry: b.LastEntry()}
		if err := b.Move(stock.Cell{Item: l.Item, Location: c.Location}, m); err != nil {
			return desk.Result{}, err
		}
	}
	b.AddReturn(back)
	b.Settle(a.Scope, trouble.Return, func(t *trouble.Trouble) bool { return t.Order == int64(o.ID) })
	return desk.Result{Kind: "ret", ID: int64(back.ID), Seq: o.Version, Status: "created", Value: back}, nil
}

// refundReceived books what the channel gave back for units that come with this
// act, and that their worth is settled by it.
func refundReceived(b *step.Batch, by access.Scope, o *order.Order, d *order.Delta, back *returns.Return, amount int64) error {
	then := o.Clone()
	if err := then.Apply(d, b.At, 1); err != nil {
		return err
	}
	var parts []order.Part
	for _, r := range d.Returned {
		parts = append(parts, order.Part{Line: r.Line, Quantity: r.Quantity})
	}
	worth, err := then.RefundFor(parts, nil)
	if err != nil {
		return err
	}
	d.Refunds = worth.Lines
	back.Money = returns.Money{Worth: worth.Amount, Deducted: worth.Amount - amount, Given: amount}
	return b.Refund(by, o, d, amount, "return")
}
