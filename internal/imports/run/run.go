// Package run carries a file into the books: items, stock, customers,
// orders and purchases, by way of the desk's own operations, so that an import can do
// nothing that a person could not.
//
// What belongs here: cutting a file into chunks, carrying each out exactly
// once, what is told of lines that could not be taken, and what the facts of
// a known retailer's file become. What does not: reading files and columns
// (imports), the rules of one retailer's format (onlineretail), and any SQL.
//
// A run is named by its file's content and its options. Each chunk of it is
// one transaction, in which is also written that the chunk is done: whoever
// stops a run, in whatever way, and starts the same one again gets the books
// and the summary of a run that was never stopped.
package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

// Limits of one chunk, which is one call of the desk and one transaction.
const (
	MaxRows  = desk.MaxBatch
	MaxLines = 2000 // lines of orders or of stock acts, unless a single order has more
)

// What a file holds.
const (
	Items     = "items"
	Stock     = "stock"
	Customers = "customers"
	Orders    = "orders"
	Payments  = "payments"  // that channels took for orders
	Purchases = "purchases" // orders of the past, placed with suppliers
)

// How rows are taken.
const (
	History = "history" // orders: they were sent before these books began
	Live    = "live"    // orders: they claim stock
	Receive = "receive" // stock: rows say what came
	Count   = "count"   // stock: rows say what is there
)

// OnlineRetail names the mapping for the Online Retail format.
const OnlineRetail = "online-retail"

// DefaultChannel is where orders come from when neither file nor options say.
const DefaultChannel = "import"

// Shop is the books that are imported into.
type Shop struct {
	DB    *store.DB
	Desk  *desk.Desk
	Scope access.Scope
}

// Options of one run.
type Options struct {
	What     string // Items, Stock, Customers, Orders, Payments or Purchases
	Path     string // "-" is standard input
	Mapping  string // "", OnlineRetail, or the path of a JSON file
	As       string // History (default) or Live; Receive (default) or Count
	Channel  string // of orders that name none
	Location string // code: where stock changes of a known retailer's file are booked, "" takes the first; where purchases went whose rows do not say
	DryRun   bool   // read, map and check; write nothing
	Restart  bool   // forget how far earlier runs of this file came
	Rejects  string // file for lines that could not be taken; "" chooses a name beside Path

	Open   func() (*imports.File, error) `json:"-"` // gives the text, each time from its beginning; Path is then its name
	Mapped []byte                        `json:"-"` // the mapping's text, in place of a file
	Salt   string                        // tells runs of equal files apart
	Keep   func(Reject) error            `json:"-"` // takes the lines that could not be taken, in place of a file

	Progress func(Progress) `json:"-"` // called after each chunk; may be nil
}

// Reject is a line that could not be taken.
type Reject struct {
	Line    int
	Ref     string // what it belongs to and is taken with, such as an order
	Code    string
	Reason  string
	Text    string // as it stands in the file
	Clipped bool   // Text is only its beginning
}

// Progress is how far a phase of a run is. Total is -1 when unknown.
type Progress struct {
	Phase       string
	Unit        string // lines or bytes
	Done, Total int64
	Lines       int64 // read so far, by what is through
	Rejected    int64
}

// importer is one run. Its chunks are made by one goroutine and carried out by
// another; fields below the line belong to the latter.
type importer struct {
	shop     Shop
	o        Options
	from     *source
	run      string
	merchant merchants.Merchant
	zone     *time.Location
	places   places

	sum     Summary
	done    map[string]kept // chunks that earlier runs have carried out
	carried int64
	header  header
	rejects *rejects
	began   time.Time
}

// Import carries out one run. What it gives is true also when it ends with an
// error: it is then how far the run came.
func Import(ctx context.Context, shop Shop, o Options) (*Summary, error) {
	x := &importer{shop: shop, o: o, began: time.Now(), done: map[string]kept{}}
	if err := x.o.check(); err != nil {
		return nil, err
	}
	from, err := open(x.o)
	if err != nil {
		return nil, err
	}
	defer from.close()
	x.from = from
	x.run = x.o.name(from)
	if err := x.begin(ctx); err != nil {
		return nil, err
	}
	err = x.carry(ctx)
	err = errors.Join(err, x.rejects.close())
	if err == nil {
		err = x.end(ctx)
	}
	x.finish()
	if errors.Is(err, context.Canceled) {
		err = fmt.Errorf("stopped between two chunks; the same command goes on from here: %w", err)
	}
	return &x.sum, err
}

func (x *importer) carry(ctx context.Context) error {
	switch {
	case x.o.Mapping == OnlineRetail:
		return x.retail(ctx)
	case x.o.What == Items:
		return x.items(ctx)
	case x.o.What == Customers:
		return x.customers(ctx)
	case x.o.What == Payments:
		return x.payments(ctx)
	case x.o.What == Purchases:
		return x.purchases(ctx)
	case x.o.What == Stock:
		return x.stock(ctx)
	}
	return x.orders(ctx)
}

// Check tells whether a run can begin with these options.
func (o *Options) Check() error {
	x := *o
	return x.check()
}

// check fills in defaults and refuses what does not go together.
func (o *Options) check() error {
	var l fault.List
	words := map[string][]string{Items: {""}, Customers: {""}, Payments: {""}, Purchases: {""}, Stock: {Receive, Count}, Orders: {History, Live}}[o.What]
	switch {
	case words == nil:
		l.Add("/what", "unknown", "%q cannot be imported; items, stock, customers, orders, payments and purchases can", o.What)
	case o.As == "":
		o.As = words[0]
	case words[0] == "":
		l.Add("/as", "not_here", "%s are imported in one way only; leave --as out", o.What)
	case o.As != words[0] && o.As != words[1]:
		l.Add("/as", "unknown", "%s are imported as %s or %s, not as %q", o.What, words[0], words[1], o.As)
	}
	if o.Mapping == OnlineRetail && o.What != Orders {
		l.Add("/mapping", "not_here", "the mapping %s reads orders, and makes the items that they need", OnlineRetail)
	}
	if o.Channel == "" {
		o.Channel = DefaultChannel
		if o.Mapping == OnlineRetail {
			o.Channel = OnlineRetail
		}
	}
	if o.Path == "" {
		l.Add("/path", "missing", "name the file to import, or - for standard input")
	}
	return l.As(fault.Invalid, "invalid_options", "this import cannot begin")
}

// begin reads what the run needs to know of the books.
func (x *importer) begin(ctx context.Context) error {
	if err := x.readMerchant(ctx); err != nil {
		return err
	}
	if err := x.resume(ctx); err != nil {
		return err
	}
	var err error
	x.rejects, err = x.openRejects()
	if err == nil && !x.o.DryRun {
		err = x.saveHeader(ctx, running)
	}
	return err
}

func (x *importer) readMerchant(ctx context.Context) error {
	return x.read(ctx, func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return fmt.Errorf("read the shop: %w", err)
		}
		x.merchant, x.zone = m, m.Location()
		return x.places.load(r)
	})
}

func (x *importer) read(ctx context.Context, f func(*store.Reader) error) error {
	return x.shop.DB.Read(ctx, x.shop.Scope, f)
}

// end says in the books that the run is complete.
func (x *importer) end(ctx context.Context) error {
	if x.o.DryRun {
		return nil
	}
	if x.header.Status != complete {
		if err := x.saveHeader(ctx, complete); err != nil {
			return err
		}
	}
	if x.carried > 0 {
		_ = x.shop.DB.Analyze(ctx) // as in look
	}
	return nil
}
