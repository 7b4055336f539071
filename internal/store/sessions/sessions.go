// Package sessions keeps which browsers are signed in: never the cookie, only
// its SHA-256.
//
// How long a session may live is decided above (account); here it has ended or
// it has not.
package sessions

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/users"
)

// ID names a session.
type ID int64

func (id ID) String() string { return ident.Text("ses", int64(id)) }

// ParseID reads the text form, "ses_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ses", s)
	return ID(id), err
}

// Session is a browser that signed in.
type Session struct {
	ID        ID
	Merchant  int64
	Hash      string // of its token
	User      users.ID
	Pending   bool   // the second factor is still to come
	Method    string // password, passkey, totp, recovery, link
	Agent     string // what the browser calls itself
	Address   string // where it signed in from
	Device    string // hash of what the browser keeps between sessions
	CreatedAt int64
	SeenAt    int64 // the last request, to a minute
	ExpiresAt int64 // at the latest
	EndedAt   int64 // zero while it lives
	At        int64 // the merchant at which it works now, zero for its own
}

const columns = "m, id, hash, user_id, pending, method, agent, address, device, created_at, seen_at, expires_at, ended_at, at_m"

func scanSession(scan func(...any) error) (Session, error) {
	var s Session
	var pending int64
	err := scan(&s.Merchant, &s.ID, &s.Hash, &s.User, &pending, &s.Method, &s.Agent, &s.Address, &s.Device, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt, &s.EndedAt, &s.At)
	s.Pending = pending != 0
	return s, err
}

// ErrUnknown says that no session of the merchant has the token.
var ErrUnknown = errors.New("no such session")

// Find reads a session of a merchant and its user by the hash of its token. It
// needs no scope: it is how somebody gets one.
func Find(ctx context.Context, db *store.DB, m int64, hash string) (s Session, u users.User, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) error {
		r.M = m
		var err error
		if s, err = ByHash(r, hash); err == nil {
			u, err = users.Get(r, s.User)
		}
		return err
	})
	return s, u, err
}

// ByHash reads a session by the hash of its token.
func ByHash(r *store.Reader, hash string) (Session, error) {
	s, err := scanSession(r.Row("SELECT "+columns+" FROM session WHERE m = $1 AND hash = $2", r.M, hash).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return s, err
}

// listed bounds how many sessions of a user are read.
const listed = 100

// Living reads the user's sessions that have not ended and whose last request
// came after an instant, newest first, at most 100.
func Living(r *store.Reader, id users.ID, seenAfter, now int64) ([]Session, error) {
	var out []Session
	err := r.Each("SELECT "+columns+" FROM session WHERE m = $1 AND user_id = $2 AND ended_at = 0 AND pending = 0 AND seen_at > $3 AND expires_at > $4 ORDER BY id DESC LIMIT $5",
		[]any{r.M, id, seenAfter, now, int64(listed)}, func(scan func(...any) error) error {
			s, err := scanSession(scan)
			out = append(out, s)
			return err
		})
	return out, err
}

// Device reports whether the user has signed in from a browser before.
func Device(r *store.Reader, id users.ID, device string) (bool, error) {
	var n int64
	err := r.Row("SELECT id FROM session WHERE m = $1 AND user_id = $2 AND device = $3 AND pending = 0 ORDER BY id LIMIT 1", r.M, id, device).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

var insert = store.NewInsert("session", "", "m", "id", "hash", "user_id", "pending", "method", "agent", "address", "device", "created_at", "seen_at", "expires_at", "ended_at", "at_m")

// Insert keeps a new session.
func Insert(tx *store.Tx, s Session) error {
	return insert.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, s.ID, s.Hash, s.User, store.Bool(s.Pending), s.Method, s.Agent, s.Address, s.Device, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.EndedAt, s.At)
	})
}

// Move has a living session of a user work at another merchant, zero for its
// own; ok is false when there is no such session.
func Move(tx *store.Tx, user users.ID, id ID, to int64) (ok bool, err error) {
	n, err := tx.Exec("UPDATE session SET at_m = $1 WHERE m = $2 AND id = $3 AND user_id = $4 AND ended_at = 0", to, tx.M, id, user)
	return n == 1, err
}

// LastAt is where the user's newest session works or worked; ok is false when
// there was none.
func LastAt(r *store.Reader, id users.ID) (at int64, ok bool, err error) {
	err = r.Row("SELECT at_m FROM session WHERE m = $1 AND user_id = $2 AND pending = 0 ORDER BY id DESC LIMIT 1", r.M, id).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return at, err == nil, err
}

// Seen notes a request, unless one was noted after an instant or the session
// has ended.
func Seen(tx *store.Tx, id ID, before int64) error {
	_, err := tx.Exec("UPDATE session SET seen_at = $1 WHERE m = $2 AND id = $3 AND ended_at = 0 AND seen_at <= $4", tx.At, tx.M, id, before)
	return err
}

// End ends a session of a user; ok is false when there is no such living one.
func End(tx *store.Tx, user users.ID, id ID) (ok bool, err error) {
	n, err := tx.Exec("UPDATE session SET ended_at = $1 WHERE m = $2 AND id = $3 AND user_id = $4 AND ended_at = 0", tx.At, tx.M, id, user)
	return n == 1, err
}

// EndAll ends the user's sessions but one, and tells how many; zero spares none.
func EndAll(tx *store.Tx, user users.ID, but ID) (int64, error) {
	return tx.Exec("UPDATE session SET ended_at = $1 WHERE m = $2 AND user_id = $3 AND id <> $4 AND ended_at = 0", tx.At, tx.M, user, but)
}

// Sweep forgets the user's sessions that began before an instant.
func Sweep(tx *store.Tx, user users.ID, before int64) error {
	_, err := tx.Exec("DELETE FROM session WHERE m = $1 AND user_id = $2 AND created_at < $3", tx.M, user, before)
	return err
}
