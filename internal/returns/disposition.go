package returns

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/stock"
)

// Disposition is what becomes of units that came back.
type Disposition string

// The dispositions. A unit's can be changed later, but what was scrapped is gone.
const (
	Uninspected Disposition = ""
	Restock     Disposition = "restock"    // sellable again
	Damaged     Disposition = "damaged"    // stays, and is not sold
	Quarantine  Disposition = "quarantine" // stays in quality control
	Supplier    Disposition = "supplier"   // in quality control until its supplier takes it back
	Scrap       Disposition = "scrap"      // leaves the books
)

// Dispositions lists those that an inspection gives.
var Dispositions = []Disposition{Restock, Damaged, Quarantine, Supplier, Scrap}

// Known reports whether it is one of them.
func (d Disposition) Known() bool {
	for _, x := range Dispositions {
		if x == d {
			return true
		}
	}
	return false
}

// State is where units of the disposition lie; ok is false when they lie nowhere.
func (d Disposition) State() (state stock.State, ok bool) {
	switch d {
	case Restock:
		return stock.OnHand, true
	case Damaged:
		return stock.Damaged, true
	case Scrap:
		return "", false
	}
	return stock.QualityControl, true
}

func (l *Line) in(d Disposition) *int64 {
	switch d {
	case Restock:
		return &l.Restocked
	case Damaged:
		return &l.Damaged
	case Quarantine:
		return &l.Quarantined
	case Supplier:
		return &l.Supplier
	case Scrap:
		return &l.Scrapped
	}
	return nil
}

// In is how many of the units that came have the disposition.
func (l *Line) In(d Disposition) int64 {
	if at := l.in(d); at != nil {
		return *at
	}
	n := l.Quantity
	for _, x := range Dispositions {
		n -= *l.in(x)
	}
	return n
}

// Move is units of a line that go from one disposition to another. Receiving
// and its reverse are no moves: they change how many there are.
type Move struct {
	N        int
	Quantity int64 // zero means all
	From, To Disposition
}

// Shift is what a level's state changes by.
type Shift struct {
	Item     int64
	State    stock.State
	Quantity int64
}

// Inspect carries out moves and tells what they change on the shelf, and by how
// many units each order line has more or fewer restocked. A refusal has changed
// nothing.
func (r *Return) Inspect(moves []Move) (shifts []Shift, restocked map[int]int64, err error) {
	x := r.Clone()
	var faults fault.List
	restocked = map[int]int64{}
	for i, m := range moves {
		at := fmt.Sprintf("/lines/%d", i)
		l := x.Line(m.N)
		switch {
		case l == nil:
			faults.Add(at+"/n", "no_such_line", "return %s has no line %d", r.Name(), m.N)
			continue
		case !m.To.Known():
			faults.Add(at+"/to", "unknown_disposition", "%q is no disposition; use restock, damaged, quarantine, supplier or scrap", m.To)
			continue
		case m.From == Scrap || m.From != Uninspected && !m.From.Known() || m.From == m.To:
			faults.Add(at+"/from", "unknown_disposition", "units go from %q to %q: what is scrapped is gone, and what stays needs no move", m.From, m.To)
			continue
		}
		n := m.Quantity
		if n == 0 {
			n = l.In(m.From)
		}
		if n < 1 || n > l.In(m.From) {
			faults.Add(at+"/quantity", "not_there", "line %d has %d such units, %d were named", l.N, l.In(m.From), m.Quantity)
			continue
		}
		if from := l.in(m.From); from != nil {
			*from -= n
		}
		*l.in(m.To) += n
		if l.Line != 0 && (m.To == Restock || m.From == Restock) && l.Stocked {
			if m.To == Restock {
				restocked[l.Line] += n
			} else {
				restocked[l.Line] -= n
			}
		}
		if l.Stocked {
			shifts = append(shifts, between(l.Item, m.From, m.To, n)...)
		}
	}
	if len(moves) == 0 {
		faults.Add("/lines", "missing", "say what becomes of which units")
	}
	if err := faults.As(fault.Conflict, "not_there", "some units cannot be disposed of so"); err != nil {
		return nil, nil, err
	}
	*r = *x
	return shifts, restocked, nil
}

func between(item int64, from, to Disposition, n int64) []Shift {
	a, lay := from.State()
	b, lies := to.State()
	if lay && lies && a == b {
		return nil
	}
	var out []Shift
	if lay {
		out = append(out, Shift{item, a, -n})
	}
	if lies {
		out = append(out, Shift{item, b, n})
	}
	return out
}

// Came is units of a line that are here, or with Quantity below zero are not
// after all.
type Came struct {
	N        int
	Quantity int64
}

// Receive books units in and tells of each order line how many that were asked
// for have come, and how many in all. What is more than was asked for is told
// as coming from nowhere: the order says whether it may.
func (r *Return) Receive(came []Came) (shifts []Shift, asked, back map[int]int64, err error) {
	x := r.Clone()
	asked, back = map[int]int64{}, map[int]int64{}
	var faults fault.List
	for i, c := range came {
		l := x.Line(c.N)
		switch {
		case l == nil:
			faults.Add(fmt.Sprintf("/lines/%d", i), "no_such_line", "return %s has no line %d", r.Name(), c.N)
			continue
		case c.Quantity == 0:
			faults.Add(fmt.Sprintf("/lines/%d/quantity", i), "not_positive", "say how many there are")
			continue
		case c.Quantity < 0 && -c.Quantity > min(l.In(Uninspected), l.Quantity-l.Refunded):
			faults.Add(fmt.Sprintf("/lines/%d/quantity", i), "not_there", "line %d has %d units that are neither inspected nor refunded", l.N, min(l.In(Uninspected), l.Quantity-l.Refunded))
			continue
		}
		more := l.Quantity - (l.Asked - l.Requested) // that nobody had asked for
		l.Quantity += c.Quantity
		if l.Line != 0 {
			expected := min(c.Quantity, l.Requested)
			if c.Quantity < 0 { // taken back: those that were asked for are so again, the others first
				expected = min(0, c.Quantity+max(0, more))
			}
			l.Requested -= expected
			asked[l.Line] -= expected
			back[l.Line] += c.Quantity
		}
		if l.Stocked {
			shifts = append(shifts, Shift{l.Item, stock.QualityControl, c.Quantity})
		}
	}
	if len(came) == 0 {
		faults.Add("/lines", "missing", "say what came")
	}
	if err := faults.As(fault.Conflict, "not_there", "some units cannot be booked so"); err != nil {
		return nil, nil, nil, err
	}
	*r = *x
	return shifts, asked, back, nil
}
