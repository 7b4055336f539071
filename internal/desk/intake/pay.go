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
	d, typ, amount := order.Delta{Paid: c.Amount}, journal.OrderPaid, c.Amount
	if c.Refund {
		d, typ, amount = order.Delta{Refunded: c.Amount}, journal.OrderRefunded, -c.Amount
		if kept := o.Paid - o.Refunded; c.Amount > kept {
			return desk.Result{}, fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number,
				o.Currency.FormatAmount(kept), o.Currency.FormatAmount(c.Amount))
		}
	}
	if o.Paid > money.MaxTotal-d.Paid {
		return desk.Result{}, fault.New(fault.Invalid, "total_too_large", "more than one order can be paid")
	}
	b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), amount, c.Reference, b.At))
	if err := b.Apply(a.Scope, typ, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
}
