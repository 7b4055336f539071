// Package schema tells which migrations a database has been through. Running
// them is not its work; the store does that when it opens.
package schema

import (
	"context"

	"orderly/internal/store"
)

// Step is one version of the schema and when this database came to it.
type Step struct {
	Version   int64
	AppliedAt int64
}

// Steps lists them in their order.
func Steps(ctx context.Context, db *store.DB) ([]Step, error) {
	var out []Step
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each("SELECT version, applied_at FROM schema_version ORDER BY version", nil, func(scan func(...any) error) error {
			var s Step
			err := scan(&s.Version, &s.AppliedAt)
			out = append(out, s)
			return err
		})
	})
	return out, err
}
