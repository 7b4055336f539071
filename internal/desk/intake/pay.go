package intake

import (
	"slices"

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

	// What the channel says of it besides. N is the channel's count of the
	// order's payments: the same N with the same content changes nothing.
	Means       string
	Instalments int64
	N           int
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
		order.CheckMeans("", c.Means, c.Instalments, &l)
		if c.N < 0 || c.N > payment.MaxPayments {
			l.Add("/sequence", "out_of_range", "1 to %d", payment.MaxPayments)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[PayCommand]) error {
		list := ids(asked, func(c PayCommand) order.ID { return c.Order })
		if err := b.LoadOrders(list); err != nil {
			return err
		}
		said := slices.ContainsFunc(asked, func(a desk.Asked[PayCommand]) bool { return a.Command.says() })
		if !said {
			return nil
		}
		return b.LoadChanneled(list)
	},
	Decide: decidePay,
}.Operation()

func decidePay(b *step.Batch, a desk.Asked[PayCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(c.Order)
	}
	if c.says() && !c.Refund {
		same, err := saidBefore(b, o, &c)
		if err != nil {
			return desk.Result{}, err
		}
		if same {
			return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged", Value: o}, nil
		}
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
	} else if c.says() {
		sayChannel(b, o.ID, c.N, order.Payment{Amount: c.Amount, Reference: c.Reference, Means: c.Means, Instalments: c.Instalments}, b.At)
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

// says reports whether the channel tells more of the payment than the amount.
func (c *PayCommand) says() bool { return c.Means != "" || c.Instalments != 0 || c.N != 0 }

// saidBefore reports whether the channel has said the same before, and numbers what
// is new.
func saidBefore(b *step.Batch, o *order.Order, c *PayCommand) (bool, error) {
	last := 0
	for _, x := range b.ChanneledOf(o.ID) {
		if x.N == c.N {
			if x.Amount == c.Amount && x.Means == c.Means && x.Instalments == c.Instalments && x.Reference == c.Reference {
				return true, nil
			}
			return false, fault.New(fault.Conflict, "other_payment", "payment %d of order %d is known as %s by %s; it cannot become another", c.N, o.Number, o.Currency.FormatAmount(x.Amount), x.Means)
		}
		last = max(last, x.N)
	}
	if c.N == 0 {
		c.N = last + 1
	}
	if c.N > payment.MaxPayments {
		return false, fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, payment.MaxPayments)
	}
	return false, nil
}

// sayChannel keeps what the channel says of a payment, if it says anything.
func sayChannel(b *step.Batch, id order.ID, n int, p order.Payment, at int64) {
	if p.Means != "" || p.Instalments != 0 {
		b.SayChannel(int64(id), payment.Channeled{N: n, Means: p.Means, Instalments: p.Instalments, Amount: p.Amount, Reference: p.Reference, At: at})
	}
}
