// Package step is what the rooms of the desk share: the open batch with
// everything loaded and everything changed, claiming, displacing, serving
// backorders, and writing it all in one fixed order.
//
// What belongs here: parts of an act that work inside an open transaction or
// on a snapshot. What does not: whole acts (the rooms) and rules (the nouns).
package step

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/difference"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/profiles"
	"orderly/internal/store/promises"
	"orderly/internal/store/tracking"
	"orderly/internal/store/yields"
	"orderly/internal/trouble"
)

// Batch is the view that one batch of commands is decided on: rows as they
// were read and as earlier commands of the batch have left them, and what is
// to be written. It belongs to one goroutine.
//
// A command must decide all before it applies anything: a refused command
// leaves the batch as it was.
type Batch struct {
	R       *store.Reader
	Catalog *Catalog
	At      int64

	tx     *store.Tx // nil in a preview
	memory *memory   // nil in a preview
	ids    func() int64
	desk   *desk.Desk

	orders   map[order.ID]*openOrder
	fuls     map[fulfillment.ID]*openFulfillment
	ofOrder  map[order.ID][]*openFulfillment // every fulfillment of a loaded order
	levels   map[stock.Cell]*stock.Level
	dirty    map[stock.Cell]bool
	known    map[int64]bool                     // items whose levels are loaded
	external map[string]map[string]orders.Known // channel → external id

	placed     []*order.Order
	parcelsNew []*fulfillment.Parcel
	parcelsMod map[fulfillment.ParcelID]bool
	parcelByID map[fulfillment.ParcelID]*fulfillment.Parcel
	parcels    map[order.ID]*openParcels
	movements  []stock.Movement
	entries    []journal.Entry
	money      []payment.Entry
	decisions  []profiles.Decision
	yields     []yields.Yield
	work       map[stock.LocationID]int64 // fulfillments to do, where a profile asks
	costs      Costs                      // of items that were asked for, where a profile asks
	costed     map[int64]bool             // those items
	returns    map[returns.ID]*openReturn
	taken      []*returns.Unreceipted
	files      []returns.File
	proofs     []fulfillment.Proof
	policies   map[string]*returns.Policy
	notes      []orders.Note
	counters   map[string]int64
	freed      map[int64]bool // items of which more may be claimed than before
	customers  map[party.ID]*party.Customer
	repriced   map[order.ID]bool     // orders whose priority changed
	packs      map[string]items.Pack // by barcode
	acts       map[int64]act
	scanned    map[scanKey]bool
	config     config
	terms      *selling.Terms // of the channel whose order is planned now; nil where none were said
	selling    sellingBook
	subjects   map[int64]int64 // how many entries tell of subjects that keep no count themselves
	scans      map[fulfillment.ParcelID][]fulfillment.Scan
	troubles   []trouble.Trouble
	settled    []settled
	confirmed  []order.ID
	links      map[order.ID]tracking.Link
	credits    creditBook
	bank       bankBook
	savedLinks []order.ID
	asks       map[asking.ID]*asking.Ask
	answered   []asking.ID
	pay        payBook
	flow       flowBook
	checks     checkBook
	approvals  approvalBook

	knownTroubles []trouble.Trouble

	waiting map[int64][]orders.WaitingUnits // by item
	waiters map[order.ID]string             // their channels, where channels have terms

	exchanges map[exchangeKey]money.Exchange

	checkouts checkoutBook
	preorders preorderBook
	pickups   pickupBook
	requests  requestBook

	door        doorBook
	differences map[difference.ID]*difference.Difference // between partners' words and the books
	corrected   map[difference.ID]int64                  // units by which the books were corrected since each was found

	promises map[order.ID][]delivery.Promise
	promised []promises.Made
	redue    map[order.ID]bool // orders that are due on another day
}

type openOrder struct {
	o     *order.Order
	was   *order.Order // as its row is; nil when there is none yet
	lines map[int]bool // changed
	orders.Recast

	refunded []order.LineRefund // lines and fees of which money was given back
}

// open begins a batch on the turn's transaction.
func open(t *desk.Turn) (*Batch, error) {
	b := newBatch(t.Desk, &t.Reader)
	b.tx, b.At, b.ids = t.Tx, t.Tx.At, t.IDs().Next
	b.memory = memoryOf(t)
	b.levels, b.known = b.memory.levels, b.memory.known
	var err error
	b.Catalog, err = catalogsOf(t.Desk).of(b.R, t.Seq.Epoch, t.Seq.EpochRaised())
	return b, err
}

// look begins a batch on a snapshot, for a preview: nothing of it is written.
func look(d *desk.Desk, r *store.Reader) (*Batch, error) {
	b := newBatch(d, r)
	epoch, err := r.Epoch()
	if err != nil {
		return nil, err
	}
	b.Catalog, err = catalogsOf(d).of(r, epoch, false)
	return b, err
}

func newBatch(d *desk.Desk, r *store.Reader) *Batch {
	return &Batch{
		R: r, desk: d, ids: d.DB.IDs().Next, At: d.DB.Now(),
		orders: map[order.ID]*openOrder{}, fuls: map[fulfillment.ID]*openFulfillment{}, ofOrder: map[order.ID][]*openFulfillment{},
		levels: map[stock.Cell]*stock.Level{}, dirty: map[stock.Cell]bool{}, known: map[int64]bool{},
		parcelByID: map[fulfillment.ParcelID]*fulfillment.Parcel{}, parcelsMod: map[fulfillment.ParcelID]bool{}, parcels: map[order.ID]*openParcels{},
		external: map[string]map[string]orders.Known{}, counters: map[string]int64{}, freed: map[int64]bool{},
		customers: map[party.ID]*party.Customer{}, repriced: map[order.ID]bool{}, redue: map[order.ID]bool{},
		packs: map[string]items.Pack{}, acts: map[int64]act{}, scanned: map[scanKey]bool{},
		config: config{map[string]*catalog.Item{}, map[string]*stock.Location{}, map[party.ID]*party.Customer{}},
		scans:  map[fulfillment.ParcelID][]fulfillment.Scan{}, waiting: map[int64][]orders.WaitingUnits{}, returns: map[returns.ID]*openReturn{},
	}
}

// NewID gives an id that no other thing has.
func (b *Batch) NewID() int64 { return b.ids() }

// Previewing reports whether nothing will be written.
func (b *Batch) Previewing() bool { return b.tx == nil }

// LoadItems reads items by SKU into the catalog.
func (b *Batch) LoadItems(skus []string) error { return b.Catalog.load(b.R, skus, nil) }

// LoadLevels reads every level of the items, once.
func (b *Batch) LoadLevels(ids []int64) error {
	var missing []int64
	for _, id := range ids {
		if !b.known[id] {
			b.known[id] = true
			missing = append(missing, id)
		}
	}
	if b.Catalog.weighs() {
		if err := errors.Join(b.LoadItemsByID(missing), b.loadWork(), b.loadCosts(ids)); err != nil {
			return err
		}
	}
	return levels.OfItems(b.R, missing, func(l *stock.Level) { b.levels[l.Cell] = l })
}

// Level is the level of a cell; one that never held anything is made empty.
// Its item's levels must have been loaded.
func (b *Batch) Level(c stock.Cell) *stock.Level {
	l := b.levels[c]
	if l == nil {
		if !b.known[c.Item] {
			panic(fmt.Sprintf("level of item %d was not loaded", c.Item))
		}
		l = &stock.Level{Cell: c}
		b.levels[c] = l
	}
	return l
}

// sellable is what sourcing may claim: what the channel may sell, and what its
// own claim holds already.
func (b *Batch) sellable(item int64, at stock.LocationID) int64 {
	if l := b.levels[stock.Cell{Item: item, Location: at}]; l != nil && !b.isStale(at) {
		return b.terms.Sellable(l) + b.checkouts.own[l.Cell]
	}
	return 0
}

// LoadOrders reads orders with all their fulfillments, and the levels of
// everything in them.
func (b *Batch) LoadOrders(ids []order.ID) error {
	var missing []order.ID
	seen := make(map[order.ID]bool, len(ids))
	for _, id := range ids {
		if b.orders[id] == nil && !seen[id] {
			seen[id] = true
			missing = append(missing, id)
		}
	}
	found, err := orders.Load(b.R, b.recall(missing), orders.Parts{Fees: true})
	if err != nil {
		return err
	}
	var sources []int64
	for id, o := range found {
		b.know(o, o.Clone())
		sources = append(sources, int64(id))
	}
	fuls, err := fulfillments.OfSources(b.R, sources)
	if err != nil {
		return err
	}
	for _, f := range fuls {
		b.knowFulfillment(f, f.Clone())
	}
	if err := b.loadRequests(missing); err != nil {
		return err
	}
	return b.LoadLevels(b.stockedIn(missing))
}

// recall takes the orders that are remembered into the batch, and gives those
// that are not.
func (b *Batch) recall(ids []order.ID) (unknown []order.ID) {
	if b.memory == nil {
		return ids
	}
	for _, id := range ids {
		kept := b.memory.orders[id]
		if kept == nil {
			unknown = append(unknown, id)
			continue
		}
		o, fuls := kept.copy()
		b.know(o, kept.order)
		for i, f := range fuls {
			b.knowFulfillment(f, kept.fulfillments[i])
		}
		b.recallParcels(id, kept)
	}
	return unknown
}

func (b *Batch) know(o, was *order.Order) {
	b.orders[o.ID] = &openOrder{o: o, was: was, lines: map[int]bool{}}
}

func (b *Batch) knowFulfillment(f, was *fulfillment.Fulfillment) {
	x := &openFulfillment{f: f, was: was}
	b.fuls[f.ID] = x
	b.ofOrder[order.ID(f.Source)] = append(b.ofOrder[order.ID(f.Source)], x)
}

// stockedIn are the items of loaded orders that have levels.
func (b *Batch) stockedIn(ids []order.ID) []int64 {
	var out []int64
	for _, id := range ids {
		if o := b.Order(id); o != nil {
			for i := range o.Lines {
				if o.Lines[i].Stocked {
					out = append(out, o.Lines[i].Item)
				}
			}
		}
	}
	return out
}

// rememberOrders keeps the orders that the batch has written.
func (b *Batch) rememberOrders() {
	for id, x := range b.orders {
		if x.was == nil || x.o.Version != x.was.Version {
			b.memory.remember(x.o, b.FulfillmentsOf(id), b.parcelsOf(id))
		}
	}
	b.forgetParcels()
}

// LoadOrdersForServing is LoadOrders with where the orders go to, which
// sourcing needs.
func (b *Batch) LoadOrdersForServing(ids []order.ID) error {
	if err := b.LoadOrders(ids); err != nil {
		return err
	}
	return b.LoadParties(ids)
}

// LoadParties reads the people and addresses of loaded orders.
func (b *Batch) LoadParties(ids []order.ID) error {
	into := map[order.ID]*order.Order{}
	for _, id := range ids {
		if o := b.Order(id); o != nil {
			into[id] = o
		}
	}
	return orders.LoadParties(b.R, slices.Collect(maps.Keys(into)), into)
}

// LoadFulfillments reads fulfillments with their whole orders.
func (b *Batch) LoadFulfillments(ids []fulfillment.ID) error {
	var of []order.ID
	var unknown []fulfillment.ID
	for _, id := range ids {
		if b.memory != nil && b.memory.of[id] != 0 {
			of = append(of, b.memory.of[id])
		} else {
			unknown = append(unknown, id)
		}
	}
	sources, err := fulfillments.SourcesOf(b.R, unknown)
	if err != nil {
		return err
	}
	for _, id := range sources {
		of = append(of, order.ID(id))
	}
	return b.LoadOrders(of)
}

// LoadExternal reads which external ids of a channel are taken.
func (b *Batch) LoadExternal(channel string, ids []string) error {
	found, err := orders.ByExternal(b.R, channel, ids)
	if b.external[channel] == nil {
		b.external[channel] = map[string]orders.Known{}
	}
	for ext, k := range found {
		b.external[channel][ext] = k
	}
	return err
}

// External tells which order has an external id.
func (b *Batch) External(channel, id string) (orders.Known, bool) {
	k, ok := b.external[channel][id]
	return k, ok
}

// Order is a loaded order; nil when there is none.
func (b *Batch) Order(id order.ID) *order.Order {
	if x := b.orders[id]; x != nil {
		return x.o
	}
	return nil
}

// Fulfillment is a loaded fulfillment; nil when there is none.
func (b *Batch) Fulfillment(id fulfillment.ID) *fulfillment.Fulfillment {
	if x := b.fuls[id]; x != nil {
		return x.f
	}
	return nil
}

// FulfillmentsOf are all fulfillments of a loaded order, oldest first.
func (b *Batch) FulfillmentsOf(id order.ID) []*fulfillment.Fulfillment {
	out := make([]*fulfillment.Fulfillment, 0, len(b.ofOrder[id]))
	for _, x := range b.ofOrder[id] {
		out = append(out, x.f)
	}
	return out
}

// ClaimsOf are the order's open claims that wait on the shelf, newest first.
func (b *Batch) ClaimsOf(id order.ID) []order.Claim {
	var out []order.Claim
	for _, x := range slices.Backward(b.ofOrder[id]) {
		for i := range x.f.Lines {
			l := &x.f.Lines[i]
			if n := l.Allocated(); n > 0 {
				out = append(out, order.Claim{Fulfillment: int64(x.f.ID), Line: l.Order, Allocated: n, Firm: x.f.Firm()})
			}
		}
	}
	return out
}

// nextEntry gives the next journal sequence; zero in a preview.
func (b *Batch) nextEntry() int64 {
	if b.tx == nil {
		return 0
	}
	return b.tx.NextEntry()
}

// tell adds a journal entry.
func (b *Batch) tell(kind string, subject, subjectSeq int64, typ string, by access.Scope, data []byte) int64 {
	seq := b.nextEntry()
	b.entries = append(b.entries, journal.Entry{
		Seq: seq, Kind: kind, Subject: subject, SubjectSeq: subjectSeq, Type: typ, V: 1, At: b.At, Actor: by.Actor, Cause: by.Cause, Data: data,
	})
	return seq
}

// AddNote adds a remark.
func (b *Batch) AddNote(n orders.Note) { b.notes = append(b.notes, n) }

// AddScans adds scans of a parcel.
func (b *Batch) AddScans(id fulfillment.ParcelID, s []fulfillment.Scan) {
	b.scans[id] = append(b.scans[id], s...)
}

// NextOrderNumber takes the merchant's next order number.
func (b *Batch) NextOrderNumber() int64 {
	b.tx.Seq.OrderNo++
	return b.tx.Seq.OrderNo
}

// Zone is the merchant's time zone.
func (b *Batch) Zone() *time.Location { return b.Catalog.zone() }

// KnowCustomer adds a customer that was read.
func (b *Batch) KnowCustomer(c *party.Customer) { b.customers[c.ID] = c }

// Customer is a customer that was read; nil when there is none.
func (b *Batch) Customer(id party.ID) *party.Customer { return b.customers[id] }

// Reprioritize carries an order's new priority to its open claims and lines.
func (b *Batch) Reprioritize(o *order.Order) {
	for _, x := range b.ofOrder[o.ID] {
		x.f.Priority = o.Priority
	}
	b.repriced[o.ID] = true
}

// Item resolves the SKU of a stock act.
func (b *Batch) Item(sku string) *catalog.Item { return b.Catalog.BySKU(sku) }
