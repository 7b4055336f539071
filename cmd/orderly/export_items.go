package main

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

var itemColumns = strings.Fields(`sku name kind unit scale when_short price cost picture weight_grams barcodes components
	orderly_id archived custom created_at updated_at`)

// exportItems gives items by SKU, bundles after all others: whoever reads the
// file from the top then knows what a bundle is made of.
func exportItems(x *export) source {
	after, bundles := "", false
	return source{columns: itemColumns, page: func(r *store.Reader) ([]record, bool, error) {
		list, err := items.Page(r, "", after, exportPage)
		if err != nil {
			return nil, false, err
		}
		wanted := bundles
		if len(list) == exportPage {
			after = list[exportPage-1].SKU
		} else {
			after, bundles = "", true
		}
		var out []record
		for _, i := range list {
			switch {
			case i.UpdatedAt < x.since || wanted != (i.Kind == catalog.Bundle):
			case x.csv:
				out = append(out, record{rows: [][]string{itemCells(i)}})
			default:
				out = append(out, record{object: func() any { return x.shape.Item(i) }})
			}
		}
		return out, bundles != wanted || len(list) == exportPage, nil
	}}
}

func itemCells(i *catalog.Item) []string {
	var codes, parts []string
	for _, b := range i.Barcodes {
		codes = append(codes, counted(b.Code, b.Quantity))
	}
	for _, c := range i.Components {
		parts = append(parts, counted(c.SKU, c.Quantity))
	}
	return []string{
		text(i.SKU), text(i.Name), string(i.Kind), text(i.Unit), strconv.Itoa(i.Scale), string(i.WhenShort), priceCell(i.Price), priceCell(i.Cost),
		text(i.Picture), strconv.FormatInt(i.WeightGrams, 10), text(strings.Join(codes, "|")), text(strings.Join(parts, "|")),
		i.ID.String(), strconv.FormatBool(i.Archived), text(string(i.Custom)), timestamp(i.CreatedAt), timestamp(i.UpdatedAt),
	}
}

// counted writes a code and how many it stands for, as import reads them.
func counted(code string, n int64) string {
	if n == 1 {
		return code
	}
	return fmt.Sprintf("%s*%d", code, n)
}

func priceCell(p money.Price) string {
	if p == 0 {
		return ""
	}
	return p.String()
}
