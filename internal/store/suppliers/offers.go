package suppliers

import (
	"orderly/internal/catalog"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/supplier"
)

const offerColumns = "supplier, item, supplier_sku, cost, lead_days, minimum, pack, preferred, drop_ship, active, updated_at"

func scanOffer(scan func(...any) error, more ...any) (o supplier.Offer, err error) {
	var preferred, drop, active int64
	err = scan(append([]any{&o.Supplier, &o.Item, &o.SupplierSKU, &o.Cost, &o.LeadDays, &o.Minimum, &o.Pack, &preferred, &drop, &active, &o.UpdatedAt}, more...)...)
	o.Preferred, o.DropShip, o.Active = preferred != 0, drop != 0, active != 0
	return o, err
}

func collectOffers(out *[]supplier.Offer) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		o, err := scanOffer(scan)
		*out = append(*out, o)
		return err
	}
}

// OffersOf reads a supplier's offers of items, by item.
func OffersOf(r *store.Reader, id supplier.ID, items []int64) (map[int64]supplier.Offer, error) {
	var list []supplier.Offer
	err := store.In(r, "SELECT "+offerColumns+" FROM supplier_offer WHERE m = $1 AND supplier = $2 AND item IN ($IN)", []any{r.M, int64(id)}, items, collectOffers(&list))
	out := make(map[int64]supplier.Offer, len(list))
	for _, o := range list {
		out[o.Item] = o
	}
	return out, err
}

// OffersOfItems reads all offers of items, by item and supplier.
func OffersOfItems(r *store.Reader, items []int64) (out []supplier.Offer, err error) {
	err = store.In(r, "SELECT "+offerColumns+" FROM supplier_offer WHERE m = $1 AND item IN ($IN) ORDER BY item, supplier", []any{r.M}, items, collectOffers(&out))
	return out, err
}

// Offered is an offer as lists show it.
type Offered struct {
	supplier.Offer
	SKU  string
	Name string
}

// PageOffers lists a supplier's offers by item, after one.
func PageOffers(r *store.Reader, id supplier.ID, after int64, limit int) (out []Offered, err error) {
	err = r.Each("SELECT o.supplier, o.item, o.supplier_sku, o.cost, o.lead_days, o.minimum, o.pack, o.preferred, o.drop_ship, o.active, o.updated_at, i.sku, i.name "+
		"FROM supplier_offer AS o JOIN item AS i ON i.m = $1 AND i.id = o.item WHERE o.m = $1 AND o.supplier = $2 AND o.item > $3 ORDER BY o.item LIMIT $4",
		[]any{r.M, int64(id), after, int64(limit)}, func(scan func(...any) error) error {
			var x Offered
			var err error
			x.Offer, err = scanOffer(scan, &x.SKU, &x.Name)
			out = append(out, x)
			return err
		})
	return out, err
}

var saveOffer = store.Upsert("supplier_offer", 3, "m", "supplier", "item", "supplier_sku", "cost", "lead_days", "minimum", "pack", "preferred", "drop_ship", "active", "updated_at")

// SaveOffers keeps offers as they are now. Where one is preferred, no other
// offer of its item is any more.
func SaveOffers(tx *store.Tx, list []supplier.Offer) error {
	for i := range list {
		if !list[i].Preferred {
			continue
		}
		if _, err := tx.Exec("UPDATE supplier_offer SET preferred = 0 WHERE m = $1 AND item = $2 AND preferred > 0 AND supplier <> $3", tx.M, list[i].Item, int64(list[i].Supplier)); err != nil {
			return err
		}
	}
	return saveOffer.Run(tx, len(list), func(a []any, n int) []any {
		o := &list[n]
		return append(a, tx.M, int64(o.Supplier), o.Item, o.SupplierSKU, int64(o.Cost), o.LeadDays, o.Minimum, o.Pack, store.Bool(o.Preferred), store.Bool(o.DropShip), store.Bool(o.Active), o.UpdatedAt)
	})
}

// Choices reads the offers of an item beside what each comes to for a quantity,
// the better ones first.
func Choices(r *store.Reader, item, quantity int64) ([]supplier.Choice, error) {
	offers, err := OffersOfItems(r, []int64{item})
	if err != nil {
		return nil, err
	}
	ids := make([]supplier.ID, len(offers))
	for i := range offers {
		ids[i] = offers[i].Supplier
	}
	by, err := ByID(r, ids)
	if err != nil {
		return nil, err
	}
	var out []supplier.Choice
	for _, o := range offers {
		if s := by[o.Supplier]; s != nil {
			out = append(out, supplier.Choice{Offer: o, By: s, Quantity: o.Least(quantity), Lead: o.Lead(s), OnTime: -1})
		}
	}
	supplier.Rank(out)
	return out, nil
}

// ItemsNamed finds the items that the supplier behind a location calls by its own
// numbers; what it still offers goes before what it did.
func ItemsNamed(r *store.Reader, at stock.LocationID, numbers []string) (map[string]catalog.ID, error) {
	out := map[string]catalog.ID{}
	err := store.In(r, "SELECT o.supplier_sku, o.item FROM supplier AS s JOIN supplier_offer AS o ON o.m = $1 AND o.supplier = s.id "+
		"WHERE s.m = $1 AND s.location = $2 AND s.location > 0 AND o.supplier_sku <> '' AND o.supplier_sku IN ($IN) ORDER BY o.active, o.item DESC",
		[]any{r.M, int64(at)}, numbers, called(out))
	return out, err
}

// ItemsCalled finds the items that a supplier calls by its own numbers; what it still
// offers goes before what it did.
func ItemsCalled(r *store.Reader, id supplier.ID, numbers []string) (map[string]catalog.ID, error) {
	out := map[string]catalog.ID{}
	err := store.In(r, "SELECT supplier_sku, item FROM supplier_offer WHERE m = $1 AND supplier = $2 AND supplier_sku <> '' AND supplier_sku IN ($IN) ORDER BY active, item DESC",
		[]any{r.M, int64(id)}, numbers, called(out))
	return out, err
}

func called(into map[string]catalog.ID) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var number string
		var item catalog.ID
		err := scan(&number, &item)
		into[number] = item
		return err
	}
}
