package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// retailZone is where the clock hung that wrote an Online Retail file.
const retailZone = "Europe/London"

// retail is the import of one Online Retail file.
type retail struct {
	*importer
	book   *onlineretail.Book
	taken  map[string][]take                          // by the invoice of the sale, in time order
	money  map[string][]*onlineretail.MoneyAdjustment // by their own invoice
	backs  map[string]bool                            // C invoices that take goods or charges back
	sold   map[int]money.Price                        // of sold lines that are taken back, by their line of the file
	shelf  *shelf
	people map[string]party.ID

	unread []onlineretail.Reject // lines that are not understood
	wrong  map[int]error         // lines that the desk refused
}

// take is units of one line of a sale that a C invoice takes back.
type take struct {
	index    int // among the sale's lines
	quantity int64
	invoice  string
	at       time.Time
	source   int
}

func (x *importer) retail(ctx context.Context) error {
	b := &retail{
		importer: x, taken: map[string][]take{}, money: map[string][]*onlineretail.MoneyAdjustment{}, backs: map[string]bool{},
		sold: map[int]money.Price{}, shelf: newShelf(), people: map[string]party.ID{}, wrong: map[int]error{},
	}
	if err := b.settleZone(ctx); err != nil {
		return err
	}
	if err := b.readBook(); err != nil {
		return err
	}
	x.sum.LinesRead = int64(b.book.Summary().LinesRead)
	x.sum.money(onlineretail.Currency.Code())
	b.index()
	err := b.prepare(ctx)
	if err == nil && x.o.As == Live {
		err = b.live(ctx)
	} else if err == nil {
		err = b.history(ctx)
	}
	return errors.Join(err, b.writeRejects())
}

// settleZone sets the clock of a shop without orders to that of the file, so
// that its days are the file's days.
func (b *retail) settleZone(ctx context.Context) error {
	if b.merchant.Zone == retailZone && b.merchant.Currency == onlineretail.Currency.Code() {
		return nil
	}
	fresh := false
	if b.o.DryRun {
		err := b.read(ctx, func(r *store.Reader) error {
			some, err := orders.List(r, orders.Filter{Limit: 1})
			fresh = len(some.Rows) == 0
			return err
		})
		if err != nil {
			return err
		}
	} else {
		err := b.write(ctx, func(tx *store.Tx) (err error) {
			fresh, err = merchants.SetZone(tx, retailZone, onlineretail.Currency.Code())
			if fresh {
				tx.Seq.Epoch++ // processes remember the zone under the epoch
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if !fresh {
		b.sum.warn(fmt.Sprintf("the shop has orders and keeps its time zone %s and currency %s; the file's days are read in that zone", b.merchant.Zone, b.merchant.Currency))
		return nil
	}
	zone, err := time.LoadLocation(retailZone)
	if err != nil {
		return fmt.Errorf("the time zone %s is not known on this machine: %w", retailZone, err)
	}
	b.zone = zone
	return nil
}

func (b *retail) readBook() error {
	in, err := b.from.reopen()
	if err != nil {
		return err
	}
	b.book, err = onlineretail.Read(in, onlineretail.Options{Zone: b.zone, Rejected: func(r onlineretail.Reject) error {
		b.unread = append(b.unread, r)
		b.sum.LinesRejected++
		if r.Known {
			b.sum.rejected.micros(int64(r.Net))
		} else {
			b.sum.RejectedUnknown++
		}
		return nil
	}})
	if err != nil {
		return b.explainHeader(err)
	}
	return b.from.unchanged()
}

// explainHeader adds to an error about columns which there are.
func (b *retail) explainHeader(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "columns" {
		return err
	}
	in, again := b.from.reopen()
	if again != nil {
		return err
	}
	csv, again := imports.NewCSV(in)
	if again != nil {
		return err
	}
	return withHeader(f, csv.Header())
}

// index finds for each sale what is taken back of it, and gathers what else
// stands on an invoice, so that each invoice becomes one order. Sales come
// before what takes them back, so their prices are read in a second round.
func (b *retail) index() {
	for f := range b.book.Facts() {
		switch f := f.(type) {
		case *onlineretail.MoneyAdjustment:
			b.money[f.Invoice] = append(b.money[f.Invoice], f)
		case *onlineretail.Cancellation:
			b.backs[f.Invoice] = true
			for i := range f.Lines {
				for _, m := range f.Lines[i].Matches {
					if m.Index >= 0 {
						b.sold[m.SourceLine] = 0
						b.taken[m.SaleInvoice] = append(b.taken[m.SaleInvoice], take{m.Index, m.Quantity, f.Invoice, f.At, f.Lines[i].SourceLine})
					}
				}
			}
		}
	}
	for f := range b.book.Facts() {
		if s, ok := f.(*onlineretail.Sale); ok {
			for i := range s.Lines {
				if _, taken := b.sold[s.Lines[i].SourceLine]; taken {
					b.sold[s.Lines[i].SourceLine] = s.Lines[i].Price
				}
			}
		}
	}
}
