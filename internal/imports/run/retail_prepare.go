package run

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"strings"
	"unicode"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/customers"
)

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

// itemChunks make the items that are not there; those that are stay as they are.
func (b *retail) itemChunks(articles []onlineretail.Article) iter.Seq2[*chunk, error] {
	return inChunks(articles, func(c *chunk, part []onlineretail.Article) {
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
	})
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

// buyer is a customer of the file: a number, and the country of its first
// invoice.
type buyer struct{ id, country string }

// customerIDs lists the customers of the file in order of appearance.
func (b *retail) customerIDs() []buyer {
	var out []buyer
	seen := map[string]bool{}
	add := func(id, country string) {
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, buyer{id, country})
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

// customerChunks make the customers that are not there.
func (b *retail) customerChunks() iter.Seq2[*chunk, error] {
	return inChunks(b.customerIDs(), func(c *chunk, part []buyer) {
		use(b.importer, c, admin.SaveCustomer, func(r *store.Reader) ([]asked[admin.CustomerCommand], error) {
			there, err := externalIDs(r, part)
			if err != nil {
				return nil, err
			}
			out := make([]asked[admin.CustomerCommand], len(part))
			for i := range part {
				if out[i].skip = there[part[i].id] != 0; !out[i].skip {
					out[i] = ask(admin.SaveCustomer, admin.CustomerCommand{Only: "create", Customer: party.Customer{
						ExternalID: part[i].id, Contact: contactOf(part[i].id), Address: addressOf(part[i].country),
					}})
				}
			}
			return out, nil
		})
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				if r.Err != nil {
					b.sum.warn(fmt.Sprintf("the customer %s could not be made: %v", part[i].id, r.Err))
					continue
				}
				b.sum.Customers++
			}
			return nil
		}
	})
}

func externalIDs(r *store.Reader, part []buyer) (map[string]party.ID, error) {
	ids := make([]string, len(part))
	for i := range part {
		ids[i] = part[i].id
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
