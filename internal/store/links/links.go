// Package links keeps links that open something once: never the link, only its
// SHA-256.
//
// What a link opens, and for how long, is decided above (account).
package links

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/account"
	"orderly/internal/store"
	"orderly/internal/store/users"
)

// Link is what is known of a link.
type Link struct {
	Hash      string
	User      users.ID // zero when it is of nobody yet
	Purpose   account.Purpose
	CreatedAt int64
	ExpiresAt int64
	UsedAt    int64
}

const columns = "hash, user_id, purpose, created_at, expires_at, used_at"

// ErrUnknown says that no link of the merchant has the token.
var ErrUnknown = errors.New("no such link")

// Find reads a link and, when it is somebody's, its user. It needs no scope: a
// link is opened by who cannot sign in.
func Find(ctx context.Context, db *store.DB, m int64, hash string) (l Link, u users.User, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) error {
		r.M = m
		var err error
		if l, err = Get(r, hash); err == nil && l.User != 0 {
			u, err = users.Get(r, l.User)
		}
		return err
	})
	return l, u, err
}

// Get reads a link.
func Get(r *store.Reader, hash string) (l Link, err error) {
	err = r.Row("SELECT "+columns+" FROM user_link WHERE m = $1 AND hash = $2", r.M, hash).
		Scan(&l.Hash, &l.User, &l.Purpose, &l.CreatedAt, &l.ExpiresAt, &l.UsedAt)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return l, err
}

// Insert keeps a new link.
func Insert(tx *store.Tx, l Link) error {
	_, err := tx.Exec("INSERT INTO user_link (m, hash, user_id, purpose, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0)",
		tx.M, l.Hash, l.User, string(l.Purpose), l.CreatedAt, l.ExpiresAt)
	return err
}

// Use uses a link up; ok is false when somebody did before or its time is over.
func Use(tx *store.Tx, hash string) (ok bool, err error) {
	n, err := tx.Exec("UPDATE user_link SET used_at = $1 WHERE m = $2 AND hash = $3 AND used_at = 0 AND expires_at > $4", tx.At, tx.M, hash, tx.At)
	return n == 1, err
}

// Open lists a user's links that were not used and whose time is not over.
func Open(r *store.Reader, id users.ID, now int64) ([]Link, error) {
	var out []Link
	err := r.Each("SELECT "+columns+" FROM user_link WHERE m = $1 AND user_id = $2 AND used_at = 0 AND expires_at > $3 ORDER BY created_at", []any{r.M, id, now},
		func(scan func(...any) error) error {
			var l Link
			err := scan(&l.Hash, &l.User, &l.Purpose, &l.CreatedAt, &l.ExpiresAt, &l.UsedAt)
			out = append(out, l)
			return err
		})
	return out, err
}

// Drop removes a user's links: a newer one or another act has made them void.
func Drop(tx *store.Tx, id users.ID) error {
	_, err := tx.Exec("DELETE FROM user_link WHERE m = $1 AND user_id = $2", tx.M, id)
	return err
}
