package order

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Refund is what parts of an order are worth when their money goes back.
type Refund struct {
	Lines  []LineRefund // of units, and of whole sets of bundles; fees come last
	Amount int64
}

// RefundFor tells what units of lines, and whole fees, are worth: net of
// discounts, with tax, and with their share of the order's deductions. However
// an order is parted into refunds and cancellations, together they close at its
// total. Only units that came back have a worth to give; a part of quantity zero
// means all of the line that did and are not refunded. A component of a bundle is worth nothing until its set is whole.
func (o *Order) RefundFor(parts []Part, fees []int) (Refund, error) {
	leaves, err := o.leafParts(parts)
	if err != nil {
		return Refund{}, err
	}
	var faults fault.List
	more := map[int]int64{}
	for _, p := range leaves {
		l := o.Line(p.Line)
		most, n := l.Q[Returned]-l.RefundedUnits, p.Quantity
		if n == 0 {
			n = most
		}
		if n > most || n == 0 {
			faults.Add(p.at, "not_refundable", "line %d: the worth of %d units can still be given back, %d were named", l.N, most, p.Quantity)
			continue
		}
		more[l.N] = n
	}
	given := o.feesBack(fees, &faults)
	if err := faults.As(fault.Conflict, "not_refundable", "some of it was given back already"); err != nil {
		return Refund{}, err
	}
	r := o.worthOf(more)
	for _, f := range given {
		r.Lines = append(r.Lines, f)
		r.Amount += f.Amount
	}
	return r, nil
}

// feesBack are the fees that go back, each as a whole and once.
func (o *Order) feesBack(fees []int, faults *fault.List) []LineRefund {
	var out []LineRefund
	seen := map[int]bool{}
	for i, n := range fees {
		at := fmt.Sprintf("/fees/%d", i)
		switch {
		case n < 1 || n > len(o.Fees):
			faults.Add(at, "no_such_fee", "order %d has no fee %d", o.Number, n)
		case o.Fees[n-1].Sum() <= 0:
			faults.Add(at, "not_refundable", "fee %d is a deduction; its share is in the worth of the lines", n)
		case seen[n] || o.Fees[n-1].Refunded != 0:
			faults.Add(at, "not_refundable", "fee %d was given back already", n)
		default:
			seen[n] = true
			out = append(out, LineRefund{Units: int64(n), Amount: o.Fees[n-1].Sum()})
		}
	}
	return out
}

// worthOf is what more refunded units of leaf lines are worth. What lines are
// worth by their nets is scaled to what the order's deductions have left, of
// which the last refund takes the rest.
func (o *Order) worthOf(more map[int]int64) Refund {
	var r Refund
	var full []int64
	var now, rest, pool int64
	for i := range o.Lines {
		l := &o.Lines[i]
		pool -= l.Refunded
		if l.Parent != 0 {
			if n := more[l.N]; n > 0 { // it counts, and its bundle's line has the worth
				r.Lines, full = append(r.Lines, LineRefund{Line: l.N, Units: n}), append(full, 0)
			}
			continue
		}
		pool += l.Net()
		units, before, after, canceled := o.goneOf(l, more)
		value := worth(l.Net(), units, before, after)
		rest += worth(l.Net(), units, before, units-canceled)
		if now += value; after > before {
			r.Lines, full = append(r.Lines, LineRefund{Line: l.N, Units: after - before}), append(full, value)
		}
	}
	for i := range o.Fees {
		pool += min(0, o.Fees[i].Sum())
	}
	pool = max(0, pool-o.Totals.Canceled)
	r.Amount = min(share(pool, now, rest), pool)
	for i, part := range money.Split(r.Amount, full) {
		if r.Amount != 0 {
			r.Lines[i].Amount = part
		}
	}
	return r
}

// goneOf tells of a top line how many units it has, how many of them were
// refunded before and will be after, and how many were canceled. Of a bundle
// those are whole sets, of which every component is gone in one way or another.
func (o *Order) goneOf(l *Line, more map[int]int64) (units, before, after, canceled int64) {
	if l.Leaf() {
		return l.Q[Ordered], l.RefundedUnits, l.RefundedUnits + more[l.N], l.Q[Canceled]
	}
	whole, gone := int64(-1), int64(-1)
	for _, c := range o.Components(l.N) {
		per := max(1, c.PerParent)
		back := c.Q[Canceled] / per
		all := (c.Q[Canceled] + c.RefundedUnits + more[c.N]) / per
		if whole < 0 || back < whole {
			whole = back
		}
		if gone < 0 || all < gone {
			gone = all
		}
	}
	whole, gone = max(0, whole), max(0, gone)
	return l.Quantity, l.RefundedUnits, max(l.RefundedUnits, gone-whole), whole
}

// applyRefunds adds to lines and fees what was given back for them.
func (o *Order) applyRefunds(list []LineRefund) error {
	for _, r := range list {
		if r.Line == 0 {
			if r.Units < 1 || r.Units > int64(len(o.Fees)) || o.Fees[r.Units-1].Refunded != 0 || o.Fees[r.Units-1].Sum() != r.Amount {
				return fmt.Errorf("refund %d of fee %d", r.Amount, r.Units)
			}
			o.Fees[r.Units-1].Refunded = r.Amount
			continue
		}
		l := o.Line(r.Line)
		if l == nil || r.Units < 1 || r.Amount < 0 {
			return fmt.Errorf("refund %d of %d units of line %d", r.Amount, r.Units, r.Line)
		}
		l.RefundedUnits += r.Units
		l.Refunded += r.Amount
		if err := l.checkRefund(); err != nil {
			return err
		}
	}
	return nil
}

// checkRefund is nil when no more is refunded of a line than came back of it,
// and than it is worth.
func (l *Line) checkRefund() error {
	most := l.Quantity
	if l.Leaf() {
		most = l.Q[Returned]
	}
	if l.RefundedUnits < 0 || l.RefundedUnits > most || l.Refunded < 0 || l.Refunded > l.Net() {
		return fmt.Errorf("line %d: %d units refunded of %d, at %d of %d", l.N, l.RefundedUnits, most, l.Refunded, l.Net())
	}
	return nil
}

// gaveBack reports whether the worth of units of a top line, or of a bundle's
// components, was given back: its terms are fixed from then on.
func (o *Order) gaveBack(l *Line) bool {
	if l.RefundedUnits > 0 {
		return true
	}
	for _, c := range o.Components(l.N) {
		if c.RefundedUnits > 0 {
			return true
		}
	}
	return false
}
