package fulfillment

import (
	"fmt"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/order"
)

// MaxActLines bounds the lines that one act may name.
const MaxActLines = order.MaxLines

// Part names units of one line of a fulfillment by the order's line number;
// a Quantity of zero means all that the act can take.
type Part struct {
	Line     int
	Quantity int64
}

// Release decides that the floor may begin.
func (f *Fulfillment) Release() (order.Delta, error) {
	if f.WorkStatus != Pending {
		return order.Delta{}, f.wrong("release", "it is not waiting for release")
	}
	return order.Delta{Released: []int64{int64(f.ID)}}, nil
}

// Recall decides that the floor gives back what it has not touched.
func (f *Fulfillment) Recall() (order.Delta, error) {
	if f.Firm() {
		return f.Withdraw()
	}
	if f.WorkStatus != Released {
		return order.Delta{}, f.wrong("recall", "only released work of which nothing is picked can be recalled")
	}
	return order.Delta{Recalled: []int64{int64(f.ID)}}, nil
}

// Pick decides that units were taken off the shelf.
func (f *Fulfillment) Pick(parts []Part) (order.Delta, error) {
	if f.ReleasedAt == 0 {
		return order.Delta{}, f.wrong("pick", "release it first")
	}
	return f.step("pick", parts, order.Allocated, order.Picked)
}

// Unpick puts picked units back on the shelf.
func (f *Fulfillment) Unpick(parts []Part) (order.Delta, error) {
	return f.step("unpick", parts, order.Picked, order.Allocated)
}

// ShortPick decides that units were looked for and not found: the claim on
// them ends and they have no place any more.
func (f *Fulfillment) ShortPick(parts []Part) (order.Delta, error) {
	switch {
	case f.ReleasedAt == 0:
		return order.Delta{}, f.wrong("short-pick", "release it first")
	case len(parts) == 0:
		return order.Delta{}, fault.New(fault.Invalid, "missing_lines", "name the lines, and how many units were not found")
	}
	return f.step("short-pick", parts, order.Allocated, order.Unsourced)
}

// Pack puts picked units into a parcel.
func (f *Fulfillment) Pack(parts []Part) (order.Delta, error) {
	return f.step("pack", parts, order.Picked, order.Packed)
}

// step moves parts, or all that stand in from, to the next bucket.
func (f *Fulfillment) step(act string, parts []Part, from, to order.Bucket) (order.Delta, error) {
	var d order.Delta
	if len(parts) == 0 {
		for i := range f.Lines {
			if q := f.Lines[i].In(from); q > 0 {
				parts = append(parts, Part{Line: f.Lines[i].Order, Quantity: q})
			}
		}
		if len(parts) == 0 {
			return d, f.wrong(act, fmt.Sprintf("nothing in it is %s", from))
		}
	}
	var faults fault.List
	seen := map[int]bool{}
	for i, p := range parts {
		at := fmt.Sprintf("/lines/%d", i)
		l := f.LineFor(p.Line)
		if l == nil || seen[p.Line] {
			faults.Add(at, "no_such_line", "line %d is not in this fulfillment, or is named twice", p.Line)
			continue
		}
		seen[p.Line] = true
		have := l.In(from)
		q := p.Quantity
		if q == 0 {
			q = have
		}
		if q < 1 || q > have {
			faults.Add(at, "wrong_quantity", "line %d: %d units are %s, %d were named to %s", p.Line, have, from, p.Quantity, act)
			continue
		}
		d.Moves = append(d.Moves, order.Move{Line: p.Line, From: from, To: to, Quantity: q, Fulfillment: int64(f.ID)})
	}
	return d, faults.As(fault.Conflict, "wrong_quantity", "this does not fit what the fulfillment holds")
}

func (f *Fulfillment) wrong(act, why string) error {
	may := strings.Join(f.Actions(), ", ")
	if may == "" {
		may = "nothing more"
	}
	return fault.New(fault.Conflict, "wrong_state", "cannot %s fulfillment %s (%s): %s; it can %s", act, f.ID, f.WorkStatus, why, may)
}

// GiveUp decides that the location does none of what it has claimed and not
// picked. Nothing of it may have been picked: that is put back first.
func (f *Fulfillment) GiveUp() (order.Delta, error) {
	if f.Firm() {
		return order.Delta{}, f.asked("reroute", "a partner was asked for it; withdraw that, or ask it to cancel")
	}
	for i := range f.Lines {
		if l := &f.Lines[i]; l.In(order.Picked)+l.In(order.Packed) > 0 {
			return order.Delta{}, f.wrong("reroute", "units of it are picked; put them back first")
		}
	}
	return f.step("reroute", nil, order.Allocated, order.Unsourced)
}

// Shelve decides that all of it lies on a shelf, for its customer to come for.
// until is how long it waits.
func (f *Fulfillment) Shelve(until int64) (order.Delta, error) {
	if f.WorkStatus != Packed {
		return order.Delta{}, f.wrong("shelve", "all of it has to be packed")
	}
	return f.Shelf("shelved", until), nil
}

// Shelf is the delta that tells what happens to it on its shelf.
func (f *Fulfillment) Shelf(step string, until int64) order.Delta {
	return order.Delta{Shelf: []order.ShelfStep{{ID: int64(f.ID), Step: step, Until: until}}}
}

// OnShelf is a fault when it lies on a shelf: what leaves otherwise is taken
// off first.
func (f *Fulfillment) OnShelf(act string) error {
	if f.WorkStatus != Ready {
		return nil
	}
	return fault.New(fault.Conflict, "on_shelf", "cannot %s fulfillment %s: it waits on a shelf for its customer; hand it over, or take it off the shelf first", act, f.ID)
}
