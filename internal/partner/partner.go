// Package partner is what we ask of places that are not our own, suppliers that
// drop-ship and 3PLs: on which terms, what is under way with them, and what the
// clock does when they are silent.
//
// What belongs here: terms, requests, and their clocks. What does not: what an
// answer does to units (fulfillment), where else they may come from (sourcing),
// and how a partner is reached (edges and drivers).
package partner

import (
	"slices"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Limits of terms and of what a partner says.
const (
	MaxHours     = 24 * 60
	MaxChases    = 10
	MaxReference = 60
	MaxNote      = 500
	MaxParcels   = 50 // in one message that goods have left
)

// What becomes of what a partner never answers.
const (
	Elsewhere = "elsewhere" // another place is looked for
	Person    = "person"    // somebody decides
)

// What a partner's word on its stock does.
const (
	Follow    = "follow"  // the books follow it at once: the stock is the partner's
	Comparing = "compare" // where it differs, a person decides: the stock is ours
)

// Terms are what is agreed with the partner behind a location. A location
// without terms of its own has Usual ones.
type Terms struct {
	Location     stock.LocationID
	RespondHours int64  // within which it answers
	ChaseHours   int64  // between two reminders
	Chases       int64  // reminders before it counts as silent
	Silent       string // Elsewhere or Person
	ShipHours    int64  // within which it sends what it accepted; zero: as the order says
	StockHours   int64  // for how long its word on its stock is good; zero: for ever
	StockLess    bool   // its word leaves out what it accepted from us already
	StockWord    string // Follow or Comparing
	Email        string // where it is written to; "" for its supplier's address

	TrialFirst  bool  // nothing is asked of it before a trial order has passed
	PassedAt    int64 // when the first one did; zero when none
	StockAt     int64 // when it last said what it has; zero when never
	CompleteAt  int64 // when it last said all that it has; zero where it never does
	EditVersion int64
	UpdatedAt   int64
}

// Usual are the terms of a partner with whom nothing was agreed.
func Usual(at stock.LocationID) Terms {
	return Terms{Location: at, RespondHours: 24, ChaseHours: 12, Chases: 2, Silent: Elsewhere, ShipHours: 48, StockWord: Follow}
}

// Check lists every fault of the terms.
func (t *Terms) Check(l *fault.List) {
	hours := func(at string, n, least int64) {
		if n < least || n > MaxHours {
			l.Add(at, "out_of_range", "hours are %d to %d", least, MaxHours)
		}
	}
	hours("/respond_hours", t.RespondHours, 1)
	hours("/chase_hours", t.ChaseHours, 1)
	hours("/ship_hours", t.ShipHours, 0)
	hours("/stock_hours", t.StockHours, 0)
	if t.Chases < 0 || t.Chases > MaxChases {
		l.Add("/chases", "out_of_range", "0 to %d reminders", MaxChases)
	}
	if t.Email != "" && !message.PlainAddress(t.Email) {
		l.Add("/email", "invalid_address", "write one e-mail address, such as orders@partner.example")
	}
	if t.Silent != Elsewhere && t.Silent != Person {
		l.Add("/silent", "unknown_word", "say what becomes of what is not answered: %s or %s", Elsewhere, Person)
	}
	if t.StockWord != Follow && t.StockWord != Comparing {
		l.Add("/stock_word", "unknown_word", "say what its word on its stock does: %s or %s", Follow, Comparing)
	}
}

// Stale reports whether the partner's last word on its stock is too old to sell
// by. Who never said anything is not stale: people keep that stock by hand. Who
// waits for a trial order sells nothing yet.
func (t *Terms) Stale(at int64) bool {
	return t.Waits() || t != nil && t.StockHours > 0 && t.StockAt > 0 && at-t.StockAt > hours(t.StockHours)
}

// Reported are the terms after a report. Who says all that it has by one report
// says nothing of the age of the rest by another that names a part.
func (t *Terms) Reported(complete bool, at int64) Terms {
	x := *t
	if complete {
		x.CompleteAt = at
	}
	if complete || x.CompleteAt == 0 {
		x.StockAt = at
	}
	return x
}

func hours(n int64) int64 { return n * time.Hour.Microseconds() }

// Asks reports whether work at a kind of location is asked for.
func Asks(kind string) bool { return kind == "supplier" || kind == "3pl" }

// What a cancellation is for.
const (
	ToCancel = "cancel"    // the customer does not want it
	ToMove   = "elsewhere" // another place shall send it
)

// Request is what is, or was, under way with a partner about a fulfillment.
type Request struct {
	Fulfillment fulfillment.ID
	Order       order.ID
	Location    stock.LocationID
	Status      string // that of the fulfillment
	Round       int64  // how often it was submitted
	SubmittedAt int64
	AnsweredAt  int64  // zero while it is not
	DueAt       int64  // when the answer, or the goods, are due; zero when nothing is owed
	NextAt      int64  // when the clock has something to do; zero when never
	Chases      int64  // of what is owed now
	Reference   string // the partner's own number
	Reason      string // of the last no
	Then        string // what a cancellation is for
	EndedAt     int64  // when nothing was left to do
	Version     int64
}

// Step notes what has happened, and what the clock has to do next.
func (r *Request) Step(s order.RequestStep, at int64, t *Terms) {
	switch s.Step {
	case fulfillment.StepSubmitted:
		r.Round++
		r.SubmittedAt, r.AnsweredAt, r.Reason, r.Reference, r.EndedAt = at, 0, "", "", 0
		r.owes(at + hours(t.RespondHours))
	case fulfillment.StepWithdrawn:
		r.owes(0)
	case fulfillment.StepAccepted:
		r.AnsweredAt, r.Reason = max(at, r.SubmittedAt), s.Reason // a clock may have been set back
		r.ships(at, t)
	case fulfillment.StepRejected:
		r.AnsweredAt, r.Reason = max(at, r.SubmittedAt), s.Reason // a clock may have been set back
		r.owes(0)
	case fulfillment.StepFailed:
		r.Reason = s.Reason
	case fulfillment.StepCancellationAsked:
		r.Reason = s.Reason
		r.owes(at + hours(t.RespondHours))
	case fulfillment.StepCancellationAccepted:
		r.owes(0)
	case fulfillment.StepCancellationRejected:
		r.Reason, r.Then = s.Reason, ""
		r.ships(at, t)
	case fulfillment.StepChased:
		r.Chases++
		r.NextAt = at + hours(t.ChaseHours)
	}
}

func (r *Request) ships(at int64, t *Terms) {
	if t.ShipHours > 0 {
		r.owes(at + hours(t.ShipHours))
	} else {
		r.owes(0)
	}
}

func (r *Request) owes(due int64) { r.DueAt, r.NextAt, r.Chases = due, due, 0 }

// Follow takes the status of the fulfillment over, at its end or when goods
// that had left came back.
func (r *Request) Follow(status string, at int64) {
	r.Status = status
	switch over := !slices.Contains(open, status); {
	case over && r.EndedAt == 0:
		r.EndedAt = at
		r.owes(0)
	case !over:
		r.EndedAt = 0
	}
}

// open are the statuses in which a partner owes something.
var open = []string{fulfillment.Submitted, fulfillment.Accepted, fulfillment.CancellationRequested}

// What the clock has to do with a request.
const (
	Nothing = ""
	Remind  = "remind"
	Leave   = "leave" // take it elsewhere: the partner is silent
	Tell    = "tell"  // put it before a person
)

// Tick tells what the clock has to do now.
func (r *Request) Tick(at int64, t *Terms) string {
	switch {
	case r.NextAt == 0 || at < r.NextAt:
		return Nothing
	case r.Chases < t.Chases:
		return Remind
	case r.Status == fulfillment.Submitted && t.Silent == Elsewhere:
		return Leave
	}
	return Tell
}

// Told reports whether a person was told that the partner is silent.
func (r *Request) Told() bool { return r.DueAt > 0 && r.NextAt == 0 && slices.Contains(open, r.Status) }

// Rest has the clock leave the request alone until something happens.
func (r *Request) Rest() { r.NextAt = 0 }

// Reasons for which a partner says no.
var Reasons = []string{"out_of_stock", "discontinued", "address", "capacity", "price", "other"}

// CheckAnswer lists what is wrong with a partner's words.
func CheckAnswer(reason, reference, note string, needsReason bool, l *fault.List) {
	if (needsReason || reason != "") && !slices.Contains(Reasons, reason) {
		l.Add("/reason", "unknown_reason", "say why: out_of_stock, discontinued, address, capacity, price or other")
	}
	if utf8.RuneCountInString(reference) > MaxReference {
		l.Add("/reference", "too_long", "a reference has at most %d characters", MaxReference)
	}
	if utf8.RuneCountInString(note) > MaxNote {
		l.Add("/note", "too_long", "a note has at most %d characters", MaxNote)
	}
}
