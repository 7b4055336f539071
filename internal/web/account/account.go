// Package account is the room of who signs in: the sign-in with all its steps,
// links that open once, and what people set for themselves.
//
// What belongs here: pages about the visitor. What does not: other people and
// the shop (settings), and every rule about passwords and factors (desk/admin).
package account

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/web/shell"
)

// Routes are the pages of this room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/signin", Public: true, Login: true, Do: signInPage},
		{Method: "POST", Path: "/signin", Public: true, Login: true, Do: signIn},
		{Method: "GET", Path: "/signin/second", Public: true, Do: secondPage},
		{Method: "POST", Path: "/signin/second", Public: true, Do: second},
		{Method: "POST", Path: "/signin/passkey/ask", Public: true, Do: askPasskey},
		{Method: "POST", Path: "/signin/passkey", Public: true, Do: signInPasskey},
		{Method: "POST", Path: "/signin/second/ask", Public: true, Do: askSecond},
		{Method: "POST", Path: "/signin/second/passkey", Public: true, Do: secondPasskey},
		{Method: "POST", Path: "/signout", Public: true, Login: true, Do: signOut},
		{Method: "GET", Path: "/link/{token}", Public: true, Login: true, Do: linkPage},
		{Method: "POST", Path: "/link/{token}", Public: true, Login: true, Do: acceptLink},
		{Method: "GET", Path: "/account", Login: true, Do: accountPage},
		{Method: "POST", Path: "/account/profile", Login: true, Do: saveProfile},
		{Method: "POST", Path: "/account/password", Login: true, Do: savePassword},
		{Method: "GET", Path: "/account/app", Login: true, Do: backToAccount},
		{Method: "POST", Path: "/account/app", Login: true, Do: beginApp},
		{Method: "GET", Path: "/account/app/confirm", Login: true, Do: backToAccount},
		{Method: "POST", Path: "/account/app/confirm", Login: true, Do: confirmApp},
		{Method: "GET", Path: "/account/codes", Login: true, Do: backToAccount},
		{Method: "POST", Path: "/account/codes", Login: true, Do: newCodes},
		{Method: "POST", Path: "/account/second/stop", Login: true, Do: stopSecond},
		{Method: "POST", Path: "/account/passkeys/ask", Login: true, Do: askNewPasskey},
		{Method: "POST", Path: "/account/passkeys", Login: true, Do: addPasskey},
		{Method: "POST", Path: "/account/passkeys/remove", Login: true, Do: removePasskey},
		{Method: "POST", Path: "/account/sessions/end", Login: true, Do: endSession},
		{Method: "POST", Path: "/account/sessions/others", Login: true, Do: endOthers},
	}
}

// stranger is who looks at the pages before signing in: they may know the name
// of the shop, and nothing else.
func stranger(v *shell.Visit) error { return strangerAt(v, admin.Main) }

func strangerAt(v *shell.Visit, merchant int64) error {
	return v.As(access.Scope{Merchant: merchant, Actor: access.Actor{Kind: "system", ID: "signin"}})
}

// deviceCookie tells a browser that has signed in before from a stranger's.
const deviceCookie = "orderly_device"

func device(v *shell.Visit) string {
	if c, err := v.R.Cookie(deviceCookie); err == nil && len(c.Value) == ident.TokenLength {
		return c.Value
	}
	return ""
}

// attempt is where the visitor comes from.
func attempt(v *shell.Visit) (admin.Attempt, error) {
	a := admin.Attempt{Agent: v.R.UserAgent(), Address: v.Address(), Device: device(v)}
	if a.Device != "" {
		return a, nil
	}
	token, err := ident.Token(rand.Reader)
	if err != nil {
		return a, err
	}
	a.Device = token
	http.SetCookie(v.W, &http.Cookie{Name: deviceCookie, Value: token, Path: "/", MaxAge: int((400 * 24 * time.Hour).Seconds()), HttpOnly: true, Secure: v.Secure(), SameSite: http.SameSiteLaxMode})
	return a, nil
}

// within gives an address of ours to go on to; anything else is the first page.
func within(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.HasPrefix(next, "/\\") || strings.ContainsAny(next, "\r\n") || strings.HasPrefix(next, "/signin") {
		return "/"
	}
	return next
}

// enter gives the browser its session and sends it on: to where it wanted, or
// into the first run while there is nothing yet.
func enter(v *shell.Visit, token string, signed admin.Signed, next string) error {
	v.SignIn(token, time.UnixMicro(signed.Session.ExpiresAt))
	next = within(next)
	signed, err := admin.SessionOf(v.Context(), v.Desk().DB, token) // where they worked last
	if errors.Is(err, admin.ErrNoStanding) && next == "/" {
		return v.Leave(shell.PlacesPath)
	}
	if next == "/" && err == nil && signed.Scope.May(access.SettingsWrite) {
		v.Scope = signed.Scope
		var run admin.FirstRun
		err := v.Read(func(r *store.Reader) (err error) {
			run, err = admin.FirstRunOf(r)
			return err
		})
		if err != nil {
			return err
		}
		if run.Leads() {
			next = "/first-run"
		}
	}
	return v.Leave(next)
}

// signing is what the sign-in pages show.
type signing struct {
	Next, Email, Fault string
	Passkey            bool
	Logo, Color        string
}

func newSigning(v *shell.Visit, next string) (signing, error) {
	return newSigningAt(v, next, admin.Main)
}

func newSigningAt(v *shell.Visit, next string, merchant int64) (signing, error) {
	s := signing{Next: within(next)}
	if err := strangerAt(v, merchant); err != nil {
		return s, err
	}
	err := v.Read(func(r *store.Reader) error {
		p, err := merchants.ProfileOf(r)
		s.Logo, s.Color = p.LogoPath(v.Scope.Merchant), p.Color
		return err
	})
	return s, err
}

func signInPage(v *shell.Visit) error {
	if v.Signed != nil {
		return v.Leave(within(v.Query("next")))
	}
	s, err := newSigning(v, v.Query("next"))
	if err != nil {
		return err
	}
	return v.Bare(v.T("account.sign_in"), signInView(v, s))
}

func signIn(v *shell.Visit) error {
	a, err := attempt(v)
	if err != nil {
		return err
	}
	a.Email, a.Password = v.Form("email"), v.R.PostFormValue("password")
	token, signed, err := admin.SignIn(v.Context(), v.Desk(), a)
	switch {
	case errors.Is(err, admin.ErrSecondFactor):
		v.SignIn(token, time.UnixMicro(v.Desk().DB.Now()).Add(account.PendingTime))
		return v.Leave("/signin/second?next=" + escape(within(v.Form("next"))))
	case err == nil:
		return enter(v, token, signed, v.Form("next"))
	}
	s, bad := newSigning(v, v.Form("next"))
	if bad != nil {
		return bad
	}
	s.Email = v.Form("email")
	if s.Fault, err = refusal(v, err); err != nil {
		return err
	}
	return v.BareAgain(v.T("account.sign_in"), signInView(v, s))
}

// refusal is the sentence for a sign-in that was refused; the error is one that
// no form can show.
func refusal(v *shell.Visit, err error) (string, error) {
	var wait *admin.Throttled
	var f *fault.Error
	switch {
	case errors.As(err, &wait):
		seconds := int64(wait.After / time.Second)
		v.W.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
		return v.T("account.wait", "n", seconds), nil
	case !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		return "", err
	case len(f.Fields) > 0:
		return f.Fields[0].Message, nil
	}
	return f.Message, nil
}

func secondPage(v *shell.Visit) error {
	s, err := newSigning(v, v.Query("next"))
	if err != nil {
		return err
	}
	if s.Passkey, err = waits(v); fault.CodeOf(err) == "not_signed_in" {
		return v.Leave("/signin") // nobody waits here
	}
	if err != nil {
		return err
	}
	return v.Bare(v.T("account.second"), secondView(v, s))
}

// waits reports whether who waits for a second factor could use a passkey.
func waits(v *shell.Visit) (passkey bool, err error) {
	return admin.PendingHasPasskey(v.Context(), v.Desk(), v.Token())
}

func second(v *shell.Visit) error {
	a, err := attempt(v)
	if err != nil {
		return err
	}
	token, signed, err := admin.SecondFactor(v.Context(), v.Desk(), v.Token(), v.Form("code"), a)
	if err == nil {
		return enter(v, token, signed, v.Form("next"))
	}
	if fault.CodeOf(err) == "not_signed_in" {
		return v.Leave("/signin")
	}
	s, bad := newSigning(v, v.Form("next"))
	if bad != nil {
		return bad
	}
	if s.Fault, err = refusal(v, err); err != nil {
		return err
	}
	if s.Passkey, err = waits(v); err != nil {
		return err
	}
	return v.BareAgain(v.T("account.second"), secondView(v, s))
}

func signOut(v *shell.Visit) error {
	if v.Signed != nil {
		if err := admin.SignOut(v.Context(), v.Desk(), *v.Signed); err != nil {
			return err
		}
	}
	v.SignIn("", time.Time{})
	return v.Leave("/signin")
}
