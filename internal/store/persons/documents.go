package persons

import (
	"fmt"

	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Carrying lists erased orders whose documents still name somebody, after an
// order, with the date of the youngest of them.
func Carrying(r *store.Reader, after order.ID, limit int) (ids []order.ID, on map[order.ID]int64, err error) {
	err = r.Each("SELECT order_id FROM erased_order WHERE m = $1 AND documents > 0 AND order_id > $2 ORDER BY order_id LIMIT $3", []any{r.M, int64(after), int64(limit)}, collect(&ids))
	if err != nil {
		return nil, nil, err
	}
	on = map[order.ID]int64{}
	err = store.In(r, "SELECT order_id, max(issued_on) FROM invoice WHERE m = $1 AND order_id IN ($IN) GROUP BY order_id", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var day int64
		err := scan(&id, &day)
		on[id] = day
		return err
	})
	return ids, on, err
}

// Drop takes the recipient out of an order's documents. The hash under which
// each was issued stays beside the one of what is left.
func Drop(tx *store.Tx, id order.ID) (dropped int64, err error) {
	type row struct {
		id         int64
		body, hash string
	}
	var list []row
	err = tx.Each("SELECT id, body, hash FROM invoice WHERE m = $1 AND order_id = $2 AND issued_hash = ''", []any{tx.M, int64(id)}, func(scan func(...any) error) error {
		var x row
		err := scan(&x.id, &x.body, &x.hash)
		list = append(list, x)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, x := range list {
		if invoice.Hash([]byte(x.body)) != x.hash {
			return 0, fmt.Errorf("document %s is not what was issued: run verify", invoice.ID(x.id))
		}
		d, err := invoice.Decode([]byte(x.body))
		if err != nil {
			return 0, err
		}
		d.Buyer = invoice.Buyer{}
		body, err := d.Encode()
		if err != nil {
			return 0, err
		}
		n, err := tx.Exec("UPDATE invoice SET body = $1, hash = $2, issued_hash = $3 WHERE m = $4 AND id = $5 AND issued_hash = ''", string(body), invoice.Hash(body), x.hash, tx.M, x.id)
		if err != nil {
			return 0, err
		}
		dropped += n
	}
	_, err = tx.Exec("UPDATE erased_order SET documents = 0 WHERE m = $1 AND order_id = $2", tx.M, int64(id))
	return dropped, err
}
