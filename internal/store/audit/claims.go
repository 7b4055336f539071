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

// CheckoutPages walk claims of checkouts.
var CheckoutPages = []Walk{{"checkout_claim", "id", "id", 1}}

// AddCheckouts adds up what a page of claims of checkouts holds.
func AddCheckouts(r *store.Reader, in Range, into map[stock.Cell]int64) error {
	return addCells(r, into, "SELECT item, location, sum(held) FROM checkout_claim_line WHERE m = $1 AND claim > $2 AND claim <= $3 AND held <> 0 GROUP BY item, location", r.M, in.After, in.UpTo)
}

// Checkout is a claim of a checkout beside what its lines hold.
type Checkout struct {
	ID, ExpiresAt, EndedAt, Order, CreatedAt, Held, Lines int64
	State                                                 string
}

// CheckoutsIn reads a page of claims of checkouts.
func CheckoutsIn(r *store.Reader, in Range) ([]Checkout, error) {
	var out []Checkout
	err := r.Each("SELECT c.id, c.state, c.expires_at, c.ended_at, c.order_id, c.created_at, "+
		"coalesce((SELECT sum(l.held) FROM checkout_claim_line AS l WHERE l.m = $1 AND l.claim = c.id), 0), (SELECT count(*) FROM checkout_claim_line AS l WHERE l.m = $1 AND l.claim = c.id) "+
		"FROM checkout_claim AS c WHERE c.m = $1 AND c.id > $2 AND c.id <= $3 ORDER BY c.id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Checkout
		err := scan(&x.ID, &x.State, &x.ExpiresAt, &x.EndedAt, &x.Order, &x.CreatedAt, &x.Held, &x.Lines)
		out = append(out, x)
		return err
	})
	return out, err
}

// AddReserved adds what a page of levels has reserved.
func AddReserved(r *store.Reader, in Range, into map[stock.Cell]int64) error {
	return addCells(r, into, "SELECT item, location, reserved FROM level WHERE m = $1 AND item > $2 AND item <= $3 AND reserved <> 0", r.M, in.After, in.UpTo)
}

// ClaimsAt adds up the open claims on one location, by item.
func ClaimsAt(r *store.Reader, location stock.LocationID) (map[stock.Cell]int64, error) {
	out := map[stock.Cell]int64{}
	err := addCells(r, out, "SELECT x.item, f.location, sum(x.open_qty) FROM fulfillment AS f JOIN fulfillment_line AS x ON x.m = f.m AND x.fulfillment = f.id "+
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status IN ('pending', 'released', 'picking', 'picked', 'packed', 'ready') AND x.open_qty <> 0 AND x.stocked = 1 "+
		"GROUP BY x.item, f.location", r.M, location)
	if err != nil {
		return nil, err
	}
	err = addCells(r, out, "SELECT item, location, sum(held) FROM checkout_claim_line WHERE m = $1 AND location = $2 AND held > 0 GROUP BY item, location", r.M, location)
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
