// Package returns is what customers send back: a return from the request to
// its end, what becomes of each unit, and the policy that says what may come
// back at all.
//
// What belongs here: the return and its lines, its states and what may be done
// in each, the dispositions and what each means for stock, the policy. What
// does not: how many units of an order left and what they are worth (order),
// the levels (stock), and any act or row.
//
// Comment and Note are people's own words: they stand in the return's row
// alone, never in the journal.
package returns

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Limits of one return.
const (
	MaxLines = 500
	MaxText  = 2000 // characters of a comment or a note
	MaxOpen  = 20   // returns of one order that a customer may have open
)

// ID names a return for ever.
type ID int64

func (id ID) String() string { return ident.Text("ret", int64(id)) }

// ParseID reads the text form, "ret_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ret", s)
	return ID(id), err
}

// Where a return came from.
const (
	Counter = "counter" // received in one act, without a request
	Portal  = "portal"  // the customer asked for it
	Staff   = "staff"   // somebody asked for it on the customer's behalf
	Parcel  = "parcel"  // a parcel comes back by itself
)

// The states, in the order of a return's life.
const (
	Requested = "requested"
	Approved  = "approved"
	InTransit = "in_transit"
	Received  = "received"  // some of it is here and not all of that is inspected
	Inspected = "inspected" // what is here has found its place; money and the end are to come
	Closed    = "closed"
	Refused   = "refused"
	Canceled  = "canceled"
)

// States lists every state.
var States = []string{Requested, Approved, InTransit, Received, Inspected, Closed, Refused, Canceled}

// Return is goods of one order that come back, or have, at one location.
type Return struct {
	ID       ID
	Number   int64 // what people call it, after an R
	Order    order.ID
	Location stock.LocationID // where it is to go, and then where it was received
	Origin   string
	Reason   string // of a return that was received in one act
	Comment  string // the customer's words
	Note     string // ours to the customer: why not, or how to send it
	Carrier  string
	Tracking string

	At         int64 // when it was asked for, or received in one act
	ApprovedAt int64
	RefusedAt  int64
	CanceledAt int64
	SentAt     int64
	ReceivedAt int64 // the first of it
	ClosedAt   int64

	Replacement order.ID // that went out in exchange

	ToCredit  bool  // the customer chose store credit
	BonusRate int64 // on top of store credit, in basis points: as it was offered first

	Money   Money
	Lines   []Line
	State   string // derived, and kept for lists
	Version int64  // how many journal entries tell of it
}

// Money is what a return has given back, in minor units of the order's currency.
type Money struct {
	Worth    int64 // of its units, exact
	Fees     int64 // of the order, given back with it
	Deducted int64 // kept of that; below zero when more was given
	Given    int64 // Worth + Fees − Settled − Deducted
	Reason   string

	Credit  int64 // of an exchange: what of the worth pays for the replacement
	Settled int64 // how much of that the units have come to so far
	Turned  int64 // of Given, what became store credit
	Bonus   int64 // granted on top of that
}

// Line is units of one item: of an order's line, or of none (Line zero) when
// something else lay in the box.
type Line struct {
	N         int // position, from 1
	Line      int
	Item      int64
	Stocked   bool   // known when its order is; not kept
	Reason    string // the customer's, one of the policy's
	Asked     int64  // as it was asked for
	Requested int64  // still to come
	Quantity  int64  // came

	// What became of those that came; the others wait for inspection.
	Restocked   int64
	Damaged     int64
	Quarantined int64
	Supplier    int64
	Scrapped    int64

	Refunded int64 // units of which the worth was given back
}

// AtOnce is a return that was received in one act and is over with it.
func AtOnce(id ID, of order.ID, at stock.LocationID, reason string, when int64) *Return {
	return &Return{
		ID: id, Order: of, Location: at, Origin: Counter, Reason: reason, At: when, ApprovedAt: when, ReceivedAt: when, ClosedAt: when,
	}
}

// Take adds units that came, of which some are sellable again; the others lie
// damaged.
func (r *Return) Take(line int, item, quantity, restocked int64) {
	r.Lines = append(r.Lines, Line{
		N: len(r.Lines) + 1, Line: line, Item: item, Asked: quantity, Quantity: quantity, Restocked: restocked, Damaged: quantity - restocked,
	})
}

// Name is its number as people write it.
func (r *Return) Name() string { return Name(r.Number) }

// Clone is a copy that can be changed without changing the return.
func (r *Return) Clone() *Return {
	c := *r
	c.Lines = slices.Clone(r.Lines)
	return &c
}

// Line finds a line by its position, nil when there is none.
func (r *Return) Line(n int) *Line {
	if n >= 1 && n <= len(r.Lines) && r.Lines[n-1].N == n {
		return &r.Lines[n-1]
	}
	return nil
}

// Of finds the line with units of an order's line; nil when there is none.
func (r *Return) Of(line int) *Line {
	for i := range r.Lines {
		if r.Lines[i].Line == line && line != 0 {
			return &r.Lines[i]
		}
	}
	return nil
}

// Sums are the units of all lines together.
type Sums struct{ Requested, Came, ToInspect, ToRefund int64 }

// Sums adds up the lines.
func (r *Return) Sums() Sums {
	var s Sums
	for i := range r.Lines {
		l := &r.Lines[i]
		s.Requested += l.Requested
		s.Came += l.Quantity
		s.ToInspect += l.In(Uninspected)
		if l.Line != 0 {
			s.ToRefund += l.Quantity - l.Refunded
		}
	}
	return s
}

// Derive gives the state that follows from what has happened.
func (r *Return) Derive() string {
	s := r.Sums()
	switch {
	case r.RefusedAt != 0:
		return Refused
	case r.CanceledAt != 0:
		return Canceled
	case r.ClosedAt != 0:
		return Closed
	case s.ToInspect > 0:
		return Received
	case s.Came > 0:
		return Inspected
	case r.SentAt != 0:
		return InTransit
	case r.ApprovedAt != 0:
		return Approved
	}
	return Requested
}

// Open reports whether more is to happen.
func (r *Return) Open() bool { return r.RefusedAt == 0 && r.CanceledAt == 0 && r.ClosedAt == 0 }

// Actions are what may be done next with the return as it is.
func (r *Return) Actions() []string {
	out := []string{}
	s, state := r.Sums(), r.Derive()
	may := func(act string, when bool) {
		if when {
			out = append(out, act)
		}
	}
	open := r.Open()
	may("approve", state == Requested)
	may("refuse", open && s.Came == 0)
	may("cancel", open && s.Came == 0)
	may("send", state == Approved)
	may("label", state == Approved || state == InTransit)
	may("receive", open)
	may("unreceive", open && s.ToInspect > 0)
	may("inspect", s.Came > 0)
	may("refund", s.ToRefund > 0)
	may("exchange", open && r.Replacement == 0 && s.Requested+s.ToRefund > 0)
	may("close", open && s.Came > 0 && s.ToInspect == 0)
	may("reopen", r.ClosedAt != 0)
	return out
}

// May is nil when an act is among the actions, and else a fault that says what
// state stands against it.
func (r *Return) May(act string) error {
	if slices.Contains(r.Actions(), act) {
		return nil
	}
	why := "is " + r.Derive()
	if s := r.Sums(); act == "close" && s.ToInspect > 0 {
		why = "has units that wait for inspection"
	} else if act == "refund" && s.Came > 0 {
		why = "has given back the worth of all that came"
	}
	return fault.New(fault.Conflict, "not_now", "return %s %s: it cannot %s now", r.Name(), why, act)
}

// Name is a return's number as people write it.
func Name(number int64) string {
	if number == 0 {
		return "R"
	}
	return "R" + decimal(number)
}

func decimal(n int64) string {
	var b [20]byte
	i := len(b)
	for ; n > 0; n /= 10 {
		i--
		b[i] = byte('0' + n%10)
	}
	return string(b[i:])
}
