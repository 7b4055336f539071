package partners

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// HookOf reads by which secrets the partner of a location signs; nil where it
// never had any.
func HookOf(r *store.Reader, at stock.LocationID) (*partner.Hook, error) { return hook(r, r.M, at) }

// HookAt reads the same for who has not proved yet whose call it is.
func HookAt(ctx context.Context, db *store.DB, m int64, at stock.LocationID) (h *partner.Hook, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) (err error) {
		h, err = hook(r, m, at)
		return err
	})
	return h, err
}

func hook(r *store.Reader, m int64, at stock.LocationID) (*partner.Hook, error) {
	var h partner.Hook
	var active int64
	err := r.Row("SELECT location, secret, previous, previous_until, active, created_at, updated_at, version FROM partner_hook WHERE m = $1 AND location = $2", m, int64(at)).
		Scan(&h.Location, &h.Secret, &h.Previous, &h.PreviousUntil, &active, &h.CreatedAt, &h.UpdatedAt, &h.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	h.Active = active != 0
	return &h, err
}

var saveHook = store.Upsert("partner_hook", 2, "m", "location", "secret", "previous", "previous_until", "active", "created_at", "updated_at", "version")

// SaveHook keeps a hook as it is now.
func SaveHook(tx *store.Tx, h *partner.Hook) error {
	return saveHook.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(h.Location), h.Secret, h.Previous, h.PreviousUntil, store.Bool(h.Active), h.CreatedAt, h.UpdatedAt, h.Version)
	})
}
