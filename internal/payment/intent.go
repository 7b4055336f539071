package payment

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// The kinds of intent: what is to happen outside.
const (
	Authorize = "authorize" // have the bank set money aside
	Link      = "link"      // make a page on which the customer pays
	Adopt     = "adopt"     // take over a payment that the provider knows already
	Capture   = "capture"
	Void      = "void"
	Refund    = "refund"
)

// The states of an intent.
const (
	Pending   = "pending"   // kept, nothing was sent
	Sent      = "sent"      // is being sent, or was when somebody died
	Unknown   = "unknown"   // was sent, and nobody knows what became of it
	Succeeded = "succeeded" // the provider did it
	Declined  = "failed"    // the provider did not and will not
)

// steps are the changes of state that there are. What was sent is never pending
// again, and success is final: a failure that is told later changes nothing.
// That the provider did it after all is believed even after a failure.
var steps = map[string][]string{
	Pending:  {Sent, Succeeded, Declined},
	Sent:     {Sent, Unknown, Succeeded, Declined},
	Unknown:  {Sent, Unknown, Succeeded, Declined},
	Declined: {Succeeded},
}

// IntentID names an intent for ever. Its text is the key by which the provider
// knows the effect, so that sending it twice does it once.
type IntentID int64

func (id IntentID) String() string { return ident.Text("pin", int64(id)) }

// ParseIntentID reads the text form, "pin_…".
func ParseIntentID(s string) (IntentID, error) {
	id, err := ident.Parse("pin", s)
	return IntentID(id), err
}

// Intent is one outside effect on one payment. It is committed before anybody
// is called.
type Intent struct {
	ID        IntentID
	Payment   ID
	Order     int64
	Kind      string
	Amount    int64
	State     string
	Source    string // what is charged: the provider's token, never a card number
	Reference string // the provider's name of the effect
	Reason    string // stable code of why it failed
	Actor     string
	CreatedAt int64
	SentAt    int64 // when it was sent last
	SettledAt int64 // zero while it may still have an effect
}

// Key is what the provider tells two effects apart by.
func (x *Intent) Key() string { return x.ID.String() }

// Settled reports whether the outcome is known.
func (x *Intent) Settled() bool { return x.State == Succeeded || x.State == Declined }

// Step goes to another state. It reports whether that is a change; going where
// the intent stands is none, and neither is a failure after success.
func (x *Intent) Step(to string, at int64) (bool, error) {
	if x.State == to && to != Sent || x.State == Succeeded {
		return false, nil
	}
	if !slices.Contains(steps[x.State], to) {
		return false, fault.New(fault.Conflict, "settled", "intent %s is %s and cannot become %s", x.ID, x.State, to)
	}
	x.State = to
	switch to {
	case Sent:
		x.SentAt = at
	case Succeeded, Declined:
		x.SettledAt, x.Source = at, ""
		if to == Succeeded {
			x.Reason = ""
		}
	}
	return true, nil
}
