package step

import (
	"sync"

	"orderly/internal/desk"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// Limits of what a process remembers of one merchant.
const (
	maxRememberedLevels = 60_000
	maxRememberedOrders = 4096
	maxRememberedLines  = 50 // an order with more is read anew
)

// memory is what this process knows of one merchant's rows from its own last
// commit: levels, and orders with their fulfillments. It holds only while the
// journal and the configuration stand where that commit left them: whatever
// changes one of these rows tells an entry in the same transaction, so an
// equal sequence under the merchant's lock means that nobody else has changed
// any. Any number of processes may write; one that finds the journal further
// on than it left it forgets everything and reads.
//
// A turn takes the memory out and puts it back after its commit. When the
// turn is rolled back, what it had changed is forgotten with it.
type memory struct {
	seq, epoch int64

	kept    bool // from an earlier turn: this process is the one that writes
	claimed claimed

	levels map[stock.Cell]*stock.Level // the turn's batches change them in place
	known  map[int64]bool              // items of which every level is there

	orders map[order.ID]*remembered
	of     map[fulfillment.ID]order.ID
	ring   []order.ID // in the order in which they came; the oldest goes first
	oldest int
}

// claimed is what is known of claims of checkouts that hold something.
type claimed int

const (
	claimsUnknown claimed = iota
	claimsNone
	claimsSome
)

// remembered is an order as it was committed. It is never changed: batches
// work on copies, and answers are rendered from it meanwhile.
type remembered struct {
	order        *order.Order
	fulfillments []*fulfillment.Fulfillment // oldest first
	parcels      openParcels                // all of the order's, or none and not all
}

func newMemory() *memory {
	return &memory{
		levels: map[stock.Cell]*stock.Level{}, known: map[int64]bool{},
		orders: map[order.ID]*remembered{}, of: map[fulfillment.ID]order.ID{},
	}
}

// memories holds those of a desk's merchants. The zero value is ready.
type memories struct {
	mu sync.Mutex
	by map[int64]*memory
}

type memoriesKey struct{}

func memoriesOf(d *desk.Desk) *memories {
	m, _ := d.Shared.LoadOrStore(memoriesKey{}, &memories{by: map[int64]*memory{}})
	return m.(*memories)
}

// take gives the memory to the one turn that may use it.
func (m *memories) take(merchant, seq, epoch int64) *memory {
	m.mu.Lock()
	got := m.by[merchant]
	delete(m.by, merchant)
	m.mu.Unlock()
	if got == nil || got.seq != seq || got.epoch != epoch {
		return newMemory()
	}
	got.kept = true
	return got
}

// give puts it back with where the commit has left the journal.
func (m *memories) give(merchant int64, back *memory, seq, epoch int64) {
	back.seq = seq
	if back.epoch != epoch { // orders show what items are called
		back.epoch = epoch
		back.forgetOrders()
	}
	if len(back.levels) > maxRememberedLevels {
		back.levels, back.known = map[stock.Cell]*stock.Level{}, map[int64]bool{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.by[merchant] = back
}

// turnMemory is the key of a turn's memories, by merchant.
type turnMemory struct{}

// memoryOf is the memory of the merchant that the turn is at. All batches of a
// turn share it, so that each sees what those before it have written.
func memoryOf(t *desk.Turn) *memory {
	mine, _ := t.Values[turnMemory{}].(map[int64]*memory)
	if mine == nil {
		mine = map[int64]*memory{}
		t.Values[turnMemory{}] = mine
	}
	if m := mine[t.M]; m != nil {
		return m
	}
	all, merchant, seq := memoriesOf(t.Desk), t.M, t.Seq
	at := seq.Locked()
	m := all.take(merchant, at.Entry, at.Epoch)
	m.epoch = at.Epoch
	mine[merchant] = m
	t.OnCommit(func() { all.give(merchant, m, seq.Entry, seq.Epoch) })
	return m
}

func (m *memory) forgetOrders() {
	m.orders, m.of, m.ring, m.oldest = map[order.ID]*remembered{}, map[fulfillment.ID]order.ID{}, nil, 0
}

// copy gives the order to work on.
func (got *remembered) copy() (*order.Order, []*fulfillment.Fulfillment) {
	fuls := make([]*fulfillment.Fulfillment, len(got.fulfillments))
	for i, f := range got.fulfillments {
		fuls[i] = f.Clone()
	}
	o := got.order.Clone()
	o.Party = party.Parties{} // LoadParties reads it where it is needed
	return o, fuls
}

// remember keeps an order as it was just written. Orders that are over, and
// very long ones, are not kept.
func (m *memory) remember(o *order.Order, fuls []*fulfillment.Fulfillment, parcels openParcels) {
	before := m.orders[o.ID]
	if before != nil {
		for _, f := range before.fulfillments {
			delete(m.of, f.ID)
		}
	}
	if o.Statuses.Status != "open" || len(o.Lines) > maxRememberedLines {
		delete(m.orders, o.ID)
		return
	}
	m.orders[o.ID] = &remembered{o, fuls, parcels}
	for _, f := range fuls {
		m.of[f.ID] = o.ID
	}
	if before != nil {
		return
	}
	if len(m.ring) < maxRememberedOrders {
		m.ring = append(m.ring, o.ID)
		return
	}
	m.forget(m.ring[m.oldest])
	m.ring[m.oldest] = o.ID
	m.oldest = (m.oldest + 1) % len(m.ring)
}

func (m *memory) forget(id order.ID) {
	if x := m.orders[id]; x != nil {
		for _, f := range x.fulfillments {
			delete(m.of, f.ID)
		}
		delete(m.orders, id)
	}
}
