package step

import (
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store/partners"
	"orderly/internal/trouble"
)

// requestBook is what is under way with partners, as far as a batch has loaded
// or changed it.
type requestBook struct {
	all   map[fulfillment.ID]*partner.Request
	dirty map[fulfillment.ID]bool
	terms map[stock.LocationID]*partner.Terms // that were changed
	stale map[stock.LocationID]bool           // whose word on their stock is too old; nil while nobody asked
}

// PartnerAt are the terms of the partner behind a location; nil for a place of
// our own.
func (b *Batch) PartnerAt(at stock.LocationID) *partner.Terms {
	if t := b.requests.terms[at]; t != nil {
		return t
	}
	return b.Catalog.PartnerAt(at)
}

// TermsAt are the terms on which a location is asked, be it our own by now.
func (b *Batch) TermsAt(at stock.LocationID) *partner.Terms {
	if t := b.PartnerAt(at); t != nil {
		return t
	}
	t := partner.Usual(at)
	return &t
}

// PartnerAt are the terms of the partner behind a location; nil for a place of
// our own.
func (c *Catalog) PartnerAt(at stock.LocationID) *partner.Terms {
	l := c.Location(at)
	if l == nil || !partner.Asks(l.Kind) {
		return nil
	}
	if t := c.partners[at]; t != nil {
		return t
	}
	t := partner.Usual(at)
	return &t
}

// SaveTerms keeps the terms of a partner as they are now.
func (b *Batch) SaveTerms(t *partner.Terms) {
	if b.requests.terms == nil {
		b.requests.terms = map[stock.LocationID]*partner.Terms{}
	}
	b.requests.terms[t.Location] = t
}

// isStale reports whether what a partner said of its stock is too old to be sold
// by.
func (b *Batch) isStale(at stock.LocationID) bool {
	if b.requests.stale == nil {
		b.requests.stale = map[stock.LocationID]bool{}
		for l, t := range b.Catalog.partners {
			if t.Stale(b.At) {
				b.requests.stale[l] = true
			}
		}
	}
	return b.requests.stale[at]
}

// loadRequests reads what is under way about the loaded orders.
func (b *Batch) loadRequests(ids []order.ID) error {
	var missing []fulfillment.ID
	for _, id := range ids {
		for _, x := range b.ofOrder[id] {
			if x.f.RequestStatus != fulfillment.Unsubmitted && b.requests.all[x.f.ID] == nil {
				missing = append(missing, x.f.ID)
			}
		}
	}
	return b.LoadRequests(missing)
}

// LoadRequests reads what is under way about fulfillments.
func (b *Batch) LoadRequests(ids []fulfillment.ID) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := partners.Load(b.R, ids)
	for _, q := range found {
		b.keepRequest(q)
	}
	return err
}

func (b *Batch) keepRequest(q *partner.Request) {
	if b.requests.all == nil {
		b.requests.all, b.requests.dirty = map[fulfillment.ID]*partner.Request{}, map[fulfillment.ID]bool{}
	}
	b.requests.all[q.Fulfillment] = q
}

// Request is what is under way about a fulfillment; nil when nobody was asked.
func (b *Batch) Request(id fulfillment.ID) *partner.Request { return b.requests.all[id] }

// SaveRequest keeps a request as it is now.
func (b *Batch) SaveRequest(q *partner.Request) {
	b.keepRequest(q)
	if !b.requests.dirty[q.Fulfillment] {
		q.Version++
		b.requests.dirty[q.Fulfillment] = true
	}
}

// followRequests lets requests follow a change of their order: the steps that it
// tells, and what it did to the units they are about.
func (b *Batch) followRequests(by access.Scope, o *order.Order, d *order.Delta) error {
	for _, s := range d.Requests {
		f := b.fuls[fulfillment.ID(s.ID)].f
		q := b.requests.all[f.ID]
		if q == nil {
			if err := b.LoadRequests([]fulfillment.ID{f.ID}); err != nil { // asked for again
				return err
			}
			if q = b.requests.all[f.ID]; q == nil {
				q = &partner.Request{Fulfillment: f.ID, Order: o.ID, Location: f.Location}
			}
		}
		b.heard(by, q)
		q.Step(s, b.At, b.TermsAt(f.Location))
		b.SaveRequest(q)
		if err := b.mailRequest(o, f, q, s); err != nil {
			return err
		}
	}
	for _, x := range b.ofOrder[o.ID] {
		if q := b.requests.all[x.f.ID]; q != nil && q.Status != x.f.RequestStatus {
			b.heard(by, q)
			q.Follow(x.f.RequestStatus, b.At)
			b.SaveRequest(q)
		}
	}
	for _, f := range b.chained(o, d) {
		if err := b.chain(by, o, f); err != nil {
			return err
		}
	}
	return nil
}

// heard closes what a person was told of a silent partner.
func (b *Batch) heard(by access.Scope, q *partner.Request) {
	if q.Told() {
		b.Settle(by, trouble.Silent, func(t *trouble.Trouble) bool { return t.Subject == int64(q.Fulfillment) })
	}
}

func (b *Batch) writeRequests() error {
	if len(b.requests.terms) > 0 {
		b.tx.Seq.Epoch++
		var list []*partner.Terms
		for _, at := range slices.Sorted(maps.Keys(b.requests.terms)) {
			list = append(list, b.requests.terms[at])
		}
		if err := partners.SaveTerms(b.tx, list); err != nil {
			return err
		}
	}
	var list []*partner.Request
	for _, id := range slices.Sorted(maps.Keys(b.requests.dirty)) {
		list = append(list, b.requests.all[id])
	}
	return partners.Save(b.tx, list)
}
