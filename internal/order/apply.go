package order

import (
	"cmp"
	"fmt"
	"slices"
)

// Apply carries out one change: the same function moves the live order under
// the merchant's lock and folds its journal in verify, so that the two cannot
// differ. at is the instant of the entry, entries how many journal entries
// tell the change. An error means that whoever decided the change was wrong;
// the order is then half changed and must be thrown away.
func (o *Order) Apply(d *Delta, at int64, entries int) error {
	if err := o.recast(d); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	if err := o.applyMoves(d.Moves, at); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	if err := o.applyPreorders(d.Preorder); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	if err := o.applyReturns(d); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	if err := o.applyRefunds(d.Refunds); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	if err := o.applyHolds(d, at); err != nil {
		return fmt.Errorf("order %d: %w", o.Number, err)
	}
	o.Paid += d.Paid
	o.Refunded += d.Refunded
	if o.Refunded > o.Paid || o.Paid < 0 || o.Refunded < 0 {
		return fmt.Errorf("order %d: %d refunded of %d paid", o.Number, o.Refunded, o.Paid)
	}
	if len(d.Edited) > 0 {
		o.EditVersion++
	}
	o.Totals.Canceled = o.canceledPart()
	o.UpdatedAt = at
	o.Version += int64(entries)
	o.derive()
	return nil
}

func (o *Order) applyMoves(moves []Move, at int64) error {
	for _, m := range moves {
		l := o.Line(m.Line)
		if l == nil || !l.Leaf() {
			return fmt.Errorf("no leaf line %d", m.Line)
		}
		if err := m.check(l.Q); err != nil {
			return err
		}
		l.Q[m.From] -= m.Quantity
		l.Q[m.To] += m.Quantity
		o.Sums[m.From] -= m.Quantity
		o.Sums[m.To] += m.Quantity
		if m.To == Canceled && l.Preordered > 0 && m.From != Allocated { // what was served stays taken
			l.Preordered -= min(m.Quantity, l.Preordered)
		}
		if m.To == Backordered && l.BackorderedAt == 0 {
			l.BackorderedAt = at
		}
		if l.Q[Backordered] == 0 {
			l.BackorderedAt = 0
		}
	}
	for _, m := range moves {
		if err := o.Line(m.Line).Q.Check(); err != nil {
			return fmt.Errorf("line %d: %w", m.Line, err)
		}
	}
	return nil
}

// applyPreorders notes which units are sold by an offer. A line has those of one
// offer at a time.
func (o *Order) applyPreorders(list []Preordered) error {
	for _, p := range list {
		l := o.Line(p.Line)
		switch {
		case l == nil || !l.Leaf() || p.Quantity <= 0 || p.Offer <= 0:
			return fmt.Errorf("pre-order %d of line %d by offer %d", p.Quantity, p.Line, p.Offer)
		case l.Preordered > 0 && l.Preorder != p.Offer:
			return fmt.Errorf("line %d is pre-ordered by another offer", p.Line)
		case l.Preordered+p.Quantity > l.Q[Ordered]:
			return fmt.Errorf("line %d: %d of %d units pre-ordered", p.Line, l.Preordered+p.Quantity, l.Q[Ordered])
		}
		l.Preorder, l.Preordered = p.Offer, l.Preordered+p.Quantity
	}
	return nil
}

// applyReturns changes what shall come back and what has, and holds each line
// that it names to its law when both are done.
func (o *Order) applyReturns(d *Delta) error {
	for _, a := range d.Asked {
		l := o.Line(a.Line)
		if l == nil || !l.Leaf() || a.Quantity == 0 {
			return fmt.Errorf("%d of line %d asked to come back", a.Quantity, a.Line)
		}
		l.Q[ReturnRequested] += a.Quantity
		o.Sums[ReturnRequested] += a.Quantity
	}
	for _, r := range d.Returned {
		l := o.Line(r.Line)
		if l == nil || !l.Leaf() || r.Quantity == 0 && r.Restocked == 0 {
			return fmt.Errorf("return %d of line %d", r.Quantity, r.Line)
		}
		l.Q[Returned] += r.Quantity
		l.Q[Restocked] += r.Restocked
		o.Sums[Returned] += r.Quantity
		o.Sums[Restocked] += r.Restocked
	}
	for _, a := range d.Asked {
		if err := o.Line(a.Line).Q.Check(); err != nil {
			return fmt.Errorf("line %d: %w", a.Line, err)
		}
	}
	for _, r := range d.Returned {
		l := o.Line(r.Line)
		if err := l.Q.Check(); err != nil {
			return fmt.Errorf("line %d: %w", r.Line, err)
		}
		if err := l.checkRefund(); err != nil {
			return err
		}
	}
	return nil
}

func (o *Order) applyHolds(d *Delta, at int64) error {
	if h := d.Held; h != nil {
		known := slices.ContainsFunc(o.Holds, func(x Hold) bool { return x.ID == h.ID })
		if !known { // the live act adds the hold with its note beforehand
			o.addHold(Hold{ID: h.ID, Reason: h.Reason, Blocks: h.Blocks, Until: h.Until, PlacedAt: at})
		}
	}
	if d.Lifted == 0 {
		return nil
	}
	for i := range o.Holds {
		if o.Holds[i].ID == d.Lifted && o.Holds[i].LiftedAt == 0 {
			o.Holds[i].LiftedAt = at
			return nil
		}
	}
	return fmt.Errorf("no open hold %d to lift", d.Lifted)
}

// addHold keeps holds by id, as they are read from the books. A later one may
// have a smaller id when another node made it, or the clock went back.
func (o *Order) addHold(h Hold) {
	at, _ := slices.BinarySearchFunc(o.Holds, h.ID, func(x Hold, id int64) int { return cmp.Compare(x.ID, id) })
	o.Holds = slices.Insert(o.Holds, at, h)
}

// AsPlaced is the order as it was before its first entry: lines whole in
// unsourced, no money, no holds. Folding the journal starts from it.
func (o *Order) AsPlaced() *Order {
	p := *o
	p.Lines, p.Fees = slices.Clone(o.Lines), slices.Clone(o.Fees)
	p.unchange()
	for i := range p.Fees {
		p.Fees[i].Refunded = 0
	}
	p.Sums, p.Holds, p.Paid, p.Refunded, p.Version, p.EditVersion = Buckets{}, nil, 0, 0, 0, 0
	for i := range p.Lines {
		q := p.Lines[i].Q[Ordered]
		p.Lines[i].Q = Buckets{Ordered: q, Unsourced: q}
		p.Lines[i].BackorderedAt, p.Lines[i].RefundedUnits, p.Lines[i].Refunded = 0, 0, 0
		p.Lines[i].Preorder, p.Lines[i].Preordered = 0, 0
		p.Sums.Add(p.Lines[i].Q)
	}
	p.Totals.Canceled = 0
	p.derive()
	return &p
}
