package orders

import (
	"orderly/internal/order"
	"orderly/internal/store"
)

// Before counts the orders of a customer that came before one, up to a limit.
func Before(r *store.Reader, customer int64, id order.ID, limit int) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM (SELECT id FROM orders WHERE m = $1 AND customer = $2 AND id < $3 ORDER BY id LIMIT $4) AS t", r.M, customer, int64(id), int64(limit)).Scan(&n)
	return n, err
}
