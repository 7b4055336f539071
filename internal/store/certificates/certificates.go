// Package certificates keeps what an authority gave for the server's names.
//
// What belongs here: sealed texts by name. What does not: sealing and opening
// them, and what they mean (desk/admin, certificate).
package certificates

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Get reads what is kept under a name, "" for nothing.
func Get(r *store.Reader, name string) (sealed string, err error) {
	err = r.Row("SELECT sealed FROM tls_secret WHERE m = $1 AND name = $2", r.M, name).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return sealed, err
}

// Put keeps a sealed text under a name, in the place of what was there.
func Put(tx *store.Tx, name, sealed string) error {
	_, err := tx.Exec("INSERT INTO tls_secret (m, name, sealed, at) VALUES ($1, $2, $3, $4) ON CONFLICT (m, name) DO UPDATE SET sealed = excluded.sealed, at = excluded.at",
		tx.M, name, sealed, tx.At)
	return err
}

// Delete forgets a name.
func Delete(tx *store.Tx, name string) error {
	_, err := tx.Exec("DELETE FROM tls_secret WHERE m = $1 AND name = $2", tx.M, name)
	return err
}
