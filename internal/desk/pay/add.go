// Package pay is the room for money that comes and goes by tender: adding a
// payment to an order, capturing, letting go, giving back, and taking in what
// providers answer and report.
//
// What belongs here: the acts, one file each. What does not: calling a provider
// (teller does, between two of these acts) and what follows from amounts
// (payment). An effect outside is only meant here: its intent and its job are
// committed, and then somebody is called.
package pay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/payments"
)

// AddCommand adds a payment to an order.
type AddCommand struct {
	Order     order.ID
	Tender    payment.Tender
	Amount    int64 // minor units; 0 for what is due
	Reference string

	// Over a provider: how it begins. Link makes a page on which the customer
	// pays, Authorize charges a Source that the shop got from the provider, and
	// Adopt takes over what the provider calls Reference.
	Provider string
	Begin    string
	Source   string
	AtOnce   bool // capture as soon as it is authorized

	Above bool // the customer's limit; needs a say in the settings

	Card string // hash of the gift card's code; store credit is the order's customer's
}

// Done is the Value of the acts on payments: the order and the payment as the
// act left them.
type Done struct {
	Order   *order.Order
	Payment *payment.Payment
	Intent  *payment.Intent // that the act began; nil when nothing goes outside
}

// Add adds a payment. What a person takes, cash or a transfer, counts at once.
var Add = step.Act[AddCommand]{
	Name: "payments.add", Permission: access.OrdersWrite,
	Check: checkAdd,
	Load: func(b *step.Batch, asked []desk.Asked[AddCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		if err := b.LoadPayments(ids); err != nil {
			return err
		}
		if err := loadStored(b, asked); err != nil {
			return err
		}
		if err := loadTerms(b, asked); err != nil {
			return err
		}
		return b.LoadProviders()
	},
	Decide: decideAdd,
}.Operation()

func checkAdd(c *AddCommand) error {
	var l fault.List
	c.Reference, c.Source = strings.TrimSpace(c.Reference), strings.TrimSpace(c.Source)
	k := payment.KindOf(c.Tender)
	if k == nil || !k.Rows {
		l.Add("/tender", "unknown_tender", "a payment is by %s", strings.Join(rows(), ", "))
		return l.Err()
	}
	if c.Amount < 0 || c.Amount > money.MaxTotal {
		l.Add("/amount", "out_of_range", "the amount is more than 0")
	}
	checkText("/reference", c.Reference, k.Over, &l)
	checkText("/source", c.Source, true, &l)
	if !k.Over {
		if k.Tender == payment.GiftCard && c.Card == "" {
			l.Add("/code", "missing", "give the code of the gift card")
		}
		if k.Stored && c.Reference != "" {
			l.Add("/reference", "not_yet", "the payment's reference is the card or credit that it was made by")
		}
		if c.Provider+c.Begin+c.Source != "" {
			l.Add("/provider", "no_provider", "%s does not go over a provider", c.Tender)
		}
		return l.Err()
	}
	if c.Provider == "" {
		l.Add("/provider", "missing", "name the provider that moves the money")
	}
	switch c.Begin {
	case payment.Link:
	case payment.Authorize:
		if c.Source == "" {
			l.Add("/source", "missing", "name what is charged, as the provider calls it; never a card number")
		}
	case payment.Adopt:
		if c.Reference == "" {
			l.Add("/reference", "missing", "name the payment as the provider does")
		}
	default:
		l.Add("/begin", "unknown_begin", "begin with link, authorize or adopt")
	}
	if c.Begin != payment.Adopt && c.Reference != "" {
		l.Add("/reference", "not_yet", "the provider names the payment")
	}
	return l.Err()
}

// rows are the tenders that a payment can be by.
func rows() (out []string) {
	for _, k := range payment.Tenders {
		if k.Rows {
			out = append(out, string(k.Tender))
		}
	}
	return out
}

// checkText holds a text to what every engine and page takes. With card it also
// refuses what looks like a card's number, where somebody could mean to write
// one: those are kept nowhere. A bank's own reference may look like one too.
func checkText(at, text string, card bool, l *fault.List) {
	switch {
	case utf8.RuneCountInString(text) > payment.MaxReference:
		l.Add(at, "too_long", "at most %d characters", payment.MaxReference)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		l.Add(at, "invalid_text", "the text holds control characters or is not UTF-8")
	case card && payment.LooksLikeCard(text):
		l.Add(at, "card_number", "this looks like a card number; it must not be kept here, let the customer give it to the provider")
	}
}

func decideAdd(b *step.Batch, a desk.Asked[AddCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	}
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return desk.Result{}, err
	}
	stored, err := storedFor(b, o, &c)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Amount == 0 {
		c.Amount = payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, list)
		if c.Tender.Promised() {
			c.Amount = payment.Unpromised(c.Amount, list)
		}
		if stored != nil {
			c.Amount = min(c.Amount, stored.Balance)
		}
	}
	switch {
	case c.Amount <= 0:
		return desk.Result{}, fault.New(fault.Conflict, "nothing_due", "order %d is paid or will be, or there is nothing to pay it by; name an amount when more is to be paid", o.Number)
	case o.Paid > money.MaxTotal-c.Amount:
		return desk.Result{}, fault.New(fault.Invalid, "total_too_large", "more than one order can be paid")
	case len(list) >= payment.MaxPayments:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, len(list))
	}
	if stored != nil {
		if err := stored.Spendable(c.Amount, o.Currency.Code(), b.At); err != nil {
			return desk.Result{}, err
		}
		c.Reference = stored.ID.String()
	}
	if c.Provider != "" {
		if err := mayBegin(b, &c); err != nil {
			return desk.Result{}, err
		}
	}
	p := &payment.Payment{Order: int64(o.ID), Tender: c.Tender, Provider: c.Provider, Reference: c.Reference, Currency: o.Currency.Code(), Amount: c.Amount, AtOnce: c.AtOnce}
	if c.Tender.Promised() {
		if err := mayPromise(b, a.Scope, o, list, p, c.Above); err != nil {
			return desk.Result{}, err
		}
	}
	b.AddPayment(p)
	var begun *payment.Intent
	if c.Tender.Promised() {
		err = b.LearnPayment(a.Scope, p, payment.Amounts{Authorized: c.Amount})
	} else if c.Provider == "" {
		err = b.LearnPayment(a.Scope, p, payment.Amounts{Authorized: c.Amount, Captured: c.Amount})
	} else {
		begun, err = begin(b, a.Scope, p, c)
	}
	if err == nil {
		err = b.TellPayments(a.Scope, o.ID)
	}
	if err != nil {
		return desk.Result{}, err
	}
	return done(o, p, begun, "created"), nil
}

// mayBegin refuses a provider that is not there, and what is taken over twice.
func mayBegin(b *step.Batch, c *AddCommand) error {
	if _, ok := b.Provider(c.Provider); !ok {
		return fault.New(fault.Conflict, "no_such_provider", "%.40q is not set up as a provider of payments, or takes no new ones; see the settings", c.Provider)
	}
	if c.Begin != payment.Adopt {
		return nil
	}
	known, err := payments.ByReference(b.R, c.Provider, []string{c.Reference})
	if err != nil {
		return err
	}
	if id := known[c.Reference]; id != 0 || b.PaymentNamed(c.Provider, c.Reference) != nil {
		return fault.New(fault.Conflict, "known_payment", "%.40q is taken over already, as payment %s", c.Reference, id)
	}
	return nil
}

// begin keeps the intent by which a payment over a provider begins. What the
// provider has told of it before counts at once.
func begin(b *step.Batch, by access.Scope, p *payment.Payment, c AddCommand) (*payment.Intent, error) {
	x, err := b.Intend(by.Actor, p, payment.Intent{Kind: c.Begin, Amount: c.Amount, Source: c.Source})
	if err != nil {
		return nil, err
	}
	return x, applyWaiting(b, by, p)
}

func done(o *order.Order, p *payment.Payment, x *payment.Intent, status string) desk.Result {
	return desk.Result{Kind: journal.Payment, ID: int64(p.ID), Seq: p.Version, Status: status, Value: &Done{Order: o, Payment: p, Intent: x}}
}
