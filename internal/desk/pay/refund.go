package pay

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// RefundCommand gives an amount back out of all that an order was paid by.
type RefundCommand struct {
	Order     order.ID
	Amount    int64
	Reference string           // of what the channel gave back
	Tenders   []payment.Tender // in this order; the usual one when empty
	Turn      bool             // give store credit for it, out of no tender
}

// Refunded is the Value of a Refund: the order, and what each tender gives.
type Refunded struct {
	Order  *order.Order
	Shares []payment.Share
}

// Refund gives an amount back, tender by tender.
var Refund = step.Act[RefundCommand]{
	Name: "orders.refund", Permission: access.OrdersWrite,
	Check: func(c *RefundCommand) error {
		var l fault.List
		if c.Amount <= 0 || c.Amount > money.MaxTotal {
			l.Add("/amount", "out_of_range", "the amount is more than 0")
		}
		checkText("/reference", c.Reference, false, &l)
		if c.Turn && len(c.Tenders) > 0 {
			l.Add("/tenders", "not_both", "what becomes store credit is given back by no tender")
		}
		for _, t := range c.Tenders {
			if payment.KindOf(t) == nil {
				l.Add("/tenders", "unknown_tender", "%.40q is no tender", string(t))
			}
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[RefundCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		return b.LoadPayments(ids)
	},
	Decide: func(b *step.Batch, a desk.Asked[RefundCommand]) (desk.Result, error) {
		c := a.Command
		o := b.Order(c.Order)
		if o == nil {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
		}
		var d order.Delta
		if c.Turn {
			return turn(b, a.Scope, o, c.Amount)
		}
		shares, err := b.GiveBack(a.Scope, o, &d, c.Amount, c.Reference, c.Tenders)
		if err == nil {
			err = tellRefund(b, a.Scope, o, &d)
		}
		if err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: &Refunded{o, shares}}, nil
	},
}.Operation()

// turn gives store credit for an amount instead of paying it out.
func turn(b *step.Batch, by access.Scope, o *order.Order, amount int64) (desk.Result, error) {
	var d order.Delta
	p, err := b.TurnIntoCredit(by, o, &d, amount)
	if err == nil {
		err = tellRefund(b, by, o, &d)
	}
	if err != nil {
		return desk.Result{}, err
	}
	shares := []payment.Share{{Purse: payment.Purse{Tender: p.Tender, Payment: p}, Amount: amount}}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: &Refunded{o, shares}}, nil
}

// tellRefund applies what was given back at once. What a provider is to give
// back changes the order when it has.
func tellRefund(b *step.Batch, by access.Scope, o *order.Order, d *order.Delta) error {
	if d.Empty() {
		return b.TellPayments(by, o.ID)
	}
	return b.Apply(by, journal.OrderRefunded, o.ID, d)
}
