package pay

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/trouble"
)

// overdue is the reason of a trouble about money that was promised by a day.
const overdue = "overdue"

// loadTerms reads the terms of those who are to pay later, and what they owe.
func loadTerms(b *step.Batch, asked []desk.Asked[AddCommand]) error {
	var who []int64
	for i := range asked {
		if c := &asked[i].Command; c.Tender == payment.Terms {
			if o := b.Order(c.Order); o != nil && o.Customer != 0 {
				who = append(who, o.Customer)
			}
		}
	}
	return b.LoadTerms(who)
}

// mayPromise refuses a promise of more than is due, and one on terms that the
// customer does not have or that goes above them. It fills in who pays when.
func mayPromise(b *step.Batch, by access.Scope, o *order.Order, list []*payment.Payment, p *payment.Payment, above bool) error {
	due := payment.Unpromised(payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, list), list)
	if p.Amount > due {
		return fault.New(fault.Conflict, "more_than_due", "order %d: %s are due and not promised yet, not %s", o.Number, o.Currency.FormatAmount(due), o.Currency.FormatAmount(p.Amount))
	}
	if p.Tender != payment.Terms {
		return nil
	}
	t, open := b.TermsOf(o.Customer, p.Currency)
	if o.Customer == 0 || t == nil || t.Most == 0 {
		return fault.New(fault.Conflict, "no_terms", "the customer of order %d has no terms in %s; agree on them on the customer's page", o.Number, p.Currency)
	}
	if open+p.Amount > t.Most {
		if !above || !by.May(access.SettingsWrite) {
			return fault.New(fault.Conflict, "above_limit", "%s are open already; with %s more it is above the limit of %s. Who may write settings can allow it",
				o.Currency.FormatAmount(open), o.Currency.FormatAmount(p.Amount), o.Currency.FormatAmount(t.Most))
		}
	}
	p.Customer, p.DueAt = o.Customer, b.At+t.Days*24*time.Hour.Microseconds()
	b.Owe(o.Customer, p.Currency, p.Amount)
	return nil
}

// movePromise captures what was collected, or lets a promise go.
func movePromise(b *step.Batch, a desk.Asked[MoveCommand], p *payment.Payment, kind string) (desk.Result, error) {
	amount, left := a.Command.Amount, p.Open()
	if kind == payment.Capture {
		left = p.Capturable()
	}
	if amount == 0 {
		amount = left
	}
	switch {
	case p.Tender == payment.Terms && kind == payment.Capture:
		return desk.Result{}, fault.New(fault.Conflict, "by_another_tender", "record what the customer paid, by bank or cash; what was promised is then released by itself")
	case amount > left || left == 0:
		return desk.Result{}, fault.New(fault.Conflict, "more_than_authorized", "payment %s: %d minor units are promised, not %d", p.ID, left, max(amount, 1))
	}
	o := b.Order(order.ID(p.Order))
	if err := keep(b, a.Scope, p, kind, amount); err != nil {
		return desk.Result{}, err
	}
	if err := b.TellPayments(a.Scope, o.ID); err != nil {
		return desk.Result{}, err
	}
	return done(o, p, nil, "done"), nil
}

// keep captures some of a promise, or lets some of it go, and has nobody be
// told any more that it is overdue once nothing is left.
func keep(b *step.Batch, by access.Scope, p *payment.Payment, kind string, amount int64) error {
	a, typ := p.Amounts, journal.PaymentReleased
	if kind == payment.Capture {
		a.Captured, typ = a.Captured+amount, journal.PaymentCollected
	} else {
		a.Voided += amount
	}
	b.ChangedPayment(p, typ, nil, "")
	if err := b.LearnPayment(by, p, a); err != nil {
		return err
	}
	if p.Open() == 0 {
		settleLapse(b, by, p)
	}
	return nil
}

// promised does to promises what has become of the order: carriers have
// collected what was delivered, and what is not owed any more, because it was
// paid, canceled or came back, is let go.
func (f *follower) promised() (string, error) {
	owed := f.o.Kept()
	if f.o.Statuses.Status == "canceled" {
		owed = 0
	}
	did := Nothing
	for _, t := range payment.Collected(f.o.DeliveredWorth(), f.o.Paid, f.list) {
		if err := keep(f.b, f.by, t.Payment, payment.Capture, t.Amount); err != nil {
			return "", err
		}
		did = Took
	}
	for _, t := range payment.Loose(owed, f.o.Paid, f.o.Refunded, f.list) {
		if err := keep(f.b, f.by, t.Payment, payment.Void, t.Amount); err != nil {
			return "", err
		}
		if did == Nothing {
			did = LetGo
		}
	}
	if did == Nothing {
		return did, nil
	}
	return did, f.b.TellPayments(f.by, f.o.ID)
}

// isOverdue reports whether a promise is past its day.
func isOverdue(p *payment.Payment, now int64) bool {
	return p.Tender == payment.Terms && p.Open() > 0 && p.DueAt > 0 && p.DueAt <= now
}

// alreadyTold reports whether people were told of a payment for a reason.
func alreadyTold(list []trouble.Trouble, p *payment.Payment, reason string) bool {
	for _, t := range list {
		if t.Kind == trouble.Payment && t.Reason == reason && t.Subject == int64(p.ID) && t.SettledAt == 0 {
			return true
		}
	}
	return false
}
