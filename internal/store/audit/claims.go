package audit

import (
	"orderly/internal/stock"
	"orderly/internal/store"
)

// AddClaims adds up what the stocked lines of a page of fulfillments hold open.
func AddClaims(r *store.Reader, in Range, into map[stock.Cell]int64) error {
	return addCells(r, into, "SELECT x.item, f.location, sum(x.open_qty) FROM fulfillment AS f JOIN fulfillment_line AS x ON x.m = f.m AND x.fulfillment = f.id "+
		"WHERE f.m = $1 AND f.id > $2 AND f.id <= $3 AND x.open_qty <> 0 AND x.stocked = 1 GROUP BY x.item, f.location", r.M, in.After, in.UpTo)
}

// AddReserved adds what a page of levels has reserved.
func AddReserved(r *store.Reader, in Range, into map[stock.Cell]int64) error {
	return addCells(r, into, "SELECT item, location, reserved FROM level WHERE m = $1 AND item > $2 AND item <= $3 AND reserved <> 0", r.M, in.After, in.UpTo)
}

// ClaimsAt adds up the open claims on one location, by item.
func ClaimsAt(r *store.Reader, location stock.LocationID) (map[stock.Cell]int64, error) {
	out := map[stock.Cell]int64{}
	err := addCells(r, out, "SELECT x.item, f.location, sum(x.open_qty) FROM fulfillment AS f JOIN fulfillment_line AS x ON x.m = f.m AND x.fulfillment = f.id "+
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status IN ('pending', 'released', 'picking', 'picked', 'packed') AND x.open_qty <> 0 AND x.stocked = 1 "+
		"GROUP BY x.item, f.location", r.M, location)
	return out, err
}

// ReservedAt reads what levels of one location have reserved.
func ReservedAt(r *store.Reader, location stock.LocationID, items []int64) (map[stock.Cell]int64, error) {
	out := map[stock.Cell]int64{}
	err := store.In(r, "SELECT item, reserved FROM level WHERE m = $1 AND location = $2 AND item IN ($IN)", []any{r.M, location}, items, func(scan func(...any) error) error {
		var item, q int64
		err := scan(&item, &q)
		out[stock.Cell{Item: item, Location: location}] = q
		return err
	})
	return out, err
}

func addCells(r *store.Reader, into map[stock.Cell]int64, text string, args ...any) error {
	return r.Each(text, args, func(scan func(...any) error) error {
		var c stock.Cell
		var q int64
		err := scan(&c.Item, &c.Location, &q)
		into[c] += q
		return err
	})
}
