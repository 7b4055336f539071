package admin_test

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store"
)

func useSeal(t *testing.T, h *house) {
	t.Helper()
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(h.Desk, ring)
}

// enroll sets an app up for the first admin, and gives its secret and the
// recovery codes.
func enroll(t *testing.T, h *house) (secret string, codes []string) {
	t.Helper()
	e, err := admin.BeginTOTP(t.Context(), h.Desk, h.admin, "Tea & Sons")
	if err != nil {
		t.Fatal(err)
	}
	if want := "otpauth://totp/Tea%20&%20Sons:ada@example.com?algorithm=SHA1&digits=6&issuer=Tea%20%26%20Sons&period=30&secret=" + e.Secret; e.URL != want {
		t.Errorf("an app is given %s, want %s", e.URL, want)
	}
	_, err = admin.ConfirmTOTP(t.Context(), h.Desk, h.admin, "000000")
	wants(t, "any code", err, "invalid")
	codes, err = admin.ConfirmTOTP(t.Context(), h.Desk, h.admin, code(t, h, e.Secret, 0))
	if err != nil || len(codes) != 10 {
		t.Fatalf("%d recovery codes: %v", len(codes), err)
	}
	return e.Secret, codes
}

// code is what an app with the secret shows, so much later.
func code(t *testing.T, h *house, secret string, later time.Duration) string {
	t.Helper()
	text, err := totp.GenerateCode(secret, h.clock.now().Add(later))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Kills: a code that lets in twice, be it the one that confirmed the app; a
// session that needs no code; a recovery code that goes on; one of another.
func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, err := admin.BeginTOTP(t.Context(), h.Desk, h.admin, "Shop")
		wants(t, "without a secret key", err, "no_secret_key")
		useSeal(t, h)
		secret, recovery := enroll(t, h)
		pending := func() string {
			token, _, err := h.signIn(admin.Attempt{Email: owner, Password: password})
			wants(t, "the password", err, "second_factor")
			_, err = h.who(token)
			wants(t, "a session that waits", err, "not_signed_in")
			return token
		}
		second := func(what, token, code, want string) string {
			t.Helper()
			next, _, err := admin.SecondFactor(t.Context(), h.Desk, token, code, admin.Attempt{})
			wants(t, what, err, want)
			return next
		}
		waits := pending()
		second("the code that confirmed", waits, code(t, h, secret, 0), "invalid")
		h.clock.pass(31 * time.Second)
		now := code(t, h, secret, 0)
		token := second("the next code", waits, now, "")
		if _, err := h.who(token); err != nil {
			t.Errorf("with both: %v", err)
		}
		second("the session that waited", waits, code(t, h, secret, 30*time.Second), "not_signed_in")
		waits = pending()
		second("replayed", waits, now, "invalid")
		second("long ago", waits, code(t, h, secret, -5*time.Minute), "invalid")
		second("a recovery code", waits, " "+recovery[3]+" ", "")
		waits = pending()
		second("the same recovery code", waits, recovery[3], "invalid")
		second("nothing", waits, "", "invalid")
		h.clock.pass(account.PendingTime)
		second("too late", waits, recovery[4], "not_signed_in")
		second("a session that is open", h.token, recovery[4], "not_signed_in")

		wants(t, "turned off without the password", admin.StopSecond(t.Context(), h.Desk, h.admin, "wrong"), "invalid")
		wants(t, "turned off", admin.StopSecond(t.Context(), h.Desk, h.admin, password), "")
		_, _, err = h.signIn(admin.Attempt{Email: owner, Password: password})
		wants(t, "the password alone", err, "")
	})
}

// Kills: six digits that can be tried one after the other.
func TestSecondFactorIsThrottled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		useSeal(t, h)
		_, recovery := enroll(t, h)
		token, _, err := h.signIn(admin.Attempt{Email: owner, Password: password})
		wants(t, "the password", err, "second_factor")
		for range 10 {
			_, _, err = admin.SecondFactor(t.Context(), h.Desk, token, "123456", admin.Attempt{})
			wants(t, "a guess", err, "invalid")
		}
		_, _, err = admin.SecondFactor(t.Context(), h.Desk, token, recovery[0], admin.Attempt{})
		wants(t, "even a right one", err, "too_many_requests")
	})
}

// Kills: a secret that stands in the database as it is.
func TestSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		useSeal(t, h)
		secret, _ := enroll(t, h)
		err := h.DB.Read(t.Context(), h.Scope, func(r *store.Reader) error {
			var totp, password string
			err := r.Row("SELECT totp, password FROM user_secret WHERE m = $1 AND user_id = $2", r.M, h.admin.User.ID).Scan(&totp, &password)
			if totp == "" || len(totp) < len(secret) || totp == secret || password[:10] != "$argon2id$" {
				t.Errorf("kept are %q and %q", totp, password)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Kills: a reset that leaves a thief signed in; one that forgets the second
// factor unasked, or does not when asked; an old link that goes on.
func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		useSeal(t, h)
		_, recovery := enroll(t, h)
		h.join("other@example.com", access.Admin)
		old, _, err := admin.NewUserLink(t.Context(), h.Desk, h.Scope, admin.LinkCommand{User: h.admin.User.ID})
		wants(t, "a link", err, "")
		link, _, err := admin.NewUserLink(t.Context(), h.Desk, h.Scope, admin.LinkCommand{User: h.admin.User.ID})
		wants(t, "another", err, "")
		_, err = admin.LookAtLink(t.Context(), h.DB, old)
		wants(t, "the older one", err, "dead_link")
		_, err = h.who(h.token)
		wants(t, "until it is used", err, "")
		_, _, err = admin.AcceptLink(t.Context(), h.Desk, link, admin.Acceptance{Password: "ada"})
		wants(t, "a weak password", err, "invalid")
		token, _, err := admin.AcceptLink(t.Context(), h.Desk, link, admin.Acceptance{Password: "four yellow umbrellas"})
		wants(t, "a new password", err, "second_factor")
		_, err = h.who(h.token)
		wants(t, "who was signed in", err, "not_signed_in")
		_, _, err = admin.SecondFactor(t.Context(), h.Desk, token, recovery[0], admin.Attempt{})
		wants(t, "with the second factor", err, "")
		link, _, err = admin.NewUserLink(t.Context(), h.Desk, h.Scope, admin.LinkCommand{User: h.admin.User.ID, Factors: true})
		wants(t, "the phone is lost", err, "")
		_, _, err = admin.AcceptLink(t.Context(), h.Desk, link, admin.Acceptance{Password: "five purple pianos"})
		wants(t, "without the second factor", err, "")
	})
}

// Kills: a password that is changed by who finds a browser open; other
// sessions that go on after it.
func TestSetPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other, _, err := h.signIn(admin.Attempt{Email: owner, Password: password})
		wants(t, "elsewhere", err, "")
		for what, next := range map[string]string{"short": "abc", "known": "Password1234", "one letter": "aaaaaaaaaaaaaa", "the address": owner} {
			wants(t, what, admin.SetPassword(t.Context(), h.Desk, h.admin, password, next), "invalid")
		}
		wants(t, "without the old", admin.SetPassword(t.Context(), h.Desk, h.admin, "wrong", "four yellow umbrellas"), "invalid")
		wants(t, "with it", admin.SetPassword(t.Context(), h.Desk, h.admin, password, "four yellow umbrellas"), "")
		_, err = h.who(other)
		wants(t, "elsewhere afterwards", err, "not_signed_in")
		_, err = h.who(h.token)
		wants(t, "here", err, "")
		_, _, err = h.signIn(admin.Attempt{Email: owner, Password: password})
		wants(t, "the old password", err, "wrong_password")
	})
}
