package step

import (
	"maps"

	"orderly/internal/catalog"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// Costs are what a unit costs from suppliers who send to customers, by their
// offers in the merchant's currency, in millionths of 1.00. What stands not in them
// costs what the item's own cost says, wherever it lies.
type Costs map[stock.Cell]int64

// Costs reads the offers of items; nil where none of the profiles weighs margin, or
// no supplier sends.
func (c *Catalog) Costs(r *store.Reader, items []int64, by ...*sourcing.Version) (Costs, error) {
	weighs := false
	for _, v := range by {
		weighs = weighs || v != nil && v.WeighsMargin()
	}
	if !weighs || len(items) == 0 {
		return nil, nil
	}
	var places []stock.LocationID
	for _, l := range c.Locations {
		if l.Active && l.Kind == "supplier" {
			places = append(places, l.ID)
		}
	}
	at, err := suppliers.AtLocations(r, places)
	if err != nil || len(at) == 0 {
		return nil, err
	}
	from := map[supplier.ID]stock.LocationID{}
	for place, s := range at {
		if s.DropShips && s.Currency == c.Merchant.Currency {
			from[s.ID] = place
		}
	}
	offers, err := suppliers.OffersOfItems(r, items)
	out := Costs{}
	for i := range offers {
		if place, ok := from[offers[i].Supplier]; ok {
			out[stock.Cell{Item: offers[i].Item, Location: place}] = int64(offers[i].Cost)
		}
	}
	return out, err
}

// costAt is what one step of an item costs there; zero when nobody knows.
func (c *Catalog) costAt(at stock.Cell, costs Costs) int64 {
	item := c.ByID(catalog.ID(at.Item))
	if item == nil {
		return 0
	}
	each, offered := costs[at]
	if !offered {
		each = int64(item.Cost)
	}
	return each / sourcing.Steps(item.Scale)
}

// loadCosts reads what items cost from suppliers, where a profile asks for it.
func (b *Batch) loadCosts(items []int64) error {
	var missing []int64
	for _, id := range items {
		if !b.costed[id] {
			missing = append(missing, id)
		}
	}
	found, err := b.Catalog.Costs(b.R, missing, b.Catalog.Profile, b.Catalog.Shadow)
	if err != nil || found == nil {
		return err
	}
	if b.costs == nil {
		b.costs, b.costed = found, map[int64]bool{}
	}
	maps.Copy(b.costs, found)
	for _, id := range missing {
		b.costed[id] = true
	}
	return nil
}
