// Package tracking keeps the links by which customers follow their orders.
//
// A link is found by the SHA-256 of its token, so that how long a look-up takes
// says nothing about tokens that are nearly right. The token itself is kept
// too: whoever may read the order may be shown its link again.
package tracking

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Link is one order's link.
type Link struct {
	Order       order.ID
	Token       string
	CreatedAt   int64
	ConfirmedAt int64 // when its holder confirmed receipt, zero when not
	OpenedAt    int64 // when it was first opened, zero when it never was
	RevokedAt   int64 // when it was ended, zero while it opens the order
}

// ErrUnknown says that no link has the token.
var ErrUnknown = errors.New("no such tracking link")

// Hash is how a token is looked for.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

const columns = "order_id, token, created_at, confirmed_at, opened_at, revoked_at"

func scanLink(scan func(...any) error) (Link, error) {
	var l Link
	err := scan(&l.Order, &l.Token, &l.CreatedAt, &l.ConfirmedAt, &l.OpenedAt, &l.RevokedAt)
	return l, err
}

// Find reads the link of a merchant by its token; one that was ended is as
// unknown as one that never was. It needs no scope: it is how a customer gets one.
func Find(ctx context.Context, db *store.DB, m int64, token string) (Link, error) {
	var l Link
	err := db.Lookup(ctx, func(r *store.Reader) (err error) {
		l, err = scanLink(r.Row("SELECT "+columns+" FROM tracking_link WHERE m = $1 AND token_hash = $2 AND revoked_at = 0", m, Hash(token)).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return l, err
}

// Of reads the link of an order; ErrUnknown when it has none yet.
func Of(r *store.Reader, id order.ID) (Link, error) {
	l, err := scanLink(r.Row("SELECT "+columns+" FROM tracking_link WHERE m = $1 AND order_id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return l, err
}

// Known reads which of the orders have a link.
func Known(r *store.Reader, ids []order.ID) (map[order.ID]Link, error) {
	out := map[order.ID]Link{}
	err := store.In(r, "SELECT "+columns+" FROM tracking_link WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		l, err := scanLink(scan)
		out[l.Order] = l
		return err
	})
	return out, err
}

var save = store.Upsert("tracking_link", 2, "m", "order_id", "token", "token_hash", "created_at", "confirmed_at", "opened_at", "revoked_at")

// Save keeps links as they are now.
func Save(tx *store.Tx, list []Link) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		l := list[n]
		return append(a, tx.M, int64(l.Order), l.Token, Hash(l.Token), l.CreatedAt, l.ConfirmedAt, l.OpenedAt, l.RevokedAt)
	})
}

// Opened notes when the links of these orders were first opened.
func Opened(tx *store.Tx, ids []order.ID) error {
	for _, id := range ids {
		if _, err := tx.Exec("UPDATE tracking_link SET opened_at = $1 WHERE m = $2 AND order_id = $3 AND opened_at = 0", tx.At, tx.M, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// Confirm notes when the holders of these orders' links said that they came.
func Confirm(tx *store.Tx, ids []order.ID) error {
	for _, id := range ids {
		if _, err := tx.Exec("UPDATE tracking_link SET confirmed_at = $1 WHERE m = $2 AND order_id = $3", tx.At, tx.M, int64(id)); err != nil {
			return err
		}
	}
	return nil
}
