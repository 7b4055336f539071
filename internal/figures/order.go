package figures

import (
	"strings"

	"orderly/internal/journal"
	"orderly/internal/order"
)

// Facts are what is counted of an order beside its journal: columns of its row,
// units and money as they were when it was placed. Due and CanceledTotal may
// change, and then an entry tells that something did.
type Facts struct {
	ID            int64
	PlacedAt      int64
	Channel       string
	Currency      string
	History       bool // recorded from before these books: when it was sent is not known
	Due           int64
	Units         int64
	Gross         int64
	Discount      int64
	Tax           int64
	Fees          int64
	Total         int64
	CanceledTotal int64
	Past          []Back // of a recorded order: what its first entry lumps together
}

// Back is what came back on one day: units, and money.
type Back struct{ Day, Units, Refunded int64 }

// Fulfillment is what is remembered of the work at one location: how many
// units are where, and since when all of them are at least so far.
type Fulfillment struct {
	ID, Location                              int64
	allocated, picked, packed, left, arrived  int64
	lost                                      int64
	releasedAt, pickedAt, packedAt, shippedAt int64
	deliveredAt                               int64
}

// Order is what figures remember of one order, folded from its entries.
type Order struct {
	Facts
	N        int64  // entries that are folded in
	PlacedBy string // the actor
	Location int64  // of its first fulfillment

	lines, first, firstLines int64 // leaves that were ordered; units and leaves that were claimed at once
	joined, joinedLines      int64 // units and leaves that changes have added since
	at                       [order.Lost + 1]int64
	holds                    int64
	canceledBy               [3]int64
	touched, waited          bool
	shippedAt, deliveredAt   int64
	backs                    []Back
	fuls                     []Fulfillment
}

// Entry is one entry of an order's journal.
type Entry struct {
	Type  string
	Actor string
	At    int64
	Delta *order.Delta
}

// Placing reports whether the entry tells how the order came in, or a piece of it.
func (e *Entry) Placing() bool {
	return e.Type == journal.OrderPlaced || e.Type == journal.OrderRecorded
}

// Fold folds more entries in, the pieces of an act together. day gives the
// merchant's day of an instant.
func (o *Order) Fold(entries []Entry, day func(int64) int64) {
	for i := 0; i < len(entries); {
		act, n := entries[i], 1
		if act.Delta.More {
			whole := *act.Delta
			for ; i+n < len(entries) && entries[i+n-1].Delta.More; n++ {
				whole.Join(entries[i+n].Delta)
			}
			act.Delta = &whole
		}
		o.apply(&act, day)
		o.N += int64(n)
		i += n
	}
}

// Begin is an order before its first entry.
func Begin(f Facts) *Order {
	o := &Order{Facts: f}
	o.at[order.Unsourced] = f.Units
	return o
}

// Refresh takes over facts that may have changed.
func (o *Order) Refresh(f *Facts) { o.Due, o.CanceledTotal, o.Past = f.Due, f.CanceledTotal, f.Past }

func (o *Order) apply(e *Entry, day func(int64) int64) {
	d := e.Delta
	placing := e.Placing()
	if placing {
		o.PlacedBy = e.Actor
	} else if o.shippedAt == 0 && touches(e, o.PlacedBy) {
		o.touched = true
	}
	for _, x := range d.Opened {
		if o.Location == 0 {
			o.Location = x.Location
		}
		o.fuls = append(o.fuls, Fulfillment{ID: x.ID, Location: x.Location})
	}
	if d.Grown != nil {
		o.grow(d)
	}
	o.move(e, placing)
	for _, id := range d.Released {
		if f := o.ful(id); f != nil {
			f.releasedAt = e.At
		}
	}
	for _, id := range d.Recalled {
		if f := o.ful(id); f != nil {
			f.releasedAt = 0
		}
	}
	if d.Held != nil {
		o.holds++
	}
	if d.Lifted != 0 {
		o.holds--
	}
	if !o.History || !placing { // what a recording lumps together, Past has by days
		o.back(e, day)
	}
	o.reach(e.At)
}

// grow adds what a change of the order has its figures differ by. Units that
// join have no place before the moves of their entry.
func (o *Order) grow(d *order.Delta) {
	g := d.Grown
	o.Units += g.Units
	o.joined += g.Units
	o.at[order.Unsourced] += g.Units
	for i := range d.Added {
		o.joinedLines += one(d.Added[i].Leaf())
	}
	o.Gross += g.Subtotal
	o.Discount += g.Discount
	o.Tax += g.Tax
	o.Fees += g.Fees
	o.Total += g.Total()
}

// touches reports whether an entry is an act of a person, or of another key
// than placed the order, beside the physical work. Backorders that are served
// and claims that give way follow from acts on stock.
func touches(e *Entry, placedBy string) bool {
	switch e.Type {
	case journal.FulPicked, journal.FulPacked, journal.ParcelScanned, journal.ParcelStepped + "shipped", journal.ParcelStepped + "delivered",
		journal.OrderServed, journal.OrderDisplaced:
		return false
	}
	kind, _, _ := strings.Cut(e.Actor, ":")
	return kind == "user" || (kind == "key" || kind == "command") && e.Actor != placedBy
}

// move carries the units of an entry to their places.
func (o *Order) move(e *Entry, placing bool) {
	for _, m := range e.Delta.Moves {
		o.at[m.From] -= m.Quantity
		o.at[m.To] += m.Quantity
		if f := o.ful(m.Fulfillment); f != nil {
			f.leave(m.From, m.Quantity)
			f.enter(m.To, m.Quantity)
		}
		switch m.To {
		case order.Canceled:
			o.canceledBy[askedBy(e.Actor)] += m.Quantity
		case order.Backordered:
			o.waited = true
		}
		if placing && m.To == order.Allocated {
			o.first += m.Quantity
		}
	}
	if placing {
		o.countLines(e.Delta.Moves)
	}
}

// countLines counts the leaves that a placing tells of, and those of which
// every unit was claimed at once. A line may be told in several moves.
func (o *Order) countLines(moves []order.Move) {
	most := 0
	for _, m := range moves {
		most = max(most, m.Line)
	}
	var few [32]int8
	seen := few[:]
	if most >= len(few) {
		seen = make([]int8, most+1)
	}
	for _, m := range moves {
		if m.To == order.Allocated {
			seen[m.Line] |= 1
		} else {
			seen[m.Line] |= 2
		}
	}
	for _, how := range seen {
		if how != 0 {
			o.lines++
		}
		if how == 1 {
			o.firstLines++
		}
	}
}

// The askers of a cancellation, as far as the journal knows.
const (
	byPerson = iota
	byKey
	byUs
)

func askedBy(actor string) int {
	kind, _, _ := strings.Cut(actor, ":")
	switch kind {
	case "user":
		return byPerson
	case "key":
		return byKey
	}
	return byUs
}

// back books what came back, on its day.
func (o *Order) back(e *Entry, day func(int64) int64) {
	b := Back{Refunded: e.Delta.Refunded}
	for _, r := range e.Delta.Returned {
		b.Units += r.Quantity
	}
	if b.Units == 0 && b.Refunded == 0 {
		return
	}
	b.Day = day(e.At)
	if n := len(o.backs); n > 0 && o.backs[n-1].Day == b.Day {
		o.backs[n-1].Units += b.Units
		o.backs[n-1].Refunded += b.Refunded
		return
	}
	o.backs = append(o.backs, b)
}

// reach notes since when the order, and each of its fulfillments, is wholly so
// far, and forgets it when it is not any more.
func (o *Order) reach(at int64) {
	for i := range o.fuls {
		f := &o.fuls[i]
		since(&f.pickedAt, f.allocated == 0 && f.picked+f.packed+f.left > 0, at)
		since(&f.packedAt, f.allocated+f.picked == 0 && f.packed+f.left > 0, at)
		since(&f.shippedAt, f.allocated+f.picked+f.packed == 0 && f.left > 0, at)
		since(&f.deliveredAt, f.shippedAt != 0 && f.arrived > 0 && f.arrived+f.lost == f.left, at)
	}
	if o.History {
		return
	}
	gone := o.at[order.Shipped] + o.at[order.Delivered] + o.at[order.Lost]
	since(&o.shippedAt, o.open() == 0 && gone > 0, at)
	since(&o.deliveredAt, o.shippedAt != 0 && o.at[order.Shipped] == 0 && o.at[order.Delivered] > 0, at)
}

func since(t *int64, is bool, at int64) {
	if !is {
		*t = 0
	} else if *t == 0 {
		*t = at
	}
}

func (o *Order) open() int64 {
	return o.at[order.Unsourced] + o.at[order.Backordered] + o.at[order.Allocated] + o.at[order.Picked] + o.at[order.Packed]
}

func (o *Order) ful(id int64) *Fulfillment {
	for i := range o.fuls {
		if o.fuls[i].ID == id {
			return &o.fuls[i]
		}
	}
	return nil
}

func (f *Fulfillment) leave(b order.Bucket, q int64) { f.enter(b, -q) }

func (f *Fulfillment) enter(b order.Bucket, q int64) {
	switch b {
	case order.Allocated:
		f.allocated += q
	case order.Picked:
		f.picked += q
	case order.Packed:
		f.packed += q
	case order.Shipped:
		f.left += q
	case order.Delivered:
		f.left += q
		f.arrived += q
	case order.Lost:
		f.left += q
		f.lost += q
	}
}

// Stage is where the order waits, "" when nothing of it does: the place of its
// least advanced unit.
func (o *Order) Stage() string {
	switch {
	case o.open() == 0:
		return ""
	case o.holds > 0:
		return "on_hold"
	case o.at[order.Unsourced] > 0:
		return "unsourced"
	case o.at[order.Backordered] > 0:
		return "backordered"
	case o.at[order.Allocated] > 0:
		for i := range o.fuls {
			if f := &o.fuls[i]; f.allocated > 0 && f.releasedAt == 0 {
				return "to_release"
			}
		}
		return "to_pick"
	case o.at[order.Picked] > 0:
		return "to_pack"
	}
	return "to_ship"
}
