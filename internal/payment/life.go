package payment

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of what one order may have.
const (
	MaxPayments  = 50
	MaxIntents   = 200 // of one payment
	MaxReference = 200
	MaxURL       = 2000
)

// ID names a payment for ever.
type ID int64

func (id ID) String() string { return ident.Text("pay", int64(id)) }

// ParseID reads the text form, "pay_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("pay", s)
	return ID(id), err
}

// Payment is one tender on one order. Amounts grow only by Learn.
type Payment struct {
	ID        ID
	Order     int64
	Tender    Tender
	Provider  string // code of the provider's settings; "" when no provider moves the money
	Reference string // the provider's own name of it, or what a person wrote
	Currency  string
	Amount    int64 // that is meant to be paid by it
	Amounts
	AtOnce    bool   // captured as soon as it is authorized
	URL       string // where the customer pays; "" when there is no such page
	ExpiresAt int64  // when what is authorized falls back; zero when unknown
	DueAt     int64  // until when what was promised is to be paid; zero when at the door or never
	Customer  int64  // who promised to pay; zero of other tenders
	Remitted  int64  // of what a carrier collected, what it has paid out
	CreatedAt int64
	UpdatedAt int64
	Version   int64 // how many journal entries tell of it

	Intents []Intent // those that were loaded: at least all that are not settled
}

// pending is how much of a kind is under way.
func (p *Payment) pending(kind string) (sum int64) {
	for i := range p.Intents {
		if x := &p.Intents[i]; x.Kind == kind && !x.Settled() {
			sum += x.Amount
		}
	}
	return sum
}

// busy reports whether an intent of a kind is under way.
func (p *Payment) busy(kinds ...string) bool {
	return slices.ContainsFunc(p.Intents, func(x Intent) bool { return !x.Settled() && slices.Contains(kinds, x.Kind) })
}

// State says in one word how far the payment is. A promise that nobody keeps
// any more is released: it was paid in another way, or is not owed.
func (p *Payment) State() string {
	s := p.Amounts.State()
	if s == Voided && p.Tender.Promised() {
		return Released
	}
	return s
}

// Capturable is what may be captured beside what is under way.
func (p *Payment) Capturable() int64 {
	if p.busy(Void) || p.Tender == Terms {
		return 0
	}
	return max(0, p.Open()-p.pending(Capture))
}

// Taking is how much of it is being captured.
func (p *Payment) Taking() int64 { return p.pending(Capture) }

// Refundable is what may be given back beside what is under way.
func (p *Payment) Refundable() int64 { return max(0, p.Left()-p.pending(Refund)) }

// Voidable reports whether what is open may be let go.
func (p *Payment) Voidable() bool {
	if p.Tender.Promised() {
		return p.Open() > 0
	}
	return p.Provider != "" && (p.Reference != "" || p.Page() != "") && p.Captured == 0 && (p.Open() > 0 || p.State() == Waiting) && !p.busy(Capture, Void, Authorize, Link)
}

// Page is the provider's name of the page on which the customer pays.
func (p *Payment) Page() string {
	for i := range p.Intents {
		if x := &p.Intents[i]; x.Kind == Link && x.State == Succeeded {
			return x.Reference
		}
	}
	return ""
}

// Actions are what may be done next.
func (p *Payment) Actions() []string {
	out := []string{}
	if p.Capturable() > 0 {
		out = append(out, Capture)
	}
	if p.Voidable() {
		out = append(out, Void)
	}
	if p.Refundable() > 0 {
		out = append(out, Refund)
	}
	return out
}

// Begin adds an intent when the amount is within what is left of the payment,
// what is under way counted in. Zero means all that is left.
func (p *Payment) Begin(x Intent) (*Intent, error) {
	if len(p.Intents) >= MaxIntents {
		return nil, fault.New(fault.Conflict, "too_many", "payment %s has %d effects already", p.ID, len(p.Intents))
	}
	left := x.Amount
	switch x.Kind {
	case Capture:
		left = p.Capturable()
	case Refund:
		left = p.Refundable()
	case Void:
		if left = p.Open(); !p.Voidable() {
			return nil, fault.New(fault.Conflict, "not_voidable", "payment %s is %s; nothing of it can be let go now", p.ID, p.State())
		}
	}
	if x.Amount == 0 {
		x.Amount = left
	}
	switch {
	case x.Amount > left && x.Kind == Capture:
		return nil, fault.New(fault.Conflict, "more_than_authorized", "payment %s: at most %d minor units can be captured, not %d", p.ID, left, x.Amount)
	case x.Amount > left:
		return nil, fault.New(fault.Conflict, "more_than_captured", "payment %s: at most %d minor units can be given back, not %d", p.ID, left, x.Amount)
	case x.Amount <= 0 && x.Kind == Capture:
		return nil, fault.New(fault.Conflict, "nothing_to_capture", "payment %s is %s; nothing of it can be captured", p.ID, p.State())
	case x.Amount <= 0 && x.Kind == Refund:
		return nil, fault.New(fault.Conflict, "nothing_to_refund", "payment %s is %s; nothing of it can be given back", p.ID, p.State())
	}
	x.Payment, x.Order, x.State = p.ID, p.Order, Pending
	p.Intents = append(p.Intents, x)
	return &p.Intents[len(p.Intents)-1], nil
}

// Learn joins what somebody knows of the payment to what is known, and gives
// what was known before.
func (p *Payment) Learn(a Amounts) (before Amounts) {
	before = p.Amounts
	p.Amounts = p.Amounts.Join(a)
	return before
}

// Intent finds one of the loaded intents; nil when there is none.
func (p *Payment) Intent(id IntentID) *Intent {
	if i := slices.IndexFunc(p.Intents, func(x Intent) bool { return x.ID == id }); i >= 0 {
		return &p.Intents[i]
	}
	return nil
}

// Due is what an order's customer still has to pay, what is under way counted
// as if it came. What was promised is still to be paid.
func Due(payable, paid, refunded int64, payments []*Payment) int64 {
	due := payable - paid + refunded
	for _, p := range payments {
		if p.Captured == 0 && !p.Tender.Promised() && p.State() != Failed && p.State() != Voided && p.Credited == 0 && !p.fruitless() {
			due -= max(p.Amount, p.Authorized)
		}
	}
	return max(0, due)
}

// fruitless reports whether what was to begin a payment failed.
func (p *Payment) fruitless() bool {
	return p.Authorized == 0 && slices.ContainsFunc(p.Intents, func(x Intent) bool {
		return x.State == Declined && (x.Kind == Authorize || x.Kind == Link || x.Kind == Adopt)
	})
}

// LooksLikeCard reports whether a text holds what may be a card's number: 13 to
// 19 digits, in groups or not, that pass the check of card numbers.
func LooksLikeCard(text string) bool {
	var run []byte
	for i := 0; i <= len(text); i++ {
		switch {
		case i < len(text) && text[i] >= '0' && text[i] <= '9':
			run = append(run, text[i]-'0')
			continue
		case i < len(text) && (text[i] == ' ' || text[i] == '-') && len(run) > 0:
			continue
		}
		if len(run) >= 13 && len(run) <= 19 && luhn(run) {
			return true
		}
		run = run[:0]
	}
	return false
}

func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
