package merchants

import (
	"context"

	"orderly/internal/store"
)

// All lists the ids of every merchant, for work that goes over the whole
// database: checks, backups, jobs. Each is then read under a scope of its own.
func All(ctx context.Context, db *store.DB) ([]int64, error) {
	var out []int64
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each("SELECT m FROM merchant ORDER BY m", nil, func(scan func(...any) error) error {
			var m int64
			err := scan(&m)
			out = append(out, m)
			return err
		})
	})
	return out, err
}
