package replenishment

import (
	"orderly/internal/replenish"
	"orderly/internal/store"
)

// Consumer is the name of the projection's cursor.
const Consumer = "demand"

// Week is a cell in a week.
type Week struct {
	replenish.Cell
	Week int64
}

var addDemand = store.NewInsert("demand_week", " ON CONFLICT (m, item, location, week) DO UPDATE SET units = demand_week.units + excluded.units", "m", "item", "location", "week", "units")

// AddDemand adds units to weeks. The caller holds the cursor.
func AddDemand(tx *store.Tx, weeks []Week, units []int64) error {
	return addDemand.Run(tx, len(weeks), func(a []any, n int) []any {
		return append(a, tx.M, weeks[n].Item, weeks[n].Location, weeks[n].Week, units[n])
	})
}

// DemandOf reads the weeks of items from one on, by item and place.
func DemandOf(r *store.Reader, items []int64, from int64) (map[replenish.Cell][]replenish.Demanded, error) {
	out := map[replenish.Cell][]replenish.Demanded{}
	err := store.In(r, "SELECT item, location, week, units FROM demand_week WHERE m = $1 AND week >= $2 AND item IN ($IN)", []any{r.M, from}, items, func(scan func(...any) error) error {
		var c replenish.Cell
		var d replenish.Demanded
		err := scan(&c.Item, &c.Location, &d.Week, &d.Units)
		out[c] = append(out[c], d)
		return err
	})
	return out, err
}

// Placed is when orders were placed.
func Placed(r *store.Reader, orders []int64) (map[int64]int64, error) {
	out := make(map[int64]int64, len(orders))
	err := store.In(r, "SELECT id, placed_at FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, orders, func(scan func(...any) error) error {
		var id, at int64
		err := scan(&id, &at)
		out[id] = at
		return err
	})
	return out, err
}

// LineKey is a line of an order.
type LineKey struct {
	Order int64
	N     int
}

// Stocked is of which item the stocked lines of orders are.
func Stocked(r *store.Reader, orders []int64) (map[LineKey]int64, error) {
	out := map[LineKey]int64{}
	err := store.In(r, "SELECT order_id, n, item FROM order_line WHERE m = $1 AND stocked = 1 AND order_id IN ($IN)", []any{r.M}, orders, func(scan func(...any) error) error {
		var k LineKey
		var item int64
		err := scan(&k.Order, &k.N, &item)
		out[k] = item
		return err
	})
	return out, err
}

// Places is where fulfillments are.
func Places(r *store.Reader, fulfillments []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := store.In(r, "SELECT id, location FROM fulfillment WHERE m = $1 AND id IN ($IN)", []any{r.M}, fulfillments, func(scan func(...any) error) error {
		var id, at int64
		err := scan(&id, &at)
		out[id] = at
		return err
	})
	return out, err
}

// Waiting is how many units of items wait for stock.
func Waiting(r *store.Reader, items []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := store.In(r, "SELECT item, CAST(sum(backordered) AS BIGINT) FROM order_line WHERE m = $1 AND backordered > 0 AND item IN ($IN) GROUP BY item", []any{r.M}, items, func(scan func(...any) error) error {
		var item, n int64
		err := scan(&item, &n)
		out[item] = n
		return err
	})
	return out, err
}

// Good is an item that can be replenished.
type Good struct {
	ID, CreatedAt int64
	SKU           string
	Scale         int
	Cost          int64
}

// Goods lists goods that are not archived, by id after one; with own, only those
// that have a policy of their own.
func Goods(r *store.Reader, own bool, after int64, limit int) (out []Good, err error) {
	text := "SELECT id, created_at, sku, scale, cost FROM item WHERE m = $1 AND id > $2 AND kind = 'goods' AND archived = 0 ORDER BY id LIMIT $3"
	if own {
		text = "SELECT id, created_at, sku, scale, cost FROM item WHERE m = $1 AND id > $2 AND kind = 'goods' AND archived = 0 " +
			"AND id IN (SELECT item FROM replenish_policy WHERE m = $1 AND item > $2) ORDER BY id LIMIT $3"
	}
	err = r.Each(text, []any{r.M, after, int64(limit)}, func(scan func(...any) error) error {
		var g Good
		err := scan(&g.ID, &g.CreatedAt, &g.SKU, &g.Scale, &g.Cost)
		out = append(out, g)
		return err
	})
	return out, err
}

// Drafts is how many units of items stand on purchase orders that were not sent
// yet: they are not incoming, and need not be proposed again.
func Drafts(r *store.Reader, items []int64) (map[replenish.Cell]int64, error) {
	out := map[replenish.Cell]int64{}
	err := store.In(r, "SELECT l.item, l.location, CAST(sum(l.quantity - l.canceled) AS BIGINT) FROM purchase AS p JOIN purchase_line AS l ON l.m = $1 AND l.purchase = p.id "+
		"WHERE p.m = $1 AND p.status = 'draft' AND p.purpose = 'stock' AND l.item IN ($IN) GROUP BY l.item, l.location", []any{r.M}, items, func(scan func(...any) error) error {
		var c replenish.Cell
		var n int64
		err := scan(&c.Item, &c.Location, &n)
		out[c] = n
		return err
	})
	return out, err
}

// Leads is how many days a supplier took for items, line by line, of those that
// have come in full.
func Leads(r *store.Reader, seller int64, items []int64) (map[int64][]int64, error) {
	out := map[int64][]int64{}
	err := store.In(r, "SELECT item, lead_days FROM purchase_line WHERE m = $1 AND supplier = $2 AND lead_days >= 0 AND done_at > 0 AND item IN ($IN) ORDER BY item, purchase, n",
		[]any{r.M, seller}, items, func(scan func(...any) error) error {
			var item, days int64
			err := scan(&item, &days)
			out[item] = append(out[item], days)
			return err
		})
	return out, err
}
