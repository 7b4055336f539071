package payment

// Limits of what a provider tells.
const (
	MaxEventID   = 200
	MaxEventType = 100
)

// Event is what a provider told of one payment, by itself. It is applied by
// joining, so that neither order nor repetition matters. What it says is true;
// whether it is all, Partial says.
type Event struct {
	Provider  string
	ID        string // the provider's; one event is applied once
	Type      string // the provider's word, for people
	Reference string // of the payment
	Payment   ID     // when the provider tells our own name of it, or it was found
	Intent    IntentID
	Currency  string
	Amounts   Amounts
	Partial   bool // it may not say all: the provider is to be asked
	ExpiresAt int64
	At        int64 // when it happened, as the provider says
	KeptAt    int64
	AppliedAt int64 // zero while its payment is not known
}

// Fits reports whether an event can be of a payment.
func (e *Event) Fits(p *Payment) bool {
	return e.Provider == p.Provider && (e.Currency == "" || e.Currency == p.Currency)
}
