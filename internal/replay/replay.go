// Package replay sends past orders through another sourcing profile, and holds
// what it would have done against what was done.
//
// What belongs here: reading what happened, going through it again in the same
// order over the same stock, and the figures of both. What does not: how places
// are chosen (sourcing), and writing: a replay changes nothing.
//
// Stock begins as it was: today's levels less all that has changed them since.
// Goods that came, were counted or lost come again at the same moment; claims
// are those of the profile. What was placed before, or joined an order later,
// claims what it claimed. What is canceled is freed. Equal books and options give
// equal reports.
package replay

import (
	"context"
	"errors"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
)

// Limits of one replay.
const (
	MaxOrders  = 200_000   // placed in the time that is replayed
	MaxEntries = 5_000_000 // from its beginning until now
	pageSize   = 2000
)

// Options say what is replayed.
type Options struct {
	Profile *sourcing.Version
	From    int64  // the first instant
	To      int64  // the first after it
	Seed    uint64 // draws the orders that are listed where more have moved than a report lists

	Progress func(done, total int64) // entries; nil for none
}

// Check refuses options that no replay has.
func (o *Options) Check() error {
	var l fault.List
	if o.From >= o.To {
		l.Add("/from", "empty", "the time ends before it begins")
	}
	return l.Err()
}

// event is what happens at a place in the journal.
type event struct {
	seq   int64
	at    int64
	order order.ID
	typ   string
	delta order.Delta
	moved []stock.Movement // goods that came or went otherwise than by shipping
}

// books are what is read of the past.
type books struct {
	catalog *step.Catalog
	events  []event
	orders  map[order.ID]*order.Order
	at      map[int64]stock.LocationID // by fulfillment
	free    map[stock.Cell]int64       // sellable when the time begins
	costs   step.Costs                 // as offers say today
	last    int64                      // entry at which today's levels stand
}

// Run replays. It reads in short transactions and takes about as long as reading
// the journal does.
func Run(ctx context.Context, d *desk.Desk, scope access.Scope, o Options) (*Report, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	b := &books{orders: map[order.ID]*order.Order{}, at: map[int64]stock.LocationID{}, free: map[stock.Cell]int64{}}
	if err := b.read(ctx, d, scope, &o); err != nil {
		return nil, err
	}
	return newTrial(b, &o).run(), nil
}

// read gathers all that happened from the beginning of the time until now.
func (b *books) read(ctx context.Context, d *desk.Desk, scope access.Scope, o *Options) error {
	var first int64
	err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
		if b.catalog, err = step.CatalogOf(d, r); err != nil {
			return err
		}
		first, err = entries.Since(r, o.From)
		if err == nil {
			b.last, err = r.EntrySeq()
		}
		return err
	})
	if err != nil {
		return err
	}
	if b.last-first > MaxEntries {
		return fault.New(fault.Invalid, "too_long", "%d entries were written since then; a replay reads at most %d: begin later", b.last-first, MaxEntries)
	}
	if err := b.readOrders(ctx, d, scope, o, first); err != nil {
		return err
	}
	return b.readStock(ctx, d, scope, first, o.Profile)
}

func (b *books) readOrders(ctx context.Context, d *desk.Desk, scope access.Scope, o *Options, first int64) error {
	placed := 0
	for at := first; at < b.last; {
		var page []journal.Entry
		err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
			if page, err = entries.After(r, at, pageSize); err != nil || len(page) == 0 {
				return err
			}
			return b.know(r, page)
		})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			e := &page[i]
			at = e.Seq
			if e.Kind != journal.Order || e.Seq > b.last {
				continue
			}
			delta, err := order.DecodeDelta(e.Data)
			if err != nil {
				return err
			}
			if delta.Placed != nil && e.At >= o.From && e.At < o.To {
				placed++
			}
			b.events = append(b.events, event{seq: e.Seq, at: e.At, order: order.ID(e.Subject), typ: e.Type, delta: delta})
		}
		if placed > MaxOrders {
			return fault.New(fault.Invalid, "too_many_orders", "more than %d orders were placed in that time; take a shorter one", MaxOrders)
		}
		if o.Progress != nil {
			o.Progress(at-first, b.last-first)
		}
	}
	return nil
}

// know reads the orders of a page of the journal, and where their work is.
func (b *books) know(r *store.Reader, page []journal.Entry) error {
	var missing []order.ID
	var sources []int64
	for i := range page {
		id := order.ID(page[i].Subject)
		if _, known := b.orders[id]; page[i].Kind == journal.Order && !known {
			b.orders[id] = nil
			missing, sources = append(missing, id), append(sources, int64(id))
		}
	}
	found, err := orders.Load(r, missing, orders.Parts{Party: true})
	if err != nil {
		return err
	}
	for id, o := range found {
		b.orders[id] = o
	}
	fuls, err := fulfillments.OfSources(r, sources)
	for _, f := range fuls {
		b.at[int64(f.ID)] = f.Location
	}
	return err
}

// readStock finds what was sellable when the time began, and what goods came and
// went since.
func (b *books) readStock(ctx context.Context, d *desk.Desk, scope access.Scope, first int64, by *sourcing.Version) error {
	known := map[int64]bool{}
	var items []int64
	for _, o := range b.orders {
		if o == nil {
			continue
		}
		for i := range o.Lines {
			if l := &o.Lines[i]; l.Stocked && !known[l.Item] {
				known[l.Item] = true
				items = append(items, l.Item)
			}
		}
	}
	err := d.DB.Read(ctx, scope, func(r *store.Reader) error {
		err := levels.OfItems(r, items, func(l *stock.Level) { b.free[l.Cell] = l.Sellable() })
		if err = errors.Join(err, b.catalog.Load(r, items), b.withoutCheckouts(r, items)); err == nil {
			b.costs, err = b.catalog.Costs(r, items, by)
		}
		return err
	})
	if err != nil {
		return err
	}
	var moved []stock.Movement
	for len(items) > 0 {
		some := items[:min(len(items), 64)]
		items = items[len(some):]
		err := d.DB.Read(ctx, scope, func(r *store.Reader) error {
			return levels.MovedSince(r, some, first, b.last, func(m stock.Movement) { moved = append(moved, m) })
		})
		if err != nil {
			return err
		}
	}
	b.rewind(moved)
	b.weave(moved)
	return nil
}

// withoutCheckouts gives back what claims of checkouts hold now: they come and go
// within minutes, and no replay has them.
func (b *books) withoutCheckouts(r *store.Reader, items []int64) error {
	ids, err := checkouts.Holding(r, items)
	if err != nil {
		return err
	}
	open, err := checkouts.Load(r, ids)
	for _, c := range open {
		for i := range c.Lines {
			b.free[c.Lines[i].Cell] += c.Lines[i].Held
		}
	}
	return err
}

// rewind takes all that has changed what is sellable back from today's levels.
func (b *books) rewind(moved []stock.Movement) {
	for _, m := range moved {
		if m.State == stock.OnHand {
			b.free[m.Cell] -= m.Quantity
		}
	}
	for i := range b.events {
		e := &b.events[i]
		o := b.orders[e.order]
		for _, m := range e.delta.Moves {
			if cell, n := b.claim(o, m); n != 0 {
				b.free[cell] += n
			}
		}
	}
}

// claim is by how much a move changes what is reserved, and where.
func (b *books) claim(o *order.Order, m order.Move) (stock.Cell, int64) {
	if o == nil {
		return stock.Cell{}, 0
	}
	l := o.Line(m.Line)
	if l == nil || !l.Stocked {
		return stock.Cell{}, 0
	}
	return stock.Cell{Item: l.Item, Location: b.at[m.Fulfillment]}, m.ClaimChange()
}
