// Package putaway is the work of bringing what came into its bins: units that
// arrived at a place which keeps bins lie at its door until somebody says where
// they were put.
//
// What belongs here: what waits at the door, and what becomes of it. What does
// not: movements and what lies in which bin (stock), and receipts (desk/floor,
// desk/buy).
package putaway

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/stock"
)

// ID names units that wait at the door for ever.
type ID int64

func (id ID) String() string { return ident.Text("put", int64(id)) }

// ParseID reads the text form, "put_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("put", s)
	return ID(id), err
}

// MaxLines bounds how much is put away, or left, in one act.
const MaxLines = 200

// Task is units of one movement that wait to be put away. Quantities are steps of
// the item.
type Task struct {
	ID       ID
	Cell     stock.Cell
	Movement int64 // that brought them
	Lot      string
	Quantity int64
	Stowed   int64 // lie in bins
	Left     int64 // are not put away: they left at once, or were no receipt
	At       int64
	EndedAt  int64 // nothing of it waits any more
	Version  int64
}

// Of is the task that an arrival makes at a place that keeps bins; nil where units
// came otherwise, in another state than on hand, or were put into a bin at once.
func Of(id ID, m *stock.Movement) *Task {
	if m.State != stock.OnHand || m.Quantity <= 0 || m.Bin != "" || !stock.Arrival(m.Reason) {
		return nil
	}
	return &Task{ID: id, Cell: m.Cell, Movement: m.ID, Lot: m.Lot, Quantity: m.Quantity, At: m.At, Version: 1}
}

// Waits is how many units wait.
func (t *Task) Waits() int64 { return t.Quantity - t.Stowed - t.Left }

// Stow says that units were put into a bin; 0 means all that wait.
func (t *Task) Stow(q, at int64) (Task, int64, error) {
	x := *t
	if q == 0 {
		q = t.Waits()
	}
	if t.Waits() == 0 {
		return x, 0, fault.New(fault.Conflict, "nothing_waits", "nothing of %s waits to be put away", t.ID)
	}
	if q > t.Waits() {
		return x, 0, fault.New(fault.Conflict, "too_many", "only %d units of %s wait to be put away, not %d", t.Waits(), t.ID, q)
	}
	x.Stowed += q
	x.next(at)
	return x, q, nil
}

// Leave says that what waits will not be put away.
func (t *Task) Leave(at int64) (Task, error) {
	x := *t
	if t.Waits() == 0 {
		return x, fault.New(fault.Conflict, "nothing_waits", "nothing of %s waits to be put away", t.ID)
	}
	x.Left += t.Waits()
	x.next(at)
	return x, nil
}

func (t *Task) next(at int64) {
	if t.Version++; t.Waits() == 0 {
		t.EndedAt = at
	}
}

// Line says into which bin units of a task were put.
type Line struct {
	ID       ID
	Bin      string
	Quantity int64 // 0: all that wait
}

// Check lists what is wrong with lines that are put away together. One task may be
// named more than once: its units lie in several bins.
func Check(list []Line) error {
	var l fault.List
	for i, x := range list[:min(len(list), MaxLines)] {
		at := fmt.Sprintf("/lines/%d", i)
		if x.Bin == "" {
			l.Add(at+"/bin", "missing", "say into which bin")
		}
		stock.CheckBin(at+"/bin", x.Bin, &l)
		if x.Quantity < 0 || x.Quantity > stock.MaxQuantity {
			l.Add(at+"/quantity", "out_of_range", "put away between 1 and %d units, or all by leaving it out", int64(stock.MaxQuantity))
		}
	}
	if len(list) == 0 || len(list) > MaxLines {
		l.Add("/lines", "out_of_range", "between 1 and %d lines are put away at once", MaxLines)
	}
	return l.Err()
}
