// Package payments is what the shop asks of whoever moves its money: one small
// portable interface, and one driver a provider beneath it.
//
// What belongs here: the questions and answers, and the errors that tell a
// refusal from not knowing. What does not: when anything is asked (teller), what
// follows from an answer (desk/pay), and any provider's own words (its driver).
//
// Every effect has a key. Asking again with the same key has no second effect,
// and Find tells what became of one. Every answer holds all that the provider
// knows of the payment, never a difference: answers and events can come late,
// twice and in any order, and joining them is enough.
package payments

import (
	"context"
	"errors"
	"net/http"
	"time"

	"orderly/internal/payment"
)

// Limits of one call.
const (
	Timeout      = 20 * time.Second // for a provider to answer
	MaxEventBody = 256 << 10
)

// Ask is what is asked for.
type Ask struct {
	Kind      string // payment.Capture and its like
	Key       string
	Payment   payment.ID
	Intent    payment.IntentID
	Order     int64     // its number, for people
	Reference string    // the provider's name of the payment, "" while it has none
	Page      string    // the provider's name of the page to pay at, "" where there is none
	Currency  string    // upper case
	Amount    int64     // minor units
	AtOnce    bool      // capture as soon as it is authorized
	Keeps     bool      // of what is captured in parts: more is to follow
	Source    string    // what to charge
	Since     time.Time // when it was asked for first
	SentAt    time.Time
}

// Answer is what a provider says of a payment, all of it.
type Answer struct {
	Reference string
	Effect    string
	URL       string // where the customer pays
	ExpiresAt int64
	Currency  string
	Amounts   payment.Amounts
	Done      bool // that the effect that was asked for is in the amounts
}

// Provider moves money. It is safe for concurrent use.
type Provider interface {
	// Do brings an effect about. A *Refused says that it did not happen and will
	// not under this key; any other error, that nobody knows.
	Do(context.Context, Ask) (Answer, error)

	// Find tells what became of an effect by its key. Without Done it did not
	// arrive, and may be asked for again with the same key. It changes nothing.
	Find(context.Context, Ask) (Answer, error)

	// Look tells what the provider knows of a payment, by its own name of it or
	// of the page at which it is to be made.
	Look(ctx context.Context, reference string) (Answer, error)

	// Events reads what the provider told over its own signature; none for what
	// is of no concern. ErrSignature when it is not the provider who speaks.
	Events(header http.Header, body []byte, now time.Time) ([]payment.Event, error)

	// Remembers is how long a key surely has no second effect.
	Remembers() time.Duration

	// Check asks whether the provider takes the shop's secrets. It changes
	// nothing. ErrAccess when it does not.
	Check(context.Context) (Checked, error)
}

// Checked is what a provider says to the shop's secrets.
type Checked struct {
	Live bool // real money moves
}

// Driver makes a provider of the secrets that the shop has from it.
type Driver interface {
	// Fields are the secrets that the provider gives, by name.
	Fields() []string
	Open(secrets map[string]string) (Provider, error)
}

// Refused says that an effect did not happen and will not.
type Refused struct {
	Code   string // stable, of the provider or ours
	Answer Answer // what is known of the payment nevertheless
}

func (r *Refused) Error() string { return "the provider refuses: " + r.Code }

// What drivers say.
var (
	ErrSignature = errors.New("the signature is missing, wrong or too old")
	ErrUnknown   = errors.New("the provider knows no such payment")
	ErrAccess    = errors.New("the provider does not take the secrets of this shop")
)
