// Package passkeys keeps the public halves of passkeys, and the questions that
// a browser has yet to answer with one.
//
// What is in a credential or a question only the room knows that checks them;
// here they are texts.
package passkeys

import (
	"database/sql"
	"errors"

	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/users"
)

// ID names a passkey.
type ID int64

func (id ID) String() string { return ident.Text("pky", int64(id)) }

// ParseID reads the text form, "pky_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("pky", s)
	return ID(id), err
}

// Passkey is a credential of a user.
type Passkey struct {
	ID         ID
	User       users.ID
	Credential string // its id, base64url
	Name       string
	Data       string // JSON
	CreatedAt  int64
	UsedAt     int64
}

const columns = "id, user_id, credential, name, data, created_at, used_at"

func scanPasskey(scan func(...any) error) (Passkey, error) {
	var p Passkey
	err := scan(&p.ID, &p.User, &p.Credential, &p.Name, &p.Data, &p.CreatedAt, &p.UsedAt)
	return p, err
}

// ErrUnknown says that there is no such passkey or question.
var ErrUnknown = errors.New("no such passkey")

// Of lists a user's passkeys, oldest first.
func Of(r *store.Reader, id users.ID) ([]Passkey, error) {
	var out []Passkey
	err := r.Each("SELECT "+columns+" FROM user_passkey WHERE m = $1 AND user_id = $2 ORDER BY id", []any{r.M, id}, func(scan func(...any) error) error {
		p, err := scanPasskey(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// ByCredential finds a passkey by its credential's id.
func ByCredential(r *store.Reader, credential string) (Passkey, error) {
	p, err := scanPasskey(r.Row("SELECT "+columns+" FROM user_passkey WHERE m = $1 AND credential = $2", r.M, credential).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return p, err
}

// Insert keeps a new passkey.
func Insert(tx *store.Tx, p Passkey) error {
	_, err := tx.Exec("INSERT INTO user_passkey (m, id, user_id, credential, name, data, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
		tx.M, p.ID, p.User, p.Credential, p.Name, p.Data, p.CreatedAt)
	return err
}

// Used notes that a passkey was used and what changed in it.
func Used(tx *store.Tx, id ID, data string) error {
	_, err := tx.Exec("UPDATE user_passkey SET data = $1, used_at = $2 WHERE m = $3 AND id = $4", data, tx.At, tx.M, id)
	return err
}

// Remove ends a user's passkey; ok is false when there is no such one.
func Remove(tx *store.Tx, user users.ID, id ID) (ok bool, err error) {
	n, err := tx.Exec("DELETE FROM user_passkey WHERE m = $1 AND id = $2 AND user_id = $3", tx.M, id, user)
	return n == 1, err
}

// RemoveAll ends all passkeys of a user.
func RemoveAll(tx *store.Tx, user users.ID) error {
	_, err := tx.Exec("DELETE FROM user_passkey WHERE m = $1 AND user_id = $2", tx.M, user)
	return err
}

// Question is what a browser was asked and has yet to answer, once.
type Question struct {
	Hash      string // of the token that the browser brings with its answer
	User      users.ID
	Purpose   string
	Data      string // JSON
	ExpiresAt int64
}

// Ask keeps a question and forgets those whose time is over.
func Ask(tx *store.Tx, q Question) error {
	if _, err := tx.Exec("DELETE FROM passkey_question WHERE m = $1 AND expires_at <= $2", tx.M, tx.At); err != nil {
		return err
	}
	_, err := tx.Exec("INSERT INTO passkey_question (m, hash, user_id, purpose, data, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
		tx.M, q.Hash, q.User, q.Purpose, q.Data, q.ExpiresAt)
	return err
}

// Answer takes a question away, so that it is answered once; ErrUnknown when it
// is not there or its time is over.
func Answer(tx *store.Tx, hash, purpose string) (q Question, err error) {
	q = Question{Hash: hash, Purpose: purpose}
	err = tx.Row("SELECT user_id, data, expires_at FROM passkey_question WHERE m = $1 AND hash = $2 AND purpose = $3", tx.M, hash, purpose).Scan(&q.User, &q.Data, &q.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return q, ErrUnknown
	}
	if err != nil {
		return q, err
	}
	n, err := tx.Exec("DELETE FROM passkey_question WHERE m = $1 AND hash = $2 AND expires_at > $3", tx.M, hash, tx.At)
	if err == nil && n != 1 {
		err = ErrUnknown
	}
	return q, err
}
