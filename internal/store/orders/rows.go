package orders

import (
	"cmp"
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Rows reads orders by id as lists show them, newest first; unknown ones are
// left out.
func Rows(r *store.Reader, ids []order.ID) ([]Row, error) {
	var out []Row
	err := store.In(r, "SELECT "+header+" FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		o, n, err := scanHeader(scan)
		out = append(out, Row{Order: o, Lines: n.lines})
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Compare(b.Order.ID, a.Order.ID) })
	return out, dress(r, out)
}

// Like reads the orders of a channel whose external id begins alike.
func Like(r *store.Reader, channel, begins string, limit int) ([]Row, error) {
	var ids []order.ID
	err := r.Each("SELECT id FROM orders WHERE m = $1 AND channel = $2 AND external_id >= $3 AND external_id < $4 ORDER BY external_id LIMIT $5",
		[]any{r.M, channel, begins, begins + last, int64(limit)}, into(&ids))
	if err != nil {
		return nil, err
	}
	return Rows(r, ids)
}
