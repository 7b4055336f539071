package ledger

import (
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
)

// Page reads the bookings of the next orders after one, whole orders at a time
// so that each page balances, and tells with which it ended; 0 when it was the
// last. It looks at about limit bookings.
func Page(r *store.Reader, after order.ID, limit int) (list []payment.Entry, last order.ID, err error) {
	text := "SELECT order_id, id, account, currency, amount, ref, at, entry FROM money_entry WHERE m = $1 AND order_id > $2 ORDER BY order_id, id LIMIT $3"
	if err := r.Each(text, []any{r.M, after, int64(limit)}, into(&list)); err != nil || len(list) < limit {
		return list, 0, err
	}
	end := list[len(list)-1].Order
	if list[0].Order == end { // one order with more bookings than a page
		list = list[:0]
		err = r.Each("SELECT order_id, id, account, currency, amount, ref, at, entry FROM money_entry WHERE m = $1 AND order_id = $2 ORDER BY id", []any{r.M, end}, into(&list))
		return list, order.ID(end), err
	}
	n := len(list)
	for n > 0 && list[n-1].Order == end { // the rest of it may be beyond the page
		n--
	}
	return list[:n], order.ID(list[n-1].Order), nil
}

func into(list *[]payment.Entry) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var e payment.Entry
		err := scan(&e.Order, &e.ID, &e.Account, &e.Currency, &e.Amount, &e.Ref, &e.At, &e.Seq)
		*list = append(*list, e)
		return err
	}
}

// Named is how people know an order and its documents.
type Named struct {
	Number    int64
	Documents []string
}

// Names reads the numbers of orders and of their invoices and credit notes.
func Names(r *store.Reader, ids []int64) (map[int64]Named, error) {
	out := map[int64]Named{}
	err := store.In(r, "SELECT id, number FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var x Named
		err := scan(&id, &x.Number)
		out[id] = x
		return err
	})
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT order_id, code FROM invoice WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var code string
		err := scan(&id, &code)
		x := out[id]
		x.Documents = append(x.Documents, code)
		out[id] = x
		return err
	})
	return out, err
}
