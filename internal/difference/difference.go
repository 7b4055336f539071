// Package difference is where a partner's word on its stock and our books do
// not say the same: how far they are apart, how much of that is only under way,
// and what to book for the rest.
//
// What belongs here: the comparison, and what became of it. What does not: the
// report itself (desk/floor), movements (stock), and on which terms a partner
// reports (partner).
package difference

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/stock"
)

// ID names a difference for ever.
type ID int64

func (id ID) String() string { return ident.Text("dif", int64(id)) }

// ParseID reads the text form, "dif_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("dif", s)
	return ID(id), err
}

// How a difference stands.
const (
	Open      = "open"
	Applied   = "applied"   // the books were corrected
	Dismissed = "dismissed" // somebody said that the books are right
	Replaced  = "replaced"  // a later report says something else of the item
)

// States lists them.
var States = []string{Open, Applied, Dismissed, Replaced}

// MaxDecided bounds how many differences are decided on at once.
const MaxDecided = 200

// Difference is an item of which a partner has said another quantity than our
// books. Quantities are whole steps of the item.
type Difference struct {
	ID        ID
	Cell      stock.Cell
	Reference string // of the report
	Said      int64  // what the partner has, with what its terms add to its word
	Books     int64  // what was on hand by our books
	Held      int64  // of that, what it has accepted to send: it may have left untold
	Coming    int64  // what purchase orders and transfers bring there: it may have come untold
	Proposed  int64  // to book; zero where what is under way explains all of it
	State     string
	Taken     int64 // that was booked
	Act       int64 // of the stock ledger, that booked it
	Note      string
	MadeAt    int64
	DecidedAt int64
	Version   int64
}

// Off is how much more the partner has than the books say; below zero, less.
func (d *Difference) Off() int64 { return d.Said - d.Books }

// Compare holds what a partner says against the books. What it has less is
// explained by units that it has accepted to send, what it has more by units that
// are on their way to it; only what is beyond those is proposed. It is nil where
// both say the same.
func Compare(cell stock.Cell, said, books, held, coming int64) *Difference {
	if said == books {
		return nil
	}
	d := Difference{Cell: cell, Said: said, Books: books, Held: held, Coming: coming, State: Open}
	if off := d.Off(); off < 0 {
		d.Proposed = min(0, off+held)
	} else {
		d.Proposed = max(0, off-coming)
	}
	return &d
}

// Corrections are the reasons of movements that correct the books by hand, or by
// another word of the partner. What arrives, leaves or comes back moves the goods as
// well as the books, and leaves both as far apart as they were.
var Corrections = []string{"count", "adjust", "report", "difference", "short_pick", "not_there"}

// Left is how much of a difference there still is to book, and what is proposed of
// it, when the books were corrected by so many units since. It reports false where
// that went beyond what the partner said, or away from it: then the two are to be
// compared anew.
func (d *Difference) Left(corrected int64) (off, proposed int64, ok bool) {
	off = d.Off() - corrected
	if off == 0 || (off < 0) != (d.Off() < 0) || max(off, -off) > max(d.Off(), -d.Off()) {
		return 0, 0, false
	}
	if off < 0 {
		return off, min(0, off+d.Held), true
	}
	return off, max(0, off-d.Coming), true
}

// Same reports whether two are the same difference: then the one that stands
// waits on.
func (d *Difference) Same(x *Difference) bool {
	if d == nil || x == nil {
		return d == x
	}
	return d.Cell == x.Cell && d.Said == x.Said && d.Books == x.Books && d.Held == x.Held && d.Coming == x.Coming
}

// Decision is what somebody decides on a difference.
type Decision struct {
	ID       ID
	Quantity *int64 // to book instead of what is proposed
}

// CheckDecisions lists what is wrong with decisions that are made together.
func CheckDecisions(list []Decision, note string) error {
	var l fault.List
	seen := map[ID]bool{}
	for i, x := range list {
		if seen[x.ID] {
			l.Add(fmt.Sprintf("/lines/%d", i), "repeated", "difference %s is named twice", x.ID)
		}
		seen[x.ID] = true
	}
	if len(list) == 0 || len(list) > MaxDecided {
		l.Add("/lines", "out_of_range", "between 1 and %d differences are decided on at once", MaxDecided)
	}
	stock.CheckNote("/note", note, &l)
	return l.Err()
}

// Book is how much to book of a difference after the books were corrected by so many
// units since: what is proposed of what is left, or what somebody says instead, which
// is on the same side and no more than all that is left.
func (d *Difference) Book(asked *int64, corrected int64) (int64, error) {
	if d.State != Open {
		return 0, fault.New(fault.Conflict, "not_open", "difference %s is %s", d.ID, d.State)
	}
	off, q, ok := d.Left(corrected)
	if !ok {
		return 0, fault.New(fault.Conflict, "corrected", "difference %s: the partner said %d when the books said %d, and the books were corrected by %+d since; dismiss it, or take its next report", d.ID, d.Said, d.Books, corrected)
	}
	if asked != nil {
		q = *asked
	}
	switch {
	case q == 0:
		return 0, fault.New(fault.Conflict, "explained", "difference %s is only under way: nothing is proposed; say how many to book, or dismiss it", d.ID)
	case (q < 0) != (off < 0) || q < min(off, 0) || q > max(off, 0):
		if corrected != 0 {
			return 0, fault.New(fault.Conflict, "out_of_range", "difference %s was of %+d units, and the books were corrected by %+d since: %+d is left, and %+d is not a part of it", d.ID, d.Off(), corrected, off, q)
		}
		return 0, fault.New(fault.Conflict, "out_of_range", "difference %s is of %+d units; %+d is not a part of it", d.ID, off, q)
	}
	return q, nil
}

// End is the difference as it was decided.
func (d *Difference) End(state string, taken, act int64, note string, at int64) *Difference {
	x := *d
	x.State, x.Taken, x.Act, x.Note, x.DecidedAt = state, taken, act, note, at
	x.Version++
	return &x
}
