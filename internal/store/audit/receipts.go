package audit

import (
	"orderly/internal/store"
	"orderly/internal/store/receipts"
)

// Receipts reads the next receipts of idempotency keys after one, in the order
// of their keys.
func Receipts(r *store.Reader, after receipts.Key, limit int64) ([]receipts.Receipt, error) {
	var out []receipts.Receipt
	err := r.Each("SELECT principal, route, key, hash, receipt FROM idempotency WHERE m = $1 AND (principal, route, key) > ($2, $3, $4) ORDER BY principal, route, key LIMIT $5",
		[]any{r.M, after.Principal, after.Route, after.Key, limit}, func(scan func(...any) error) error {
			var x receipts.Receipt
			err := scan(&x.Principal, &x.Route, &x.Key.Key, &x.Hash, &x.Data)
			out = append(out, x)
			return err
		})
	return out, err
}

// subjects says where the things of a kind are kept.
var subjects = map[string]string{
	"ord": "orders", "ful": "fulfillment", "par": "parcel", "ret": "order_return", "itm": "item", "loc": "location", "cus": "customer", "key": "api_key", "inv": "invoice",
}

// Existing tells which ids of a kind are there. Kinds that have no rows of
// their own, such as stock acts, are there when the journal tells of them.
func Existing(r *store.Reader, kind string, list []int64) (map[int64]bool, error) {
	text := "SELECT subject FROM entry WHERE m = $1 AND subject_seq = 1 AND subject IN ($IN)"
	if table := subjects[kind]; table != "" {
		text = "SELECT id FROM " + table + " WHERE m = $1 AND id IN ($IN)"
	}
	out := map[int64]bool{}
	err := store.In(r, text, []any{r.M}, list, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out[id] = true
		return err
	})
	return out, err
}
