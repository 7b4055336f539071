package tokens

import (
	"sync"

	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Fresh are orders that this process has placed a moment ago: their words need
// no look into the database. It is safe for concurrent use.
//
// An order leaves when its words are taken, or when so many others came that
// they are read like any other's.
type Fresh struct {
	mu     sync.Mutex
	by     map[freshKey]*order.Order
	ring   []freshKey
	oldest int
}

type freshKey struct {
	m  int64
	id order.ID
}

// maxFresh is how many orders wait: what a step takes, four times.
const maxFresh = 4096

type freshOf struct{}

// FreshOf are those of a database.
func FreshOf(db *store.DB) *Fresh {
	f, _ := db.Shared.LoadOrStore(freshOf{}, &Fresh{by: map[freshKey]*order.Order{}})
	return f.(*Fresh)
}

// Placed takes orders that were committed, and that nobody changes any more.
func (f *Fresh) Placed(m int64, list []*order.Order) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, o := range list {
		k := freshKey{m, o.ID}
		f.by[k] = o
		if len(f.ring) < maxFresh {
			f.ring = append(f.ring, k)
			continue
		}
		delete(f.by, f.ring[f.oldest])
		f.ring[f.oldest] = k
		f.oldest = (f.oldest + 1) % maxFresh
	}
}

// Take gives the words of an order as it was placed, once.
func (f *Fresh) Take(m int64, id order.ID) ([]string, bool) {
	f.mu.Lock()
	k := freshKey{m, id}
	o := f.by[k]
	delete(f.by, k)
	f.mu.Unlock()
	if o == nil {
		return nil, false
	}
	d := search.Document{ExternalID: o.ExternalID, Customer: o.Party.Customer, ShipTo: o.Party.ShipTo, BillTo: o.Party.BillTo}
	for i := range o.Lines {
		d.Items = append(d.Items, o.Lines[i].Item)
	}
	return search.Tokens(d), true
}
