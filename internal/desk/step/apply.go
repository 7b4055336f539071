package step

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
)

// Place adds a new order to the batch, before its first delta is applied.
func (b *Batch) Place(o *order.Order) {
	b.orders[o.ID] = &openOrder{o: o, lines: map[int]bool{}}
	b.placed = append(b.placed, o)
	if o.ExternalID != "" {
		m := b.external[o.Channel]
		if m == nil {
			m = map[string]orders.Known{}
			b.external[o.Channel] = m
		}
		m[o.ExternalID] = orders.Known{ID: o.ID, Hash: o.RequestHash}
	}
}

type openFulfillment struct {
	f   *fulfillment.Fulfillment
	was *fulfillment.Fulfillment // as its rows are; nil when there are none yet
}

// Open adds a new fulfillment to the batch; units come to it by the moves of
// the delta that opens it.
func (b *Batch) Open(f *fulfillment.Fulfillment) {
	x := &openFulfillment{f: f}
	b.fuls[f.ID] = x
	b.ofOrder[order.ID(f.Source)] = append(b.ofOrder[order.ID(f.Source)], x)
}

// Apply carries a decided change through everything that follows from it: the
// order, its fulfillments, the levels and movements at their locations, the
// journal. An error is a bug: the whole turn is then rolled back.
func (b *Batch) Apply(by access.Scope, typ string, id order.ID, d *order.Delta) error {
	x := b.orders[id]
	pieces, err := d.Encode()
	if err != nil {
		return err
	}
	x.recast(d)
	drew := x.o.Drawn()
	if err := x.o.Apply(d, b.At, len(pieces)); err != nil {
		return err
	}
	for _, m := range d.Moves {
		x.lines[m.Line] = true
	}
	for _, r := range d.Asked {
		x.lines[r.Line] = true
	}
	for _, r := range d.Returned {
		x.lines[r.Line] = true
	}
	if err := b.drew(x.o, d, drew); err != nil {
		return err
	}
	x.refunded = append(x.refunded, d.Refunds...)
	if err := b.applyFulfillments(x.o, d); err != nil {
		return err
	}
	if err := b.followRequests(by, x.o, d); err != nil {
		return err
	}
	var entry int64
	for i, data := range pieces {
		entry = b.tell(journal.Order, int64(id), x.o.Version-int64(len(pieces)-1-i), typ, by, data)
	}
	for i := range b.money { // bookings of this act name its entry
		if b.money[i].Seq == 0 && b.money[i].Order == int64(id) {
			b.money[i].Seq = entry
		}
	}
	if err := b.TellPayments(by, id); err != nil {
		return err
	}
	if err := b.applyStock(x.o, d, entry); err != nil {
		return err
	}
	return b.watchApproval(by, typ, x.o, d)
}

// recast notes what a change of the order will have written anew, before it is
// carried out.
func (x *openOrder) recast(d *order.Delta) {
	x.Party = x.Party || slices.ContainsFunc(d.Edited, func(field string) bool { return slices.Contains(order.PartyFields, field) })
	if len(d.Added)+len(d.Terms)+len(d.Fees) == 0 {
		return
	}
	if x.From == 0 { // earlier commands of the batch may have let lines join
		x.From = len(x.o.Lines)
	}
	for i := range d.Terms {
		if !slices.Contains(x.Terms, d.Terms[i].Line) {
			x.Terms = append(x.Terms, d.Terms[i].Line)
		}
	}
	x.Fees = x.Fees || len(d.Fees) > 0
}

// applyFulfillments changes each fulfillment that the delta names, once.
func (b *Batch) applyFulfillments(o *order.Order, d *order.Delta) error {
	var touched []fulfillment.ID
	seen := map[fulfillment.ID]bool{}
	note := func(id int64) {
		if f := fulfillment.ID(id); id != 0 && !seen[f] {
			seen[f] = true
			touched = append(touched, f)
		}
	}
	for _, m := range d.Moves {
		note(m.Fulfillment)
	}
	for _, id := range d.Released {
		note(id)
	}
	for _, id := range d.Recalled {
		note(id)
	}
	for _, s := range d.Shelf {
		note(s.ID)
	}
	for _, s := range d.Requests {
		note(s.ID)
	}
	line := func(n int) (int64, bool) { l := o.Line(n); return l.Item, l.Stocked }
	for _, id := range touched {
		x := b.fuls[id]
		if x == nil {
			return fmt.Errorf("order %d: fulfillment %s is not loaded", o.Number, id)
		}
		if err := x.f.Apply(d, b.At, line); err != nil {
			return err
		}
	}
	return nil
}

// applyStock changes levels by the moves: what is claimed, and what leaves.
func (b *Batch) applyStock(o *order.Order, d *order.Delta, entry int64) error {
	for _, m := range d.Moves {
		l := o.Line(m.Line)
		claim, hand := m.ClaimChange(), m.HandChange()
		if !l.Stocked || m.Fulfillment == 0 || (claim == 0 && hand == 0) {
			continue
		}
		f := b.fuls[fulfillment.ID(m.Fulfillment)].f
		level := b.Level(stock.Cell{Item: l.Item, Location: f.Location})
		level.Reserved += claim
		if hand != 0 {
			reason := "ship"
			if hand > 0 {
				reason = "unship"
			}
			b.move(level, stock.Movement{State: stock.OnHand, Quantity: hand, Reason: reason, RefKind: "ful", RefID: m.Fulfillment, Entry: entry})
		}
		if claim < 0 && hand == 0 {
			b.freed[l.Item] = true
		}
		if err := b.touchLevel(level); err != nil {
			return fmt.Errorf("order %d: %w", o.Number, err)
		}
	}
	return nil
}

// move adds a movement and its effect on the level. The caller touches the
// level when the act's other effects on it are in.
func (b *Batch) move(l *stock.Level, m stock.Movement) {
	m.ID, m.Cell, m.At = b.NewID(), l.Cell, b.At
	l.Put(m.State, m.Quantity)
	b.movements = append(b.movements, m)
	b.atDoor(&b.movements[len(b.movements)-1])
}

// touchLevel marks a level as changed and asserts the stock law on it.
func (b *Batch) touchLevel(l *stock.Level) error {
	b.dirty[l.Cell] = true
	if l.Reserved < 0 || l.Reserved > l.OnHand || l.Damaged < 0 || l.QualityControl < 0 {
		return fmt.Errorf("stock law: item %d at %s: %d reserved of %d on hand, %d damaged, %d in quality control",
			l.Item, l.Location, l.Reserved, l.OnHand, l.Damaged, l.QualityControl)
	}
	return nil
}

// Move records a movement of a stock act on a cell.
func (b *Batch) Move(c stock.Cell, m stock.Movement) error {
	l := b.Level(c)
	b.move(l, m)
	if m.Quantity > 0 && m.State == stock.OnHand {
		b.freed[c.Item] = true
	}
	return b.touchLevel(l)
}

// Tell adds a journal entry of any other subject.
func (b *Batch) Tell(by access.Scope, kind string, subject, subjectSeq int64, typ string, data []byte) {
	b.tell(kind, subject, subjectSeq, typ, by, data)
}
