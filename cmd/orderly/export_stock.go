package main

import (
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/locations"
)

var stockColumns = strings.Fields(`sku name location on_hand reserved sellable damaged quality_control incoming safety`)

// exportStock gives the level of every item at every location that ever held it.
func exportStock(x *export) source {
	var after stock.Cell
	return source{columns: stockColumns, page: func(r *store.Reader) ([]record, bool, error) {
		rows, next, err := levels.Page(r, 0, 0, after, exportPage)
		if err != nil || len(rows) == 0 {
			return nil, false, err
		}
		after = next
		out := make([]record, len(rows))
		if !x.csv {
			for i, row := range rows {
				out[i].object = func() any { return x.shape.Level(row) }
			}
			return out, next.Item != 0, nil
		}
		scales, codes, err := scalesAndCodes(r, rows)
		for i, row := range rows {
			out[i].rows = [][]string{levelCells(row, scales[row.Item], codes[row.Location])}
		}
		return out, next.Item != 0, err
	}}
}

func scalesAndCodes(r *store.Reader, rows []levels.Row) (map[int64]int, map[stock.LocationID]string, error) {
	scales, codes := map[int64]int{}, map[stock.LocationID]string{}
	var ids []catalog.ID
	for _, row := range rows {
		if _, known := scales[row.Item]; !known {
			scales[row.Item] = 0
			ids = append(ids, catalog.ID(row.Item))
		}
	}
	list, err := items.ByID(r, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range list {
		scales[int64(i.ID)] = i.Scale
	}
	places, err := locations.All(r)
	for _, l := range places {
		codes[l.ID] = l.Code
	}
	return scales, codes, err
}

func levelCells(l levels.Row, scale int, code string) []string {
	cells := []string{text(l.SKU), text(l.Name), text(code)}
	for _, q := range []int64{l.OnHand, l.Reserved, l.Sellable(), l.Damaged, l.QualityControl, l.Incoming, l.Safety} {
		cells = append(cells, decimal(q, scale))
	}
	return cells
}
