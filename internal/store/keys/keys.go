// Package keys keeps API keys: never the key itself, only its SHA-256.
package keys

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/store"
)

// Key is what is known of an API key. Hint is its first characters.
type Key struct {
	ID        int64
	Merchant  int64
	Name      string
	Hash      string // hex SHA-256 of the whole key
	Hint      string
	Scopes    []access.Permission
	Locations []int64
	CreatedAt int64
	ExpiresAt int64 // zero: never
	RevokedAt int64
}

const columns = "m, id, name, hash, hint, scopes, locations, created_at, expires_at, revoked_at"

func scanKey(scan func(...any) error) (Key, error) {
	var k Key
	var scopes, locations string
	err := scan(&k.Merchant, &k.ID, &k.Name, &k.Hash, &k.Hint, &scopes, &locations, &k.CreatedAt, &k.ExpiresAt, &k.RevokedAt)
	for _, s := range store.UnpackWords(scopes) {
		k.Scopes = append(k.Scopes, access.Permission(s))
	}
	for _, s := range store.UnpackWords(locations) {
		id, bad := strconv.ParseInt(s, 10, 64)
		if bad != nil {
			return k, bad
		}
		k.Locations = append(k.Locations, id)
	}
	return k, err
}

// ErrUnknown says that no key of the merchant has the hash.
var ErrUnknown = errors.New("no such key")

// Find reads a key of a merchant by the hash of its text. It needs no scope:
// it is how a caller gets one.
func Find(ctx context.Context, db *store.DB, m int64, hash string) (Key, error) {
	var k Key
	err := db.Lookup(ctx, func(r *store.Reader) error {
		var err error
		k, err = scanKey(r.Row("SELECT "+columns+" FROM api_key WHERE m = $1 AND hash = $2", m, hash).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return k, err
}

// List reads the merchant's keys, newest first.
func List(r *store.Reader) ([]Key, error) {
	var out []Key
	err := r.Each("SELECT "+columns+" FROM api_key WHERE m = $1 ORDER BY id DESC", []any{r.M}, func(scan func(...any) error) error {
		k, err := scanKey(scan)
		out = append(out, k)
		return err
	})
	return out, err
}

// Names are what keys are called, ended ones too; unknown ones are left out.
func Names(r *store.Reader, ids []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(ids))
	err := store.In(r, "SELECT id, name FROM api_key WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var name string
		err := scan(&id, &name)
		out[id] = name
		return err
	})
	return out, err
}

// Insert keeps a new key.
func Insert(tx *store.Tx, k Key) error {
	scopes := make([]string, len(k.Scopes))
	for i, s := range k.Scopes {
		scopes[i] = string(s)
	}
	locations := make([]string, len(k.Locations))
	for i, id := range k.Locations {
		locations[i] = strconv.FormatInt(id, 10)
	}
	_, err := tx.Exec("INSERT INTO api_key (m, id, name, hash, hint, scopes, locations, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		tx.M, k.ID, k.Name, strings.ToLower(k.Hash), k.Hint, store.PackWords(scopes), store.PackWords(locations), k.CreatedAt, k.ExpiresAt)
	return err
}

// Revoke ends a key; ok is false when there is no such living key.
func Revoke(tx *store.Tx, id int64) (ok bool, err error) {
	n, err := tx.Exec("UPDATE api_key SET revoked_at = $1 WHERE m = $2 AND id = $3 AND revoked_at = 0", tx.At, tx.M, id)
	return n == 1, err
}
