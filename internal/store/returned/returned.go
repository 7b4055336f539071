// Package returned keeps what came back from customers.
//
// How much may come back is not decided here; the order does.
package returned

import (
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
)

var (
	insert     = store.NewInsert("order_return", "", "m", "id", "order_id", "location", "reason", "at")
	insertLine = store.NewInsert("order_return_line", "", "m", "return_id", "line", "item", "quantity", "restocked")
)

// Insert keeps returns.
func Insert(tx *store.Tx, list []returns.Return) error {
	err := insert.Run(tx, len(list), func(a []any, n int) []any {
		x := &list[n]
		return append(a, tx.M, int64(x.ID), int64(x.Order), int64(x.Location), x.Reason, x.At)
	})
	for i := range list {
		x := &list[i]
		if err == nil {
			err = insertLine.Run(tx, len(x.Lines), func(a []any, n int) []any {
				l := x.Lines[n]
				return append(a, tx.M, int64(x.ID), int64(l.Line), l.Item, l.Quantity, l.Restocked)
			})
		}
	}
	return err
}

// OfOrder reads what came back of an order, oldest first.
func OfOrder(r *store.Reader, id order.ID) ([]returns.Return, error) {
	var out []returns.Return
	err := r.Each("SELECT id, location, reason, at FROM order_return WHERE m = $1 AND order_id = $2 ORDER BY id", []any{r.M, id}, func(scan func(...any) error) error {
		x := returns.Return{Order: id}
		err := scan(&x.ID, &x.Location, &x.Reason, &x.At)
		out = append(out, x)
		return err
	})
	for i := range out {
		if err != nil {
			return nil, err
		}
		err = r.Each("SELECT line, item, quantity, restocked FROM order_return_line WHERE m = $1 AND return_id = $2 ORDER BY line", []any{r.M, out[i].ID}, func(scan func(...any) error) error {
			var l returns.Line
			err := scan(&l.Line, &l.Item, &l.Quantity, &l.Restocked)
			out[i].Lines = append(out[i].Lines, l)
			return err
		})
	}
	return out, err
}
