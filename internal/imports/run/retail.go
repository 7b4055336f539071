package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/merchants"
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
			var n int64
			err := r.Row("SELECT count(*) FROM orders WHERE m = $1", r.M).Scan(&n)
			fresh = n == 0
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

// prepare makes the items, customers and locations that are missing.
func (b *retail) prepare(ctx context.Context) error {
	articles := b.book.Articles()
	err := b.phase(ctx, Items, "items", count(len(articles)), b.itemChunks(articles))
	if err == nil {
		err = b.phase(ctx, Customers, "customers", unknownTotal, b.customerChunks())
	}
	if err == nil {
		err = b.phase(ctx, "locations", "locations", unknownTotal, b.makePlaces(b.wantedPlaces()))
	}
	if err != nil {
		return err
	}
	return b.read(ctx, func(r *store.Reader) error {
		if err := b.places.load(r); err != nil {
			return err
		}
		if err := b.loadShelf(r, articles); err != nil {
			return err
		}
		return b.loadPeople(r)
	})
}

func count(n int) func() int64 { return func() int64 { return int64(n) } }

func unknownTotal() int64 { return -1 }

func (b *retail) wantedPlaces() []stock.Location {
	switch {
	case b.o.As == Live:
		return depots
	case b.o.Location != "":
		return []stock.Location{{Code: b.o.Location, Name: b.o.Location, Kind: "warehouse", Priority: 1, Active: true}}
	case b.places.first() == nil:
		return []stock.Location{onlyPlace}
	}
	return nil
}

// home is where stock changes of the file are booked; nil before it is made.
func (b *retail) home() *stock.Location {
	switch {
	case b.o.Location != "":
		return b.places.byCode(b.o.Location)
	case b.o.As == Live:
		return b.places.byCode(depots[0].Code)
	}
	return b.places.first()
}

// itemOf is what an article of the file becomes when no item has its SKU.
func itemOf(a *onlineretail.Article) catalog.Item {
	i := catalog.Item{SKU: a.SKU, Name: plain(a.Name), Kind: catalog.Goods, WhenShort: catalog.Backorder, Price: a.Price}
	if i.Name == "" {
		i.Name = a.SKU
	}
	if a.Kind == onlineretail.Service {
		i.Kind = catalog.Service
	}
	return i
}

// plain is a text of the file without what no text here may hold.
func plain(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

func (b *retail) itemChunks(articles []onlineretail.Article) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		done := int64(0)
		for part := range slices.Chunk(articles, MaxRows) {
			done += int64(len(part))
			c := &chunk{rows: len(part), weight: len(part), done: done}
			use(b.importer, c, admin.SaveItem, func(r *store.Reader) ([]asked[admin.ItemCommand], error) {
				there := newShelf()
				if err := there.load(r, skusOf(part)); err != nil {
					return nil, err
				}
				out := make([]asked[admin.ItemCommand], len(part))
				for i := range part {
					if out[i].skip = there.BySKU(part[i].SKU) != nil; !out[i].skip {
						out[i] = ask(admin.SaveItem, admin.ItemCommand{Item: itemOf(&part[i]), Only: "create"})
					}
				}
				return out, nil
			})
			c.after = func(got []desk.Result) error {
				for i, r := range got {
					if r.Err != nil {
						b.sum.warn(fmt.Sprintf("the item %q could not be made: %v", part[i].SKU, r.Err))
						continue
					}
					b.sum.Items++
				}
				return nil
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func skusOf(articles []onlineretail.Article) []string {
	out := make([]string, len(articles))
	for i := range articles {
		out[i] = articles[i].SKU
	}
	return out
}

// loadShelf reads the file's items. In a dry run those that are missing stand
// in as they would be made.
func (b *retail) loadShelf(r *store.Reader, articles []onlineretail.Article) error {
	if err := b.shelf.load(r, skusOf(articles)); err != nil {
		return err
	}
	if !b.o.DryRun {
		return nil
	}
	for i := range articles {
		if b.shelf.BySKU(articles[i].SKU) == nil {
			item := itemOf(&articles[i])
			item.ID = catalog.ID(-1 - i)
			b.shelf.put([]*catalog.Item{&item})
		}
	}
	return nil
}

// customerIDs lists the customers of the file in order of appearance, each
// with the country of its first invoice.
func (b *retail) customerIDs() []onlineretail.Sale {
	var out []onlineretail.Sale
	seen := map[string]bool{}
	add := func(id, country string) {
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, onlineretail.Sale{CustomerID: id, Country: country})
		}
	}
	for f := range b.book.Facts() {
		switch f := f.(type) {
		case *onlineretail.Sale:
			add(f.CustomerID, f.Country)
		case *onlineretail.Cancellation:
			add(f.CustomerID, f.Country)
		case *onlineretail.MoneyAdjustment:
			add(f.CustomerID, f.Country)
		}
	}
	return out
}

func (b *retail) customerChunks() iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		done := int64(0)
		for part := range slices.Chunk(b.customerIDs(), MaxRows) {
			done += int64(len(part))
			c := &chunk{rows: len(part), weight: len(part), done: done}
			use(b.importer, c, admin.SaveCustomer, func(r *store.Reader) ([]asked[admin.CustomerCommand], error) {
				there, err := externalIDs(r, part)
				if err != nil {
					return nil, err
				}
				out := make([]asked[admin.CustomerCommand], len(part))
				for i := range part {
					if out[i].skip = there[part[i].CustomerID] != 0; !out[i].skip {
						out[i] = ask(admin.SaveCustomer, admin.CustomerCommand{Only: "create", Customer: party.Customer{
							ExternalID: part[i].CustomerID, Contact: contactOf(part[i].CustomerID), Address: addressOf(part[i].Country),
						}})
					}
				}
				return out, nil
			})
			c.after = func(got []desk.Result) error {
				for i, r := range got {
					if r.Err != nil {
						b.sum.warn(fmt.Sprintf("the customer %s could not be made: %v", part[i].CustomerID, r.Err))
						continue
					}
					b.sum.Customers++
				}
				return nil
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func externalIDs(r *store.Reader, part []onlineretail.Sale) (map[string]party.ID, error) {
	ids := make([]string, len(part))
	for i := range part {
		ids[i] = part[i].CustomerID
	}
	out := map[string]party.ID{}
	found, err := customers.ByExternalID(r, ids)
	for _, c := range found {
		out[c.ExternalID] = c.ID
	}
	return out, err
}

func (b *retail) loadPeople(r *store.Reader) error {
	found, err := externalIDs(r, b.customerIDs())
	maps.Copy(b.people, found)
	return err
}

// contactOf names a customer of whom only a number is known.
func contactOf(id string) party.Contact {
	if id == "" {
		return party.Contact{}
	}
	return party.Contact{Name: "Customer " + id}
}

// addressOf keeps a country as ISO has it, and what is no country in words.
func addressOf(country string) party.Address {
	if code := onlineretail.CountryCode(country); code != "" {
		return party.Address{Country: code}
	}
	return party.Address{Region: plain(country)}
}

// writeRejects tells of every line that could not be taken, in the order of
// the file. The texts of lines that the desk refused are read again.
func (b *retail) writeRejects() error {
	b.sum.LinesRejected = int64(len(b.unread) + len(b.wrong))
	raw, err := b.textsOf(b.wrong)
	if err != nil {
		return err
	}
	all := b.unread
	for line, wrong := range b.wrong {
		all = append(all, onlineretail.Reject{Line: line, Code: codeOf(wrong), Reason: imports.Reason(wrong), Raw: raw[line]})
	}
	slices.SortStableFunc(all, func(x, y onlineretail.Reject) int { return x.Line - y.Line })
	for _, r := range all {
		if err := b.rejects.out.Add(r.Line, r.Code, r.Reason, r.Raw); err != nil {
			return err
		}
	}
	return nil
}

func (b *retail) textsOf(lines map[int]error) (map[int]string, error) {
	out := make(map[int]string, len(lines))
	if len(lines) == 0 {
		return out, nil
	}
	in, err := b.from.reopen()
	if err != nil {
		return nil, err
	}
	csv, err := imports.NewCSV(in)
	for err == nil {
		var record imports.Record
		if record, err = csv.Next(); err == nil && lines[record.Line] != nil {
			out[record.Line] = strings.Clone(record.Raw)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// refuse rejects lines of the file, once each, and what they are worth.
func (b *retail) refuse(err error, net onlineretail.Exact, sources ...[]int) {
	b.sum.rejected.micros(int64(net))
	for _, list := range sources {
		for _, line := range list {
			if b.wrong[line] == nil {
				b.wrong[line] = err
			}
		}
	}
}
