// Package ledger keeps the double-entry bookings of orders' money.
//
// Which bookings an act makes is not decided here; payment does.
package ledger

import (
	"orderly/internal/payment"
	"orderly/internal/store"
)

var insert = store.NewInsert("money_entry", "", "m", "id", "order_id", "account", "currency", "amount", "ref", "at", "entry")

// Append keeps bookings, for ever.
func Append(tx *store.Tx, list []payment.Entry) error {
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		e := &list[n]
		return append(a, tx.M, e.ID, e.Order, e.Account, e.Currency, e.Amount, e.Ref, e.At, e.Seq)
	})
}

// OfOrder reads an order's bookings, oldest first.
func OfOrder(r *store.Reader, order int64) ([]payment.Entry, error) {
	var out []payment.Entry
	err := r.Each("SELECT id, account, currency, amount, ref, at, entry FROM money_entry WHERE m = $1 AND order_id = $2 ORDER BY id", []any{r.M, order}, func(scan func(...any) error) error {
		e := payment.Entry{Order: order}
		err := scan(&e.ID, &e.Account, &e.Currency, &e.Amount, &e.Ref, &e.At, &e.Seq)
		out = append(out, e)
		return err
	})
	return out, err
}
