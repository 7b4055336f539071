package admin

import (
	"errors"

	"orderly/internal/desk"
	"orderly/internal/store/passkeys"
	"orderly/internal/store/users"
)

// forgetFactors leaves a user with the password alone.
func forgetFactors(t *desk.Turn, id users.ID) error {
	s, err := users.SecretOf(&t.Reader, id)
	if err != nil {
		return err
	}
	s.TOTP, s.TOTPNext, s.TOTPStep, s.Second = "", "", 0, false
	return errors.Join(users.SaveSecret(t.Tx, s), users.SetRecovery(t.Tx, id, nil), passkeys.RemoveAll(t.Tx, id))
}
