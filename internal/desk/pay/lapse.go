package pay

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/trouble"
)

const lapses = "lapses"

// LapseCommand names a payment whose authorization is about to fall back.
type LapseCommand struct{ Payment payment.ID }

// Lapse tells people, once, that what is authorized falls back soon, or that
// what was promised is overdue. It is over when that was captured or let go.
var Lapse = step.Act[LapseCommand]{
	Name: "payments.lapse", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[LapseCommand]) error {
		return loadTold(b, asked, func(c LapseCommand) payment.ID { return c.Payment })
	},
	Decide: func(b *step.Batch, a desk.Asked[LapseCommand]) (desk.Result, error) {
		p := b.Payment(a.Command.Payment)
		if p == nil {
			return desk.Result{}, NoSuchPayment(a.Command.Payment.String())
		}
		o := b.Order(order.ID(p.Order))
		reason, text := lapses, p.Provider+" "+p.Reference
		if isOverdue(p, b.At) {
			reason, text = overdue, o.Currency.FormatAmount(p.Open())+" "+p.Currency
		} else if p.Open() == 0 || p.ExpiresAt == 0 {
			return done(o, p, nil, Nothing), nil
		}
		if alreadyTold(b.TroublesOf(p.Order), p, reason) {
			return done(o, p, nil, Nothing), nil
		}
		b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.Payment, Order: p.Order, Subject: int64(p.ID), Reason: reason, Text: text})
		return done(o, p, nil, "created"), nil
	},
}.Operation()

func settleLapse(b *step.Batch, by access.Scope, p *payment.Payment) {
	b.Settle(by, trouble.Payment, func(t *trouble.Trouble) bool {
		return (t.Reason == lapses || t.Reason == overdue) && t.Subject == int64(p.ID)
	})
}
