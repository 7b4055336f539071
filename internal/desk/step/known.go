package step

import (
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/money"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
)

// facts is what a profile may know of the locations, earlier commands of the
// batch included.
func (b *Batch) facts() *sourcing.Known { return b.Catalog.Known(b.At, b.work, b.costs) }

// Known is what a profile may know of the locations at an instant. work is how
// many fulfillments each has to do; whoever has it may go on counting in it. costs
// are nil where no profile asks for them.
func (c *Catalog) Known(now int64, work map[stock.LocationID]int64, costs Costs) *sourcing.Known {
	k := &sourcing.Known{
		Locations: c.Locations, Calendars: c.Calendars, Zone: c.ZoneOf, Shop: c.zoned, Method: c.Method, Now: now, Minor: c.minor(),
		Waiting: func(at stock.LocationID) int64 { return work[at] },
		Grams: func(id int64) int64 {
			if item := c.ByID(catalog.ID(id)); item != nil {
				return sourcing.GramsOf(item.WeightGrams, item.Scale)
			}
			return 0
		},
	}
	if costs != nil {
		k.Cost = func(at stock.Cell) int64 { return c.costAt(at, costs) }
	}
	return k
}

// loadWork counts, once, what places have to do that say how much they can.
func (b *Batch) loadWork() (err error) {
	if b.work != nil {
		return nil
	}
	var limited []int64
	for _, l := range b.Catalog.Locations {
		if b.Catalog.Calendars[l.ID].Capacity > 0 {
			limited = append(limited, int64(l.ID))
		}
	}
	b.work, err = fulfillments.ToDo(b.R, limited)
	return err
}

// CatalogOf is the merchant's catalog as a snapshot sees it.
func CatalogOf(d *desk.Desk, r *store.Reader) (*Catalog, error) {
	epoch, err := r.Epoch()
	if err != nil {
		return nil, err
	}
	return catalogsOf(d).of(r, epoch, false)
}

// Load reads items into the catalog that are not known to it yet.
func (c *Catalog) Load(r *store.Reader, items []int64) error {
	ids := make([]catalog.ID, len(items))
	for i, id := range items {
		ids[i] = catalog.ID(id)
	}
	return c.load(r, nil, ids)
}

// minor is how many minor units 1.00 of the merchant's currency has.
func (c *Catalog) minor() int64 {
	currency, err := money.ParseCurrency(c.Merchant.Currency)
	if err != nil {
		return 1 // a shop without a currency has no rates either
	}
	return sourcing.Steps(currency.Exponent())
}
