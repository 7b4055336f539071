package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/passkeys"
	"orderly/internal/store/sessions"
	"orderly/internal/store/users"
)

// UseSeal gives the desk the keys with which it keeps secrets. Without, nobody
// can set up codes of an app.
func UseSeal(d *desk.Desk, r *seal.Ring) { step.UseSeal(d, r) }

func ringOf(d *desk.Desk) (*seal.Ring, error) { return step.RingOf(d) }

func totpAbout(id users.ID) string { return "totp " + id.String() }

const (
	totpBytes  = 20               // of the secret, as RFC 4226 wants at least
	totpPeriod = 30 * time.Second // what every app assumes
	totpSkew   = 1                // steps that a clock may be off

	recoveryCodes = 10
)

// totpStep finds the step whose code this is, among those around an instant and
// after the last that was used: a code lets in once.
func totpStep(secret, code string, now, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	at := now / totpPeriod.Microseconds()
	for s := at - totpSkew; s <= at+totpSkew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(0, s)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			return s, true
		}
	}
	return 0, false
}

// Recovery gives codes that stand in for a lost second factor, each once, and
// the form in which they are kept. 50 random bits each, behind a throttle.
func recovery() (codes, hashes []string, err error) {
	for range recoveryCodes {
		token, err := ident.Token(rand.Reader)
		if err != nil {
			return nil, nil, err
		}
		code := token[16:21] + "-" + token[21:26]
		codes, hashes = append(codes, code), append(hashes, hashRecovery(code))
	}
	return codes, hashes, nil
}

func hashRecovery(code string) string {
	return Hash("recovery\x00" + strings.ToLower(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, code)))
}

// Enrollment is what an app is given to make codes.
type Enrollment struct {
	Secret string // base 32, to type
	URL    string // otpauth://…, to scan
}

// BeginTOTP gives somebody a secret for an app. It counts once ConfirmTOTP has
// seen a code of it.
func BeginTOTP(ctx context.Context, d *desk.Desk, s Signed, shop string) (Enrollment, error) {
	s = s.Home()
	ring, err := ringOf(d)
	if err != nil {
		return Enrollment{}, err
	}
	raw := make([]byte, totpBytes)
	rand.Read(raw)
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	c := secretCommand{change: func(_ *desk.Turn, _ *users.User, x *users.Secret) error {
		x.TOTPNext = ring.Seal([]byte(secret), totpAbout(x.User))
		return nil
	}}
	if _, err := desk.One(ctx, d, secretOperation, s.Scope, c, desk.Options{}); err != nil {
		return Enrollment{}, err
	}
	return Enrollment{Secret: secret, URL: otpURL(shop, s.User.Email, secret)}, nil
}

// ConfirmTOTP turns the second factor on, once a code shows that the app has
// the secret. It gives the recovery codes, which are shown this once.
func ConfirmTOTP(ctx context.Context, d *desk.Desk, s Signed, code string) ([]string, error) {
	s = s.Home()
	ring, err := ringOf(d)
	if err != nil {
		return nil, err
	}
	codes, hashes, err := recovery()
	if err != nil {
		return nil, err
	}
	c := secretCommand{fields: []string{"totp", "recovery"}, change: func(t *desk.Turn, _ *users.User, x *users.Secret) error {
		if x.TOTPNext == "" {
			return fault.New(fault.Conflict, "not_begun", "begin again: scan the new picture with your app")
		}
		secret, err := ring.Open(x.TOTPNext, totpAbout(x.User))
		if err != nil {
			return err
		}
		step, ok := totpStep(string(secret), code, t.At, 0)
		if !ok {
			var l fault.List
			l.Add("/code", "wrong_code", "this is not the app's present code; look whether the clocks of phone and server are right")
			return l.Err()
		}
		x.TOTP, x.TOTPNext, x.TOTPStep, x.Second = x.TOTPNext, "", step, true
		return users.SetRecovery(t.Tx, x.User, hashes)
	}}
	if _, err := desk.One(ctx, d, secretOperation, s.Scope, c, desk.Options{}); err != nil {
		return nil, err
	}
	return codes, nil
}

// RequireSecond turns the second factor on for somebody who has a passkey, or
// renews the recovery codes of somebody who has it on. It gives the codes.
func RequireSecond(ctx context.Context, d *desk.Desk, s Signed, password string) ([]string, error) {
	codes, hashes, err := recovery()
	if err != nil {
		return nil, err
	}
	err = withPassword(ctx, d, s, password, secretCommand{fields: []string{"recovery"}, change: func(t *desk.Turn, _ *users.User, x *users.Secret) error {
		keys, err := passkeys.Of(&t.Reader, x.User)
		if err != nil {
			return err
		}
		if x.TOTP == "" && len(keys) == 0 {
			return fault.New(fault.Conflict, "no_factor", "set up an app or a passkey first")
		}
		x.Second = true
		return users.SetRecovery(t.Tx, x.User, hashes)
	}})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// StopSecond lets the password alone let in again. Passkeys stay.
func StopSecond(ctx context.Context, d *desk.Desk, s Signed, password string) error {
	return withPassword(ctx, d, s, password, secretCommand{fields: []string{"totp", "recovery"}, change: func(t *desk.Turn, _ *users.User, x *users.Secret) error {
		x.TOTP, x.TOTPNext, x.TOTPStep, x.Second = "", "", 0, false
		return users.SetRecovery(t.Tx, x.User, nil)
	}})
}

// SetPassword changes one's own password; all other sessions end.
func SetPassword(ctx context.Context, d *desk.Desk, s Signed, old, next string) error {
	s = s.Home()
	var l fault.List
	account.CheckPassword("/password", next, s.User.Email, s.User.Name, &l)
	if err := l.Err(); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, d, next)
	if err != nil {
		return err
	}
	return withPassword(ctx, d, s, old, secretCommand{fields: []string{"password"}, change: func(t *desk.Turn, _ *users.User, x *users.Secret) error {
		x.Password, x.PasswordAt = hash, t.At
		_, err := sessions.EndAll(t.Tx, x.User, s.Session.ID)
		return err
	}})
}

// withPassword makes a change of who proves anew that it is him.
func withPassword(ctx context.Context, d *desk.Desk, s Signed, password string, c secretCommand) error {
	s = s.Home()
	guesses := []guess{newGuess("own", s.User.ID.String()+"\x00"+s.Session.ID.String(), account.ByPair, true)}
	if err := allow(ctx, d, s.Scope.Merchant, guesses); err != nil {
		return err
	}
	var secret users.Secret
	err := d.DB.Read(ctx, s.Scope, func(r *store.Reader) error {
		var err error
		secret, err = users.SecretOf(r, s.User.ID)
		return err
	})
	if err != nil {
		return err
	}
	ok, err := checkPassword(ctx, d, password, secret.Password)
	if err != nil {
		return err
	}
	if !ok {
		var l fault.List
		l.Add("/old", "wrong_password", "this is not your present password")
		return l.Err()
	}
	c.password = secret.Password
	_, err = desk.One(ctx, d, secretOperation, s.Scope, c, desk.Options{})
	return errors.Join(err, right(ctx, d, s.Scope.Merchant, guesses))
}

// secretCommand changes what somebody proves himself with.
type secretCommand struct {
	password string   // what was compared with; it must still be so
	fields   []string // for the journal; none when nothing changes yet
	change   func(*desk.Turn, *users.User, *users.Secret) error
}

var secretOperation = act("users.secure", access.Own, nil, func(t *desk.Turn, a desk.Asked[secretCommand]) (desk.Result, error) {
	c := a.Command
	u, err := actor(t, a.Scope)
	if err != nil {
		return desk.Result{}, err
	}
	secret, err := users.SecretOf(&t.Reader, u.ID)
	if err == nil && c.password != "" && c.password != secret.Password {
		err = fault.New(fault.Conflict, "changed_meanwhile", "the password was changed at this very moment; try again")
	}
	if err == nil {
		err = c.change(t, &u, &secret)
	}
	if err == nil {
		err = users.SaveSecret(t.Tx, secret)
	}
	if err != nil || len(c.fields) == 0 {
		return desk.Result{Kind: journal.User, ID: int64(u.ID), Status: "done"}, err
	}
	return toldUser(t, a.Scope, u, "done", journal.UserSecured, map[string]any{"fields": c.fields, "second_factor": secret.Second})
})

// bySecond is how a guess at a second factor is slowed down: six digits bear
// less guessing than a password, and who is here knows the password.
var bySecond = account.Throttle{Free: 10, Longest: 5 * time.Minute, Forget: 24 * time.Hour}

// SecondFactor finishes a sign-in that waits for a code of the app or a
// recovery code. The pending token is void afterwards; the new one is the
// session's.
func SecondFactor(ctx context.Context, d *desk.Desk, pending, code string, a Attempt) (token string, signed Signed, err error) {
	s, err := pendingOf(ctx, d.DB, pending)
	if err != nil {
		return "", signed, err
	}
	guesses := []guess{newGuess("second", s.User.ID.String()+"\x00"+a.Device, bySecond, true)}
	if err := allow(ctx, d, s.Session.Merchant, guesses); err != nil {
		return "", signed, err
	}
	c := openCommand{User: s.User.ID, Method: "second_factor", Ends: s.Session.ID, prove: func(t *desk.Turn, u *users.User, x *users.Secret) error {
		return proveCode(t, x, code)
	}}
	if token, signed, err = openSession(ctx, d, s.Session.Merchant, c, a); err != nil {
		return "", signed, err
	}
	return token, signed, right(ctx, d, s.Session.Merchant, guesses)
}

// pendingOf is the session that waits for a second factor.
func pendingOf(ctx context.Context, db *store.DB, token string) (Signed, error) {
	m, ok := tokenMerchant(SessionPrefix, token)
	if !ok {
		return Signed{}, notSignedIn()
	}
	s, u, err := sessions.Find(ctx, db, m, Hash(token))
	switch {
	case errors.Is(err, sessions.ErrUnknown):
		return Signed{}, notSignedIn()
	case err != nil:
		return Signed{}, err
	case !s.Pending || !alive(&s, db.Now()) || u.Status != account.Active:
		return Signed{}, notSignedIn()
	}
	return Signed{User: u, Session: s}, nil
}

// proveCode accepts a code of the app or a recovery code, and uses it up.
func proveCode(t *desk.Turn, x *users.Secret, code string) error {
	secret, lost := openTOTP(t.Desk, x)
	if secret != "" {
		if step, ok := totpStep(secret, code, t.At, x.TOTPStep); ok {
			x.TOTPStep = step
			return users.SaveSecret(t.Tx, *x)
		}
	}
	ok, err := users.UseRecovery(t.Tx, x.User, hashRecovery(code))
	if err == nil && !ok && lost != nil {
		return lost
	}
	if err == nil && !ok {
		var l fault.List
		l.Add("/code", "wrong_code", "this code is not right, or was used already; wait for the app's next one")
		err = l.Err()
	}
	return err
}

// openTOTP gives the secret that an app shares with us, "" when there is none or
// it cannot be opened. A recovery code works even then.
func openTOTP(d *desk.Desk, x *users.Secret) (string, error) {
	if x.TOTP == "" {
		return "", nil
	}
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	secret, err := ring.Open(x.TOTP, totpAbout(x.User))
	return string(secret), err
}

// forgetFactors leaves a user with the password alone.
func forgetFactors(t *desk.Turn, id users.ID) error {
	s, err := users.SecretOf(&t.Reader, id)
	if err != nil {
		return err
	}
	s.TOTP, s.TOTPNext, s.TOTPStep, s.Second = "", "", 0, false
	return errors.Join(users.SaveSecret(t.Tx, s), users.SetRecovery(t.Tx, id, nil), passkeys.RemoveAll(t.Tx, id))
}

// otpURL is what the picture holds that an app scans.
func otpURL(shop, email, secret string) string {
	return strings.ReplaceAll("otpauth://totp/"+url.PathEscape(shop+":"+email)+"?"+url.Values{"secret": {secret}, "issuer": {shop}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}.Encode(), "+", "%20")
}

// Security is what somebody may know of how well they are protected.
type Security struct {
	TOTP         bool
	Second       bool
	RecoveryLeft int64
	PasswordAt   int64
	Passkeys     []passkeys.Passkey
}

// SecurityOf reads it.
func SecurityOf(r *store.Reader, id users.ID) (s Security, err error) {
	secret, err := users.SecretOf(r, id)
	if err != nil {
		return s, err
	}
	s.TOTP, s.Second, s.PasswordAt = secret.TOTP != "", secret.Second, secret.PasswordAt
	if s.RecoveryLeft, err = users.RecoveryLeft(r, id); err != nil {
		return s, err
	}
	s.Passkeys, err = passkeys.Of(r, id)
	return s, err
}
