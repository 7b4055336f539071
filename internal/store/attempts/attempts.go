// Package attempts keeps how often somebody was wrong when signing in.
//
// Who a row is about is a hash that the caller makes: neither addresses nor
// names stand here. What follows from the numbers is decided by account.
package attempts

import (
	"database/sql"
	"errors"

	"orderly/internal/account"
	"orderly/internal/store"
)

// Get reads what is known of a subject; zero when nothing is.
func Get(r *store.Reader, subject string) (a account.Attempts, err error) {
	err = r.Row("SELECT failures, last_at, until_at FROM signin_attempt WHERE m = $1 AND subject = $2", r.M, subject).Scan(&a.Failures, &a.LastAt, &a.UntilAt)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return a, err
}

// Hold makes the subject's row and holds it until the transaction ends, so that
// what is read of it afterwards is true on every node.
func Hold(tx *store.Tx, subject string) error {
	_, err := tx.Exec("INSERT INTO signin_attempt (m, subject, failures, last_at, until_at) VALUES ($1, $2, 0, $3, 0) ON CONFLICT (m, subject) DO UPDATE SET failures = signin_attempt.failures",
		tx.M, subject, tx.At)
	return err
}

// Set changes a row that is held.
func Set(tx *store.Tx, subject string, a account.Attempts) error {
	_, err := tx.Exec("UPDATE signin_attempt SET failures = $1, last_at = $2, until_at = $3 WHERE m = $4 AND subject = $5", a.Failures, a.LastAt, a.UntilAt, tx.M, subject)
	return err
}

// Forget removes a subject's row.
func Forget(tx *store.Tx, subject string) error {
	_, err := tx.Exec("DELETE FROM signin_attempt WHERE m = $1 AND subject = $2", tx.M, subject)
	return err
}

// Forgive takes one wrong try back: it was right.
func Forgive(tx *store.Tx, subject string) error {
	_, err := tx.Exec("UPDATE signin_attempt SET failures = failures - 1, until_at = 0 WHERE m = $1 AND subject = $2 AND failures > 0", tx.M, subject)
	return err
}

// Sweep removes rows that nobody has touched since an instant.
func Sweep(tx *store.Tx, before int64) error {
	_, err := tx.Exec("DELETE FROM signin_attempt WHERE m = $1 AND last_at < $2", tx.M, before)
	return err
}
