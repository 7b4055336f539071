package messages

import (
	"database/sql"
	"errors"

	"orderly/internal/message"
	"orderly/internal/store"
)

// GatewayOf reads where a merchant's text messages are handed in; the zero
// Gateway when nowhere.
func GatewayOf(r *store.Reader) (message.Gateway, error) {
	var g message.Gateway
	err := r.Row("SELECT address, secret, updated_at, edit_version FROM text_gateway WHERE m = $1", r.M).Scan(&g.Address, &g.Secret, &g.UpdatedAt, &g.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return message.Gateway{}, nil
	}
	return g, err
}

var saveGateway = store.Upsert("text_gateway", 1, "m", "address", "secret", "updated_at", "edit_version")

// SaveGateway keeps it.
func SaveGateway(tx *store.Tx, g message.Gateway) error {
	return saveGateway.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, g.Address, g.Secret, g.UpdatedAt, g.EditVersion)
	})
}
