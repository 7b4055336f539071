package orders

import (
	"orderly/internal/order"
	"orderly/internal/store"
)

// Elapsed reads the orders with an open hold whose end has come, the longest
// overdue first.
func Elapsed(r *store.Reader, now int64, limit int) ([]order.ID, error) {
	var out []order.ID
	err := r.Each("SELECT order_id FROM order_hold WHERE m = $1 AND until_at > 0 AND until_at <= $2 AND lifted_at = 0 ORDER BY until_at, order_id LIMIT $3",
		[]any{r.M, now, int64(limit)}, into(&out))
	return out, err
}
