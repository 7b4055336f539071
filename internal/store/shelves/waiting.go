package shelves

import (
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
)

// Wait is a line of an order that waits for an item.
type Wait struct {
	Order    order.ID
	Number   int64
	Line     int
	Quantity int64
	Priority int64
	Since    int64
	DueAt    int64
}

// WaitingFor lists who waits for an item, in the order in which they will be
// served: by priority, then by age. It looks at the first limit of them.
func WaitingFor(r *store.Reader, item int64, limit int) ([]Wait, error) {
	var out []Wait
	err := r.Each("SELECT l.order_id, o.number, l.n, l.backordered, l.priority, l.backordered_at, o.due_at FROM order_line AS l "+
		"JOIN orders AS o ON o.m = l.m AND o.id = l.order_id WHERE l.m = $1 AND l.item = $2 AND l.backordered > 0 "+
		"ORDER BY l.priority DESC, l.backordered_at, l.order_id, l.n LIMIT $3", []any{r.M, item, int64(limit)}, func(scan func(...any) error) error {
		var w Wait
		err := scan(&w.Order, &w.Number, &w.Line, &w.Quantity, &w.Priority, &w.Since, &w.DueAt)
		out = append(out, w)
		return err
	})
	return out, err
}

func waitedFor(r *store.Reader, ids []int64) ([]int64, error) { return orders.ItemsWaitedFor(r, ids) }

// count adds up what waits, of the first maxWaiting lines.
func (row *Row) count(r *store.Reader) error {
	n := 0
	return r.Each("SELECT backordered FROM order_line WHERE m = $1 AND item = $2 AND backordered > 0 ORDER BY priority DESC, backordered_at, order_id, n LIMIT $3",
		[]any{r.M, int64(row.Item.ID), int64(maxWaiting + 1)}, func(scan func(...any) error) error {
			var q int64
			if err := scan(&q); err != nil {
				return err
			}
			if n++; n > maxWaiting {
				row.More = true
				return nil
			}
			row.Waiting += q
			return nil
		})
}

// Explanation is everything that one snapshot says of a cell.
type Explanation struct {
	Level     stock.Level
	Claims    []stock.Claim // every open claim behind reserved
	Claimed   int64         // what the claims add up to
	Lots      []levels.Lot  // movements by state, bin and lot
	Sums      stock.Level   // what all movements add up to, by state
	Movements []stock.Movement
}

// Contradicted reports whether sums or claims differ from the level: a bug or
// a damaged database.
func (x *Explanation) Contradicted() bool {
	l := &x.Level
	return x.Sums.OnHand != l.OnHand || x.Sums.Damaged != l.Damaged || x.Sums.QualityControl != l.QualityControl || x.Claimed != l.Reserved
}

// Explain reads what the figures of a cell are made of, with its movements
// before an id, newest first.
func Explain(r *store.Reader, c stock.Cell, before int64, limit int) (x Explanation, err error) {
	if x.Level, err = levels.Get(r, c); err != nil {
		return x, err
	}
	if x.Claims, err = fulfillments.Claims(r, c); err != nil {
		return x, err
	}
	for _, claim := range x.Claims {
		x.Claimed += claim.Allocated + claim.Fixed
	}
	if x.Lots, err = levels.Lots(r, c); err != nil {
		return x, err
	}
	for _, lot := range x.Lots {
		x.Sums.Put(lot.State, lot.Quantity)
	}
	x.Movements, err = levels.Movements(r, c, before, limit)
	return x, err
}

// Numbers reads the numbers of orders, for showing what rows name by id.
func Numbers(r *store.Reader, ids []int64) (map[int64]int64, error) {
	out := make(map[int64]int64, len(ids))
	err := store.In(r, "SELECT id, number FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, number int64
		err := scan(&id, &number)
		out[id] = number
		return err
	})
	return out, err
}
