package users

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Secret is what a user proves himself with. The zero Secret proves nothing.
type Secret struct {
	User       ID
	Password   string // argon2id, "" when none is set
	PasswordAt int64
	TOTP       string // sealed, "" when the second factor is not set up
	TOTPNext   string // sealed, while it is being set up
	TOTPStep   int64  // the last time step whose code was used
	Second     bool   // a password alone does not let in
}

// SecretOf reads a user's; the zero Secret when nothing is set.
func SecretOf(r *store.Reader, id ID) (Secret, error) {
	s := Secret{User: id}
	var second int64
	err := r.Row("SELECT password, password_at, totp, totp_next, totp_step, second FROM user_secret WHERE m = $1 AND user_id = $2", r.M, id).
		Scan(&s.Password, &s.PasswordAt, &s.TOTP, &s.TOTPNext, &s.TOTPStep, &second)
	s.Second = second != 0
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, err
}

var saveSecret = store.Upsert("user_secret", 2, "m", "user_id", "password", "password_at", "totp", "totp_next", "totp_step", "second")

// SaveSecret keeps a secret as it is now.
func SaveSecret(tx *store.Tx, s Secret) error {
	return saveSecret.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, s.User, s.Password, s.PasswordAt, s.TOTP, s.TOTPNext, s.TOTPStep, store.Bool(s.Second))
	})
}

// SetRecovery replaces the user's recovery codes by new ones, of which it keeps
// hashes.
func SetRecovery(tx *store.Tx, id ID, hashes []string) error {
	if _, err := tx.Exec("DELETE FROM user_recovery WHERE m = $1 AND user_id = $2", tx.M, id); err != nil {
		return err
	}
	for n, h := range hashes {
		if _, err := tx.Exec("INSERT INTO user_recovery (m, user_id, n, hash, used_at) VALUES ($1, $2, $3, $4, 0)", tx.M, id, int64(n), h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecovery uses up a code; ok is false when there is no such unused one.
func UseRecovery(tx *store.Tx, id ID, hash string) (ok bool, err error) {
	n, err := tx.Exec("UPDATE user_recovery SET used_at = $1 WHERE m = $2 AND user_id = $3 AND hash = $4 AND used_at = 0", tx.At, tx.M, id, hash)
	return n == 1, err
}

// RecoveryLeft counts the unused codes.
func RecoveryLeft(r *store.Reader, id ID) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM user_recovery WHERE m = $1 AND user_id = $2 AND used_at = 0", r.M, id).Scan(&n)
	return n, err
}
