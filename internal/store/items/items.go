// Package items keeps the catalog: items, their barcodes and components.
package items

import (
	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/store"
)

const columns = "id, sku, name, kind, unit, scale, when_short, picture, price, cost, weight_grams, tax_class, custom, archived, created_at, updated_at, edit_version"

func scanItem(scan func(...any) error) (*catalog.Item, error) {
	i := &catalog.Item{}
	var custom string
	var archived int64
	var price, cost int64
	err := scan(&i.ID, &i.SKU, &i.Name, &i.Kind, &i.Unit, &i.Scale, &i.WhenShort, &i.Picture, &price, &cost, &i.WeightGrams,
		&i.TaxClass, &custom, &archived, &i.CreatedAt, &i.UpdatedAt, &i.EditVersion)
	i.Price, i.Cost, i.Archived = money.Price(price), money.Price(cost), archived != 0
	if custom != "" {
		i.Custom = []byte(custom)
	}
	return i, err
}

// BySKU reads items by SKU with their barcodes and components; unknown ones are left out.
func BySKU(r *store.Reader, skus []string) ([]*catalog.Item, error) {
	var out []*catalog.Item
	err := store.In(r, "SELECT "+columns+" FROM item WHERE m = $1 AND sku IN ($IN)", []any{r.M}, skus, collect(&out))
	return out, join(r, out, err)
}

// ByID reads items by id with their barcodes and components.
func ByID(r *store.Reader, ids []catalog.ID) ([]*catalog.Item, error) {
	var out []*catalog.Item
	err := store.In(r, "SELECT "+columns+" FROM item WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, join(r, out, err)
}

// ByBarcode finds which item a code stands for, and how many of it.
func ByBarcode(r *store.Reader, codes []string) (map[string]Pack, error) {
	out := map[string]Pack{}
	err := store.In(r, "SELECT code, item, quantity FROM item_barcode WHERE m = $1 AND code IN ($IN)", []any{r.M}, codes, func(scan func(...any) error) error {
		var code string
		var p Pack
		err := scan(&code, &p.Item, &p.Quantity)
		out[code] = p
		return err
	})
	return out, err
}

// Pack is what one barcode stands for.
type Pack struct {
	Item     catalog.ID
	Quantity int64
}

// Page lists items by SKU, from after on; q narrows to SKUs that begin so.
func Page(r *store.Reader, q, after string, limit int) ([]*catalog.Item, error) {
	var out []*catalog.Item
	err := r.Each("SELECT "+columns+" FROM item WHERE m = $1 AND sku > $2 AND sku >= $3 AND sku < $4 ORDER BY sku LIMIT $5",
		[]any{r.M, after, q, q + "\U0010FFFF", int64(limit)}, collect(&out))
	return out, join(r, out, err)
}

func collect(out *[]*catalog.Item) func(func(...any) error) error {
	seen := map[catalog.ID]bool{}
	return func(scan func(...any) error) error {
		i, err := scanItem(scan)
		if err == nil && !seen[i.ID] {
			seen[i.ID] = true
			*out = append(*out, i)
		}
		return err
	}
}

// join reads barcodes and components of items.
func join(r *store.Reader, list []*catalog.Item, err error) error {
	if err != nil || len(list) == 0 {
		return err
	}
	at := make(map[catalog.ID]*catalog.Item, len(list))
	ids := make([]catalog.ID, 0, len(list))
	var bundles []catalog.ID
	for _, i := range list {
		at[i.ID] = i
		ids = append(ids, i.ID)
		if i.Kind == catalog.Bundle {
			bundles = append(bundles, i.ID)
		}
	}
	err = store.In(r, "SELECT item, code, quantity FROM item_barcode WHERE m = $1 AND item IN ($IN) ORDER BY code", []any{r.M}, ids, func(scan func(...any) error) error {
		var id catalog.ID
		var b catalog.Barcode
		err := scan(&id, &b.Code, &b.Quantity)
		at[id].Barcodes = append(at[id].Barcodes, b)
		return err
	})
	if err != nil {
		return err
	}
	return store.In(r, "SELECT c.bundle, c.item, c.quantity, i.sku FROM item_component AS c JOIN item AS i ON i.m = c.m AND i.id = c.item WHERE c.m = $1 AND c.bundle IN ($IN) ORDER BY c.bundle, c.n",
		[]any{r.M}, bundles, func(scan func(...any) error) error {
			var id catalog.ID
			var c catalog.Component
			err := scan(&id, &c.Item, &c.Quantity, &c.SKU)
			at[id].Components = append(at[id].Components, c)
			return err
		})
}

var (
	saveItem = store.Upsert("item", 2, "m", "id", "sku", "name", "kind", "unit", "scale", "when_short", "picture", "price", "cost",
		"weight_grams", "tax_class", "custom", "archived", "created_at", "updated_at", "edit_version")
	insertBarcode   = store.NewInsert("item_barcode", "", "m", "code", "item", "quantity")
	insertComponent = store.NewInsert("item_component", "", "m", "bundle", "item", "n", "quantity")
)

// Save keeps items as they are now, parts and all.
func Save(tx *store.Tx, list []*catalog.Item) error {
	err := saveItem.Run(tx, len(list), func(a []any, n int) []any {
		i := list[n]
		return append(a, tx.M, i.ID, i.SKU, i.Name, i.Kind, i.Unit, int64(i.Scale), i.WhenShort, i.Picture, int64(i.Price), int64(i.Cost),
			i.WeightGrams, i.TaxClass, string(i.Custom), store.Bool(i.Archived), i.CreatedAt, i.UpdatedAt, i.EditVersion)
	})
	if err != nil {
		return err
	}
	for _, i := range list {
		if err := saveParts(tx, i); err != nil {
			return err
		}
	}
	return saveTokens(tx, list)
}

func saveParts(tx *store.Tx, i *catalog.Item) error {
	if i.EditVersion > 0 {
		if _, err := tx.Exec("DELETE FROM item_barcode WHERE m = $1 AND item = $2", tx.M, i.ID); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM item_component WHERE m = $1 AND bundle = $2", tx.M, i.ID); err != nil {
			return err
		}
	}
	err := insertBarcode.Run(tx, len(i.Barcodes), func(a []any, n int) []any {
		return append(a, tx.M, i.Barcodes[n].Code, i.ID, i.Barcodes[n].Quantity)
	})
	if err != nil {
		return err
	}
	return insertComponent.Run(tx, len(i.Components), func(a []any, n int) []any {
		c := i.Components[n]
		return append(a, tx.M, i.ID, c.Item, int64(n+1), c.Quantity)
	})
}

// SKUs reads the SKUs of items, for showing what rows name by id.
func SKUs(r *store.Reader, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	err := store.In(r, "SELECT id, sku FROM item WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var sku string
		err := scan(&id, &sku)
		out[id] = sku
		return err
	})
	return out, err
}
