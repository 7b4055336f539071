package intake

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

// PayCommand records money that the channel took, or gave back when Refund.
type PayCommand struct {
	Order     order.ID
	Amount    int64 // minor units, positive
	Reference string
	Refund    bool
}

// Pay books a payment or a refund that happened at the channel, as two ledger
// entries that balance.
var Pay = step.Act[PayCommand]{
	Name: "orders.pay", Permission: access.OrdersWrite,
	Check: func(c *PayCommand) error {
		var l fault.List
		if c.Amount <= 0 || c.Amount > money.MaxTotal {
			l.Add("/amount", "out_of_range", "the amount is more than 0")
		}
		if len(c.Reference) > 200 {
			l.Add("/reference", "too_long", "at most 200 characters")
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[PayCommand]) error {
		return b.LoadOrders(ids(asked, func(c PayCommand) order.ID { return c.Order }))
	},
	Decide: decidePay,
}.Operation()

func decidePay(b *step.Batch, a desk.Asked[PayCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(c.Order)
	}
	var d order.Delta
	typ := journal.OrderPaid
	if c.Refund {
		typ = journal.OrderRefunded
		if err := b.Refund(a.Scope, o, &d, c.Amount, c.Reference); err != nil {
			return desk.Result{}, err
		}
	} else if err := take(b, o, &d, c); err != nil {
		return desk.Result{}, err
	}
	tell := func() error { return b.Apply(a.Scope, typ, o.ID, &d) }
	if d.Empty() { // all of it is given back by providers, in a moment
		tell = func() error { return b.TellPayments(a.Scope, o.ID) }
	}
	if err := tell(); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: o}, nil
}

// take books what the customer paid.
func take(b *step.Batch, o *order.Order, d *order.Delta, c PayCommand) error {
	if o.Paid > money.MaxTotal-c.Amount {
		return fault.New(fault.Invalid, "total_too_large", "more than one order can be paid")
	}
	d.Paid = c.Amount
	b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), c.Amount, c.Reference, b.At))
	return nil
}
