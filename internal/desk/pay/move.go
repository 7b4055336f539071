package pay

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// MoveCommand captures or gives back an amount of one payment, or lets go what
// is open of it.
type MoveCommand struct {
	Payment payment.ID
	Amount  int64 // minor units; 0 for all that can be
}

// Capture takes what is authorized, whole or in part. Void lets go what is
// open. RefundOne gives back out of this payment alone.
var (
	Capture   = moving("payments.capture", payment.Capture)
	Void      = moving("payments.void", payment.Void)
	RefundOne = moving("payments.refund", payment.Refund)
)

func moving(name, kind string) *desk.Operation[MoveCommand] {
	return step.Act[MoveCommand]{
		Name: name, Permission: access.OrdersWrite,
		Check: func(c *MoveCommand) error {
			var l fault.List
			if c.Amount < 0 || c.Amount > money.MaxTotal || kind == payment.Void && c.Amount != 0 {
				l.Add("/amount", "out_of_range", "the amount is more than 0, or left out for all of it")
			}
			return l.Err()
		},
		Load: func(b *step.Batch, asked []desk.Asked[MoveCommand]) error {
			ids := make([]payment.ID, len(asked))
			for i := range asked {
				ids[i] = asked[i].Command.Payment
			}
			return b.LoadPaymentsByID(ids)
		},
		Decide: func(b *step.Batch, a desk.Asked[MoveCommand]) (desk.Result, error) {
			p := b.Payment(a.Command.Payment)
			if p == nil {
				return desk.Result{}, NoSuchPayment(a.Command.Payment.String())
			}
			if p.Provider == "" {
				return moveByHand(b, a, p, kind)
			}
			if p.Reference == "" && kind != payment.Void {
				return desk.Result{}, fault.New(fault.Conflict, "not_yet_known", "the provider has not answered yet what payment %s is; try again in a moment", p.ID)
			}
			if kind == payment.Refund {
				if err := within(b, p, &a.Command.Amount); err != nil {
					return desk.Result{}, err
				}
			}
			x, err := b.Intend(a.Scope.Actor, p, payment.Intent{Kind: kind, Amount: a.Command.Amount})
			if err != nil {
				return desk.Result{}, err
			}
			o := b.Order(order.ID(p.Order))
			if err := b.TellPayments(a.Scope, o.ID); err != nil {
				return desk.Result{}, err
			}
			return done(o, p, x, "created"), nil
		},
	}.Operation()
}

// moveByHand gives back what a person moves; there is nothing else to be done
// with it, unless it was only promised.
func moveByHand(b *step.Batch, a desk.Asked[MoveCommand], p *payment.Payment, kind string) (desk.Result, error) {
	if kind == payment.Refund {
		if err := within(b, p, &a.Command.Amount); err != nil {
			return desk.Result{}, err
		}
	}
	if p.Tender.Promised() && kind != payment.Refund {
		return movePromise(b, a, p, kind)
	}
	amount, left := a.Command.Amount, p.Refundable()
	switch {
	case kind != payment.Refund:
		return desk.Result{}, fault.New(fault.Conflict, "counts_already", "payment %s is %s and counts as it is", p.ID, p.Tender)
	case amount > left:
		return desk.Result{}, fault.New(fault.Conflict, "more_than_captured", "payment %s: at most %d minor units can be given back, not %d", p.ID, left, amount)
	case amount <= 0:
		return desk.Result{}, fault.New(fault.Conflict, "nothing_to_refund", "payment %s is %s; nothing of it can be given back", p.ID, p.State())
	}
	o := b.Order(order.ID(p.Order))
	var d order.Delta
	if err := b.GiveBackByHand(a.Scope, &d, p, amount); err != nil {
		return desk.Result{}, err
	}
	if err := tellRefund(b, a.Scope, o, &d); err != nil {
		return desk.Result{}, err
	}
	return done(o, p, nil, "done"), nil
}

// within holds what is given back of one payment to what of its order's money
// is still the customer's: some of it may have become store credit. Zero
// becomes all that can be given back.
func within(b *step.Batch, p *payment.Payment, amount *int64) error {
	o := b.Order(order.ID(p.Order))
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return err
	}
	left := payment.Returnable(list, o.Paid, o.Refunded)
	if *amount == 0 {
		*amount = min(left, p.Refundable())
	}
	if *amount > left {
		return fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number, o.Currency.FormatAmount(left), o.Currency.FormatAmount(*amount))
	}
	return nil
}

// NoSuchPayment is the fault of a payment that is not there.
func NoSuchPayment(text string) error {
	return fault.New(fault.NotFound, "no_such_payment", "there is no payment %.40q", text)
}
