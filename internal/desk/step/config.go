package step

import (
	"maps"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store/customers"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
)

// config is what a batch changes of items, locations and customers. It is
// empty in all batches but those of the admin room.
type config struct {
	items     map[string]*catalog.Item
	locations map[string]*stock.Location
	customers map[party.ID]*party.Customer
}

// SaveItem keeps an item as it is now.
func (b *Batch) SaveItem(i *catalog.Item) {
	b.config.items[i.SKU] = i
	for _, c := range i.Barcodes {
		b.packs[c.Code] = items.Pack{Item: i.ID, Quantity: c.Quantity}
	}
}

// SavedItem finds an item as earlier commands of the batch have left it.
func (b *Batch) SavedItem(sku string) *catalog.Item {
	if i := b.config.items[sku]; i != nil {
		return i
	}
	return b.Catalog.BySKU(sku)
}

// PackOwner tells whose a barcode is; zero when it is free.
func (b *Batch) PackOwner(code string) (catalog.ID, int64) {
	p := b.packs[code]
	return p.Item, p.Quantity
}

// SaveLocation keeps a location as it is now.
func (b *Batch) SaveLocation(l *stock.Location) { b.config.locations[l.Code] = l }

// SavedLocation finds a location as earlier commands of the batch left it.
func (b *Batch) SavedLocation(code string) *stock.Location {
	if l := b.config.locations[code]; l != nil {
		return l
	}
	return b.Catalog.LocationByCode(code)
}

// LocationCount is how many locations there are, new ones included at most twice.
func (b *Batch) LocationCount() int { return len(b.Catalog.Locations) + len(b.config.locations) }

// SaveCustomer keeps a customer as it is now.
func (b *Batch) SaveCustomer(c *party.Customer) {
	b.customers[c.ID] = c
	b.config.customers[c.ID] = c
}

// CustomerByExternal finds a known customer by external id.
func (b *Batch) CustomerByExternal(external string) *party.Customer {
	if external == "" {
		return nil
	}
	for _, c := range b.customers {
		if c.ExternalID == external {
			return c
		}
	}
	return nil
}

// writeConfig keeps what changed, and raises the epoch when items or locations did.
func (b *Batch) writeConfig() error {
	c := &b.config
	if len(c.items)+len(c.locations) > 0 {
		b.tx.Seq.Epoch++
	}
	var list []*catalog.Item
	for _, sku := range slices.Sorted(maps.Keys(c.items)) {
		list = append(list, c.items[sku])
	}
	if err := items.Save(b.tx, list); err != nil {
		return err
	}
	var places []*stock.Location
	for _, code := range slices.Sorted(maps.Keys(c.locations)) {
		places = append(places, c.locations[code])
	}
	if err := locations.Save(b.tx, places); err != nil {
		return err
	}
	var people []*party.Customer
	for _, id := range slices.Sorted(maps.Keys(c.customers)) {
		people = append(people, c.customers[id])
	}
	return customers.Save(b.tx, people)
}
