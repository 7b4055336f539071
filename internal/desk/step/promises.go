package step

import (
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/promises"
)

// Look begins a batch on a snapshot that nothing is written from: what would
// be decided now.
func Look(d *desk.Desk, r *store.Reader) (*Batch, error) { return look(d, r) }

// reaches reports whether a place sends an order by its method. The usual
// method goes everywhere.
func reaches(by *delivery.Method, l *stock.Location, o *order.Order) bool {
	if by == nil || !by.Moves() {
		return true
	}
	_, ok := by.Quote(l.ID, o.Party.ShipTo, 0)
	return ok
}

// Reached reports whether any place sends an order by its method.
func (b *Batch) Reached(o *order.Order) bool {
	return len(b.places(o, nil)) > 0
}

// Sends reports whether a place sends an order by its method.
func (b *Batch) Sends(o *order.Order, l *stock.Location) bool {
	return reaches(b.Catalog.Method(o.Method), l, o)
}

// Latest is the last moment at which work on an order at a place may begin and
// what was promised is kept, from when the order came; ok is false when it never
// could be.
func (b *Batch) Latest(o *order.Order, at stock.LocationID) (int64, bool) {
	leg := delivery.Leg{From: at, Calendar: b.Catalog.Calendars[at], Zone: b.Catalog.ZoneOf(at), Waiting: b.work[at]}
	return delivery.Latest(b.Catalog.Method(o.Method), o.CreatedAt, o.DueAt, o.Party.ShipTo, leg, b.Zone())
}

// Begins is when work on an order may begin: now, or on the day that it is
// scheduled for.
func (b *Batch) Begins(o *order.Order) int64 {
	at := b.At
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && h.Reason == order.Scheduled {
			at = max(at, h.Until)
		}
	}
	return at
}

// LoadBacklog counts what waits at locations that can send only so much a day.
func (b *Batch) LoadBacklog() error { return b.loadWork() }

// Offer is what a method promises for an order that is sent as planned; nil is
// the usual method. ok is false when the method does not do it.
func (b *Batch) Offer(o *order.Order, p *Plan, by *delivery.Method) (delivery.Offer, bool) {
	return b.OfferFrom(o, p, by, b.At)
}

// OfferFrom is Offer for an order on which work begins at another moment.
func (b *Batch) OfferFrom(o *order.Order, p *Plan, by *delivery.Method, from int64) (delivery.Offer, bool) {
	var legs []delivery.Leg
	for _, t := range p.Takes {
		i := slices.IndexFunc(legs, func(l delivery.Leg) bool { return l.From == t.Place })
		if i < 0 {
			i = len(legs)
			legs = append(legs, delivery.Leg{From: t.Place, Calendar: b.Catalog.Calendars[t.Place], Zone: b.Catalog.ZoneOf(t.Place), Waiting: b.work[t.Place]})
		}
		legs[i].Units += t.Quantity
		if item := b.Catalog.ByID(catalog.ID(t.Item)); item != nil {
			legs[i].Grams += weight(item, t.Quantity)
		}
	}
	offer, ok := delivery.Offered(by, from, o.Party.ShipTo, legs, b.Zone())
	offer.Until = min(offer.Until, b.At+delivery.MaxOffer.Microseconds()) // from now, whenever work begins
	return offer, ok
}

// weight is what steps of an item weigh, in grams, rounded up.
func weight(i *catalog.Item, steps int64) int64 {
	unit := int64(1)
	for range i.Scale {
		unit *= 10
	}
	return (i.WeightGrams*steps + unit - 1) / unit
}

// Promise keeps what is promised of an order from now on, as the entry that
// was told last says. n is how many promises it has already.
func (b *Batch) Promise(id order.ID, n int, p delivery.Promise) {
	p.N, p.MadeAt = n+1, b.At
	for i := range slices.Backward(b.entries) {
		if e := &b.entries[i]; e.Kind == journal.Order && e.Subject == int64(id) {
			p.Entry = e.Seq
			break
		}
	}
	b.promised = append(b.promised, promises.Made{Order: id, Promise: p})
}

// PromisedOf are the promises of an order, earlier commands of the batch included.
func (b *Batch) PromisedOf(id order.ID) []delivery.Promise {
	out := slices.Clone(b.promises[id])
	for i := range b.promised {
		if b.promised[i].Order == id {
			out = append(out, b.promised[i].Promise)
		}
	}
	return out
}

// LoadPromises reads what was promised of orders, of which nothing was read yet.
func (b *Batch) LoadPromises(ids []order.ID) error {
	if b.promises == nil {
		b.promises = map[order.ID][]delivery.Promise{}
	}
	var unknown []order.ID
	for _, id := range ids {
		if _, known := b.promises[id]; !known {
			b.promises[id] = nil // none is known too
			unknown = append(unknown, id)
		}
	}
	found, err := promises.Of(b.R, unknown)
	maps.Copy(b.promises, found)
	return err
}

// Redue gives an order and its fulfillments another day.
func (b *Batch) Redue(o *order.Order, due int64) {
	o.DueAt = due
	b.redue[o.ID] = true
	for _, x := range b.ofOrder[o.ID] {
		x.f.DueAt = due
	}
}

// PromiseLate promises anew when all units of an order have got a place after
// its placement: the first promise of an order that had none, or a later one
// when the old day is over or can not be kept.
func (b *Batch) PromiseLate(by access.Scope, o *order.Order, p *Plan, cause string) error {
	m := b.Catalog.Method(o.Method)
	if m == nil || !m.Moves() || o.Sums[order.Backordered]+o.Sums[order.Unsourced] > 0 {
		return nil
	}
	offer, ok := b.OfferFrom(o, p, m, b.Begins(o))
	if !ok || offer.Latest <= o.DueAt {
		return nil
	}
	if err := b.LoadPromises([]order.ID{o.ID}); err != nil {
		return err
	}
	return b.PromiseAnew(by, o, delivery.Promise{ShipBy: offer.ShipBy, DeliverBy: offer.Latest, Cause: cause})
}

// PromiseAnew promises an order another day: it is due then, and the ledger says
// why. What was promised before must have been loaded.
func (b *Batch) PromiseAnew(by access.Scope, o *order.Order, p delivery.Promise) error {
	b.Redue(o, p.DeliverBy)
	d := order.Delta{Edited: []string{"due_at"}}
	if err := b.Apply(by, journal.OrderPromised, o.ID, &d); err != nil {
		return err
	}
	b.Promise(o.ID, len(b.PromisedOf(o.ID)), p)
	return nil
}
