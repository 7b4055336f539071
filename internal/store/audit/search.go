package audit

import (
	"orderly/internal/order"
	"orderly/internal/store"
)

// SearchPages walks orders and what is kept for finding them.
var SearchPages = []Walk{{"orders", "id", "id", 1}, {"search_order", "order_id", "order_id", 1}}

// Unlisted are the orders of a page that have no list of search words.
func Unlisted(r *store.Reader, in Range) ([]int64, error) {
	return ids(r, "SELECT o.id FROM orders AS o WHERE o.m = $1 AND o.id > $2 AND o.id <= $3 AND NOT EXISTS "+
		"(SELECT 1 FROM search_order AS s WHERE s.m = $4 AND s.order_id = o.id) ORDER BY o.id", r.M, in.After, in.UpTo, r.M)
}

// EveryNth are the orders of a page whose number is a multiple of n.
func EveryNth(r *store.Reader, in Range, n int64) ([]order.ID, error) {
	list, err := ids(r, "SELECT id FROM orders WHERE m = $1 AND id > $2 AND id <= $3 AND number % $4 = 0 ORDER BY id", r.M, in.After, in.UpTo, n)
	out := make([]order.ID, len(list))
	for i, id := range list {
		out[i] = order.ID(id)
	}
	return out, err
}

// ListedWords adds up how many search words the lists of a page hold.
func ListedWords(r *store.Reader, in Range) (n int64, err error) {
	err = r.Row("SELECT coalesce(sum(n), 0) FROM search_order WHERE m = $1 AND order_id > $2 AND order_id <= $3", r.M, in.After, in.UpTo).Scan(&n)
	return n, err
}

// OrdersAfter are the subjects of up to so many entries beyond a sequence.
func OrdersAfter(r *store.Reader, seq int64, limit int) (map[int64]bool, error) {
	list, err := ids(r, "SELECT subject FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3", r.M, seq, int64(limit))
	out := make(map[int64]bool, len(list))
	for _, id := range list {
		out[id] = true
	}
	return out, err
}

// Word is where a walk over all search words stands.
type Word struct {
	Period int64
	Token  string
	Order  int64
}

// WordPage counts search words, up to so many after one; it gives the last.
func WordPage(r *store.Reader, after Word, limit int) (n int, last Word, err error) {
	err = r.Each("SELECT period, token, order_id FROM search_token WHERE m = $1 AND (period, token, order_id) > ($2, $3, $4) ORDER BY period, token, order_id LIMIT $5",
		[]any{r.M, after.Period, after.Token, after.Order, int64(limit)}, func(scan func(...any) error) error {
			n++
			return scan(&last.Period, &last.Token, &last.Order)
		})
	return n, last, err
}

// SearchIDs are the orders of a page, and those that words are kept of.
func SearchIDs(r *store.Reader, in Range) ([]order.ID, error) {
	list, err := ids(r, "SELECT id FROM orders WHERE m = $1 AND id > $2 AND id <= $3 UNION SELECT order_id FROM search_order WHERE m = $4 AND order_id > $5 AND order_id <= $6",
		r.M, in.After, in.UpTo, r.M, in.After, in.UpTo)
	out := make([]order.ID, len(list))
	for i, id := range list {
		out[i] = order.ID(id)
	}
	return out, err
}
