package run

import (
	"context"
	"strconv"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

// items makes the file's items, and changes those that are there: by what the
// file says, and in nothing that it leaves out.
func (x *importer) items(ctx context.Context) error {
	made := map[string]bool{} // in a dry run: SKUs of chunks before
	return rowPhase(ctx, x, imports.ReadItems, func(c *chunk, rows []imports.Row[imports.ItemRow]) error {
		use(x, c, admin.SaveItem, func(r *store.Reader) ([]asked[admin.ItemCommand], error) { return itemCommands(r, rows) })
		c.after = func(got []desk.Result) error {
			for i := range got {
				if x.o.DryRun && got[i].Err != nil && awaits(&rows[i].Value, made) {
					got[i] = desk.Result{Status: "created"}
				}
				if got[i].Err == nil {
					x.sum.Items++
					if x.o.DryRun {
						made[rows[i].Value.SKU] = true
					}
				}
			}
			return nil
		}
		return nil
	})
}

// awaits is whether a bundle has a component that an earlier chunk of a dry
// run would have made.
func awaits(row *imports.ItemRow, made map[string]bool) bool {
	for _, c := range row.Components {
		if made[c.Code] {
			return true
		}
	}
	return false
}

// itemCommands lays each row over the item as rows before it have left it.
func itemCommands(r *store.Reader, rows []imports.Row[imports.ItemRow]) ([]asked[admin.ItemCommand], error) {
	skus := make([]string, len(rows))
	for i := range rows {
		skus[i] = rows[i].Value.SKU
	}
	there, err := items.BySKU(r, skus)
	if err != nil {
		return nil, err
	}
	known := make(map[string]catalog.Item, len(rows))
	for _, i := range there {
		known[i.SKU] = *i
	}
	out := make([]asked[admin.ItemCommand], len(rows))
	for i := range rows {
		row := &rows[i].Value
		item := known[row.SKU]
		if err := layItem(&item, row); err != nil {
			out[i].err = err
			continue
		}
		out[i] = ask(admin.SaveItem, admin.ItemCommand{Item: item})
		if out[i].err == nil {
			known[row.SKU] = out[i].command.Item
		}
	}
	return out, nil
}

func layItem(item *catalog.Item, row *imports.ItemRow) error {
	set := func(to *string, text string) {
		if text != "" {
			*to = text
		}
	}
	item.SKU = row.SKU
	set(&item.Name, row.Name)
	set((*string)(&item.Kind), row.Kind)
	set(&item.Unit, row.Unit)
	set((*string)(&item.WhenShort), row.WhenShort)
	set(&item.Picture, row.Picture)
	var failed error
	number := func(text string, put func(int64)) {
		if text == "" {
			return
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil && failed == nil {
			failed = err
		}
		put(n)
	}
	price := func(to *money.Price, text string) {
		if text == "" {
			return
		}
		p, err := money.ParsePrice(text)
		if err != nil && failed == nil {
			failed = err
		}
		*to = p
	}
	number(row.Scale, func(n int64) { item.Scale = int(n) })
	number(row.WeightGrams, func(n int64) { item.WeightGrams = n })
	price(&item.Price, row.Price)
	price(&item.Cost, row.Cost)
	if len(row.Barcodes) > 0 {
		item.Barcodes = nil
		for _, b := range row.Barcodes {
			number(b.Quantity, func(n int64) { item.Barcodes = append(item.Barcodes, catalog.Barcode{Code: b.Code, Quantity: n}) })
		}
	}
	if len(row.Components) > 0 {
		item.Components = nil
		for _, p := range row.Components {
			number(p.Quantity, func(n int64) {
				item.Components = append(item.Components, catalog.Component{SKU: p.Code, Quantity: n})
			})
		}
	}
	custom, err := mergeCustom(item.Custom, row.Custom)
	if failed == nil {
		failed = err
	}
	item.Custom = custom
	return failed
}
