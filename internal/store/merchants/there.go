package merchants

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Things is what a merchant has at least one of.
type Things struct{ Location, Item, Stock, Order bool }

// There looks for one of each.
func There(r *store.Reader) (t Things, err error) {
	for _, q := range []struct {
		text string
		into *bool
	}{
		{"SELECT id FROM location WHERE m = $1 ORDER BY id LIMIT 1", &t.Location},
		{"SELECT id FROM item WHERE m = $1 ORDER BY id LIMIT 1", &t.Item},
		{"SELECT item FROM level WHERE m = $1 ORDER BY item, location LIMIT 1", &t.Stock},
		{"SELECT id FROM orders WHERE m = $1 ORDER BY id LIMIT 1", &t.Order},
	} {
		var id int64
		err := r.Row(q.text, r.M).Scan(&id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return t, err
		}
		*q.into = err == nil
	}
	return t, nil
}
