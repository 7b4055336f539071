// Package asking is what a customer is asked by a link that answers once: which
// questions there are, what may be answered, and how long.
//
// What belongs here: the question and its life. What does not: what an answer
// does to the order (desk/intake), the page (web/track), and the token, which
// is kept only as its hash (store/asks).
package asking

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
)

// ID names a question for ever.
type ID int64

func (id ID) String() string { return ident.Text("ask", int64(id)) }

// ParseID reads the text form, "ask_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ask", s)
	return ID(id), err
}

// The kinds of questions.
const (
	Address    = "address"    // where shall it go
	Substitute = "substitute" // take something else, or none
	Payment    = "payment"    // pay what is due
	Confirm    = "confirm"    // is this order meant
	Delay      = "delay"      // wait, take what is there, or cancel the rest
)

// Kinds are those that people send; a delay is asked about by itself as well.
var Kinds = []string{Address, Substitute, Payment, Confirm, Delay}

// The answers.
const (
	Given   = "given"   // the address
	Accept  = "accept"  // the substitute
	Decline = "decline" // the substitute: the line is canceled
	Pay     = "pay"     // now, on a provider's page
	Yes     = "yes"     // the order is meant
	No      = "no"      // it is not: it is canceled
	Wait    = "wait"
	Ship    = "ship"   // what is there
	Cancel  = "cancel" // the rest
)

var answers = map[string][]string{
	Address: {Given}, Substitute: {Accept, Decline}, Payment: {Pay}, Confirm: {Yes, No}, Delay: {Wait, Ship, Cancel},
}

// Limits.
const (
	DefaultDays = 14
	MaxDays     = 90
	MaxOpen     = 10 // questions of one order that can be answered
	MaxAsks     = 60 // questions of one order
)

const day = int64(24 * 3600 * 1_000_000)

// Ask is one question about one order.
type Ask struct {
	ID         ID
	Order      order.ID
	Kind       string
	Hold       int64
	Line       int // of a substitute
	SKU        string
	Quantity   int64 // 0: as many as it stands in for
	DueAt      int64
	CreatedAt  int64
	ExpiresAt  int64
	AnsweredAt int64
	RevokedAt  int64
	Answer     string
	Actor      string
}

// The states of a question.
const (
	Open     = "open"
	Answered = "answered"
	Revoked  = "revoked"
	Expired  = "expired"
)

// State is what may be done with the question at an instant.
func (a *Ask) State(now int64) string {
	switch {
	case a.AnsweredAt != 0:
		return Answered
	case a.RevokedAt != 0:
		return Revoked
	case now >= a.ExpiresAt:
		return Expired
	}
	return Open
}

// Check lists the faults of a new question.
func (a *Ask) Check(days int64, l *fault.List) {
	if !slices.Contains(Kinds, a.Kind) {
		l.Add("/kind", "unknown_kind", "ask about one of %v", Kinds)
	}
	if days < 0 || days > MaxDays {
		l.Add("/days", "out_of_range", "a link lasts between 1 and %d days", MaxDays)
	}
	if a.Kind != Substitute {
		if a.Line != 0 || a.SKU != "" || a.Quantity != 0 {
			l.Add("/line", "no_substitute", "only a substitute is about a line")
		}
		return
	}
	if a.Line <= 0 {
		l.Add("/line", "missing", "say which line is to be substituted")
	}
	if a.SKU == "" {
		l.Add("/sku", "missing", "say what stands in for it")
	}
	if a.Quantity < 0 || a.Quantity > order.MaxQuantity {
		l.Add("/quantity", "out_of_range", "between 0, for as many as it stands in for, and %d", order.MaxQuantity)
	}
}

// Until is when a question that is asked now ends.
func Until(now, days int64) int64 {
	if days == 0 {
		days = DefaultDays
	}
	return now + days*day
}

// May is a fault when the question cannot be answered so at an instant.
func (a *Ask) May(answer string, now int64) error {
	switch a.State(now) {
	case Answered:
		return fault.New(fault.Conflict, "link_used", "this was answered already")
	case Revoked:
		return fault.New(fault.Conflict, "link_revoked", "this question is no longer asked")
	case Expired:
		return fault.New(fault.Conflict, "link_expired", "this link has expired")
	}
	if !slices.Contains(answers[a.Kind], answer) {
		var l fault.List
		l.Add("/answer", "unknown_answer", "answer with one of %v", answers[a.Kind])
		return l.Err()
	}
	return nil
}
