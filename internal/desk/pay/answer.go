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
	"orderly/internal/store/payments"
	"orderly/internal/trouble"
)

// SendCommand says that a provider is being asked for an intent's effect.
type SendCommand struct{ Intent payment.IntentID }

// Send notes that an intent is being sent, before it is: whoever finds it so
// later asks the provider what became of it.
var Send = step.Act[SendCommand]{
	Name: "payments.send", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[SendCommand]) error {
		return loadIntents(b, asked, func(c SendCommand) payment.IntentID { return c.Intent })
	},
	Decide: func(b *step.Batch, a desk.Asked[SendCommand]) (desk.Result, error) {
		p, x, err := intentOf(b, a.Command.Intent)
		if err != nil {
			return desk.Result{}, err
		}
		if _, err := x.Step(payment.Sent, b.At); err != nil {
			return desk.Result{}, err
		}
		if x.State != payment.Sent { // it succeeded meanwhile
			return desk.Result{}, fault.New(fault.Conflict, "settled", "intent %s is %s", x.ID, x.State)
		}
		return told(b, a.Scope, p, x, journal.PaymentSent)
	},
}.Operation()

// AnswerCommand is what became of an intent, as far as anybody knows.
type AnswerCommand struct {
	Intent    payment.IntentID
	State     string // payment.Succeeded, Declined or Unknown
	Reason    string // stable code, of what failed or is unknown
	Reference string // the provider's name of the payment
	Effect    string // and of the effect
	URL       string // where the customer pays
	ExpiresAt int64
	Amounts   payment.Amounts // all that the provider says of the payment
}

// Answer records what became of an intent: amounts, ledger, the order, and the
// journal, in one transaction. The same answer twice changes nothing. What was
// refused is free to be asked for again, and a person is told.
var Answer = step.Act[AnswerCommand]{
	Name: "payments.answer", Permission: access.OrdersWrite,
	Check: func(c *AnswerCommand) error { return checkAmounts(c.Amounts) },
	Load: func(b *step.Batch, asked []desk.Asked[AnswerCommand]) error {
		return loadIntents(b, asked, func(c AnswerCommand) payment.IntentID { return c.Intent })
	},
	Decide: func(b *step.Batch, a desk.Asked[AnswerCommand]) (desk.Result, error) {
		c := a.Command
		p, x, err := intentOf(b, c.Intent)
		if err != nil {
			return desk.Result{}, err
		}
		news, err := x.Step(c.State, b.At)
		if err != nil {
			return desk.Result{}, err
		}
		if !news && p.Holds(c.Amounts) {
			return done(b.Order(order.ID(p.Order)), p, x, "unchanged"), nil
		}
		if news {
			x.Reason = c.Reason
		}
		if c.Effect != "" {
			x.Reference = c.Effect
		}
		if c.State == payment.Declined && news {
			c.Amounts.Failed = c.Amounts.Failed || x.Kind == payment.Authorize
			b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.Payment, Order: p.Order, Subject: int64(p.ID), Reason: "refused", Text: x.Kind + ": " + c.Reason})
		}
		if err := learn(b, a.Scope, p, said{c.Reference, c.URL, c.ExpiresAt, c.Amounts}); err != nil {
			return desk.Result{}, err
		}
		return told(b, a.Scope, p, x, journal.PaymentAnswered)
	},
}.Operation()

func told(b *step.Batch, by access.Scope, p *payment.Payment, x *payment.Intent, typ string) (desk.Result, error) {
	b.ChangedPayment(p, typ, x, "")
	o := b.Order(order.ID(p.Order))
	if err := b.TellPayments(by, o.ID); err != nil {
		return desk.Result{}, err
	}
	return done(o, p, x, "done"), nil
}

// said is what somebody says of a payment.
type said struct {
	reference, url string
	expiresAt      int64
	amounts        payment.Amounts
}

// learn takes in what somebody says of a payment. Once the provider's name of
// it is known, what was told under that name before counts too.
func learn(b *step.Batch, by access.Scope, p *payment.Payment, n said) error {
	named := false
	if p.Reference == "" && n.reference != "" {
		known, err := payments.ByReference(b.R, p.Provider, []string{n.reference})
		if err != nil {
			return err
		}
		if known[n.reference] == 0 && b.PaymentNamed(p.Provider, n.reference) == nil {
			p.Reference, named = n.reference, true
		}
	}
	if n.url != "" && len(n.url) <= payment.MaxURL {
		p.URL = n.url
	}
	p.ExpiresAt = max(p.ExpiresAt, n.expiresAt)
	if err := grow(b, by, p, n.amounts); err != nil {
		return err
	}
	if !named {
		return nil
	}
	return applyWaiting(b, by, p)
}

// grow lets a payment's amounts grow, and has a person look where money went
// otherwise than it should. What arrives for an order that was canceled is
// given back: it pays for nothing.
func grow(b *step.Batch, by access.Scope, p *payment.Payment, a payment.Amounts) error {
	before := p.Amounts
	if err := b.LearnPayment(by, p, a); err != nil {
		return err
	}
	t := trouble.Trouble{Kind: trouble.Payment, Order: p.Order, Subject: int64(p.ID), Text: p.Provider + " " + p.Reference}
	if p.Disputed > before.Disputed {
		t.Reason = "disputed"
		b.AddTrouble(by, t)
	}
	if before.Open() > 0 && p.Open() == 0 && p.ExpiresAt > 0 {
		settleLapse(b, by, p)
	}
	if o := b.Order(order.ID(p.Order)); o.Statuses.Status != "canceled" || p.Provider == "" {
		return nil
	}
	if p.Captured > before.Captured && p.Refundable() > 0 {
		t.Reason = "given_back"
		b.AddTrouble(by, t)
		_, err := b.Intend(by.Actor, p, payment.Intent{Kind: payment.Refund, Amount: min(p.Refundable(), p.Captured-before.Captured)})
		return err
	}
	if p.Authorized > before.Authorized && p.Open() > 0 && p.Voidable() {
		_, err := b.Intend(by.Actor, p, payment.Intent{Kind: payment.Void})
		return err
	}
	return nil
}

// checkAmounts refuses what no payment can be, whoever says it.
func checkAmounts(a payment.Amounts) error {
	for _, n := range [...]int64{a.Authorized, a.Captured, a.Voided, a.Refunded, a.Disputed, a.Won} {
		if n < 0 || n > money.MaxTotal {
			return fault.New(fault.Invalid, "out_of_range", "an amount of %d minor units cannot be", n)
		}
	}
	return nil
}

func loadIntents[C any](b *step.Batch, asked []desk.Asked[C], of func(C) payment.IntentID) error {
	ids := make([]payment.IntentID, len(asked))
	for i := range asked {
		ids[i] = of(asked[i].Command)
	}
	found, err := payments.Intents(b.R, ids)
	if err != nil {
		return err
	}
	var at []payment.ID
	for _, x := range found {
		at = append(at, x.Payment)
	}
	return b.LoadPaymentsByID(at)
}

func intentOf(b *step.Batch, id payment.IntentID) (*payment.Payment, *payment.Intent, error) {
	if p, x := b.Intent(id); x != nil {
		return p, x, nil
	}
	return nil, nil, fault.New(fault.NotFound, "no_such_intent", "there is no intent %s", id)
}
