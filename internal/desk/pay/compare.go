package pay

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// CompareCommand is all that a provider knows of a payment, because it was
// asked.
type CompareCommand struct {
	Payment   payment.ID
	Reference string // the provider's name of it, where it had none
	ExpiresAt int64
	Amounts   payment.Amounts
}

// Compare joins what a provider knows with the books. Where it knows less, a
// person is told, once. The result's status is then "created".
var Compare = step.Act[CompareCommand]{
	Name: "payments.compare", Permission: access.OrdersWrite,
	Check: func(c *CompareCommand) error { return checkAmounts(c.Amounts) },
	Load: func(b *step.Batch, asked []desk.Asked[CompareCommand]) error {
		return loadTold(b, asked, func(c CompareCommand) payment.ID { return c.Payment })
	},
	Decide: func(b *step.Batch, a desk.Asked[CompareCommand]) (desk.Result, error) {
		c := a.Command
		p := b.Payment(c.Payment)
		if p == nil {
			return desk.Result{}, NoSuchPayment(c.Payment.String())
		}
		o := b.Order(order.ID(p.Order))
		if !p.Holds(c.Amounts) || c.ExpiresAt > p.ExpiresAt || p.Reference == "" && c.Reference != "" {
			if err := learn(b, a.Scope, p, said{c.Reference, "", c.ExpiresAt, c.Amounts}); err != nil {
				return desk.Result{}, err
			}
			b.ChangedPayment(p, journal.PaymentReported, nil, "")
			if err := b.TellPayments(a.Scope, o.ID); err != nil {
				return desk.Result{}, err
			}
		}
		theirs := payment.Amounts{}.Join(c.Amounts)
		if theirs.Captured >= p.Captured && theirs.Refunded >= p.Refunded {
			return done(o, p, nil, "done"), nil
		}
		for _, t := range b.TroublesOf(p.Order) {
			if t.Kind == trouble.Payment && t.Reason == "differs" && t.Subject == int64(p.ID) && t.SettledAt == 0 {
				return done(o, p, nil, "unchanged"), nil
			}
		}
		b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.Payment, Order: p.Order, Subject: int64(p.ID), Reason: "differs", Text: p.Provider + " " + p.Reference})
		return done(o, p, nil, "created"), nil
	},
}.Operation()

// loadTold reads payments, and what people were told of their orders.
func loadTold[C any](b *step.Batch, asked []desk.Asked[C], of func(C) payment.ID) error {
	ids := make([]payment.ID, len(asked))
	for i := range asked {
		ids[i] = of(asked[i].Command)
	}
	if err := b.LoadPaymentsByID(ids); err != nil {
		return err
	}
	var orders []int64
	for _, id := range ids {
		if p := b.Payment(id); p != nil {
			orders = append(orders, p.Order)
		}
	}
	known, err := troubles.OfOrders(b.R, orders)
	b.KnowTroubles(known)
	return err
}
