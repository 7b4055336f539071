package account_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

func open(t *testing.T) *pagetest.Site {
	t.Helper()
	s := pagetest.Open(t, storetest.SQLite(t))
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	// A passkey belongs to a host name, and an address is none.
	s.Address = strings.Replace(s.Address, "127.0.0.1", "localhost", 1)
	return s
}

func invite(t *testing.T, s *pagetest.Site, email string) string {
	t.Helper()
	link, _, err := admin.Invite(t.Context(), s.Desk, s.Scope, admin.InviteCommand{Email: email, Roles: []access.Role{access.Support}})
	if err != nil {
		t.Fatal(err)
	}
	return s.Address + admin.LinkPath + link
}

func fill(tab *webtest.Tab, css, text string) {
	tab.WaitTrue("!!document.querySelector(" + strconv.Quote(css) + ")")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector(" + strconv.Quote(css) + ").value = ''"))
	tab.Do(chromedp.SendKeys(css, text))
}

// check holds a page to everything but the console's word of a form that was
// refused on purpose.
func check(t *testing.T, tab *webtest.Tab, name string) {
	t.Helper()
	tab.CheckFits()
	for _, v := range tab.Violations() {
		t.Errorf("%s: %s: %s\n\t%s", name, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	for _, p := range tab.Problems() {
		first := strings.Contains(p, "404 (Not Found)") && strings.HasSuffix(p, "/") // the first page is another room's
		if !first && !strings.Contains(p, "422 (Unprocessable Entity)") {
			t.Errorf("%s: %s", name, p)
		}
	}
}

func at(tab *webtest.Tab, path string) {
	tab.WaitTrue("location.pathname === '" + path + "' && document.readyState === 'complete'")
}

var sizes = map[string][2]int64{"desktop": {1440, 900}, "phone": {390, 844}}

// Kills: a way in that does not end at the pages; one that tells who there is;
// a link that opens twice; a page that is not for everybody.
func TestSigningIn(t *testing.T) {
	browser := webtest.Start(t)
	for name, size := range sizes {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			tab := browser.Open(t)
			tab.View(size[0], size[1], webtest.Light)
			link := invite(t, s, "bo@example.com")
			tab.Visit(link)
			tab.WaitText("Welcome")
			check(t, tab, "link-"+name)
			tab.Screenshot("link-" + name)
			fill(tab, "#name", "Bo Lindqvist")
			fill(tab, "#password", "three green bicycles")
			tab.Click("button.btn-accent")
			tab.WaitTrue("document.querySelector('.avatar')?.textContent === 'BL'")
			tab.Visit(link)
			tab.WaitText("opens nothing any more")
			check(t, tab, "dead-"+name)
			tab.Visit(s.Address + "/account")
			tab.WaitText("Where you are signed in")
			check(t, tab, "account-"+name)
			tab.Screenshot("account-" + name)
			tab.View(size[0], size[1], webtest.Dark)
			check(t, tab, "account-dark-"+name)
			tab.Screenshot("account-dark-" + name)
			tab.Click("[data-pops=account]")
			tab.Click("form[action='/signout'] button")
			at(tab, "/signin")
			check(t, tab, "signin-"+name)
			tab.Screenshot("signin-" + name)
			fill(tab, "#email", "bo@example.com")
			fill(tab, "#password", "wrong password")
			tab.Click("button.btn-accent")
			tab.WaitText("is not right")
			check(t, tab, "signin-wrong-"+name)
			fill(tab, "#password", "three green bicycles")
			tab.Click("button.btn-accent")
			tab.WaitTrue("!!document.querySelector('.avatar')")
			tab.Visit(s.Address + "/signin?next=//evil.example")
			tab.WaitTrue("location.host === '" + strings.TrimPrefix(s.Address, "http://") + "'")
		})
	}
}

// Kills: a second factor that can be left out; a code that is not asked for; a
// recovery code that is shown and does not work.
func TestSecondFactor(t *testing.T) {
	browser := webtest.Start(t)
	s := open(t)
	tab := s.Tab(t, browser, access.Support, "/account")
	tab.Click("form[action='/account/app'] button")
	tab.WaitText("Scan the picture")
	check(t, tab, "app")
	tab.Screenshot("app")
	secret := webtest.Run(tab, chromedp.Evaluate[string]("document.querySelector('input[name=secret]').value"))
	fill(tab, "#code", "123456")
	tab.Click("form[action='/account/app/confirm'] .btn-accent")
	tab.WaitText("not the app's present code")
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	fill(tab, "#code", code)
	tab.Click("form[action='/account/app/confirm'] .btn-accent")
	tab.WaitText("The second factor is on")
	check(t, tab, "codes")
	tab.Screenshot("codes")
	recovery := webtest.Run(tab, chromedp.Evaluate[string]("document.querySelector('.codes code').textContent"))
	tab.Visit(s.Address + "/account")
	tab.WaitText("10 recovery codes are left")
	check(t, tab, "account-second")
	tab.Click("[data-pops=account]")
	tab.Click("form[action='/signout'] button")
	at(tab, "/signin")
	fill(tab, "#email", "support@example.com")
	fill(tab, "#password", pagetest.Password)
	tab.Click("button.btn-accent")
	tab.WaitText("One more step")
	check(t, tab, "second")
	tab.Screenshot("second")
	tab.Visit(s.Address + "/account")
	at(tab, "/signin")
	tab.Visit(s.Address + "/signin/second")
	fill(tab, "#code", code)
	tab.Click("button.btn-accent")
	tab.WaitText("was used already")
	fill(tab, "#code", recovery)
	tab.Click("button.btn-accent")
	tab.WaitTrue("!!document.querySelector('.avatar')")
	tab.Visit(s.Address + "/account")
	tab.WaitText("9 recovery codes are left")
}

// authenticator gives the tab a device that holds passkeys and says yes.
func authenticator(t *testing.T, tab *webtest.Tab) {
	t.Helper()
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// Kills: a passkey that is made and does not sign in, be it first or second;
// one that goes on after it was removed.
func TestPasskeys(t *testing.T) {
	browser := webtest.Start(t)
	s := open(t)
	tab := s.Tab(t, browser, access.Sales, "/account")
	authenticator(t, tab)
	tab.WaitTrue("!document.querySelector('form[data-passkey]').hidden")
	fill(tab, "#key_name", "Laptop")
	tab.Click("form[data-passkey] button")
	tab.WaitText("Laptop")
	check(t, tab, "passkey")
	tab.Screenshot("passkey")
	tab.Click("[data-pops=account]")
	tab.Click("form[action='/signout'] button")
	at(tab, "/signin")
	tab.Click("form[data-passkey] button")
	tab.WaitTrue("!!document.querySelector('.avatar')")

	// As a second factor.
	tab.Visit(s.Address + "/account")
	tab.Click("details summary")
	fill(tab, "#codes-old", pagetest.Password)
	tab.Click("form[action='/account/codes'] button")
	tab.WaitText("Each of these codes")
	tab.Click("[data-pops=account]")
	tab.Click("form[action='/signout'] button")
	at(tab, "/signin")
	fill(tab, "#email", "sales@example.com")
	fill(tab, "#password", pagetest.Password)
	tab.Click("button.btn-accent")
	tab.WaitText("One more step")
	tab.Click("form[data-passkey] button")
	tab.WaitTrue("!!document.querySelector('.avatar')")

	tab.Visit(s.Address + "/account")
	tab.Click("[data-opens^=remove-]")
	check(t, tab, "passkey-remove")
	fill(tab, "dialog[open] input[name=old]", pagetest.Password)
	tab.Click("dialog[open] .btn-bad")
	tab.WaitText("The passkey was removed")
	tab.WaitText("A password alone lets in")
	tab.Click("[data-pops=account]")
	tab.Click("form[action='/signout'] button")
	at(tab, "/signin")
	tab.Click("form[data-passkey] button")
	tab.WaitText("was not accepted")
}

// Kills: a form that loses what was typed or that somebody else changed; a
// session that somebody else ends; a wait that is not told.
func TestAccountForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		profile := url.Values{"name": {"Suki"}, "locale": {"de-DE"}, "zone": {"Asia/Tokyo"}, "theme": {"dark"}, "edit_version": {"1"}}
		if got := s.Post(access.Support, "/account/profile", profile); got.Status != http.StatusSeeOther {
			t.Errorf("the profile: %d %.300s", got.Status, got.Body)
		}
		if got := s.Post(access.Support, "/account/profile", profile); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "This changed while you were here") {
			t.Errorf("the same form again: %d", got.Status)
		}
		profile.Set("zone", "Moon/Crater")
		profile.Del("edit_version")
		if got := s.Post(access.Support, "/account/profile", profile); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Moon/Crater") || !strings.Contains(got.Body, "is not a time zone") {
			t.Errorf("an unknown zone: %d", got.Status)
		}
		if got := s.Get(access.Support, "/account"); !strings.Contains(got.Body, `data-theme="dark"`) || !strings.Contains(got.Body, "Asia/Tokyo") {
			t.Errorf("the theme was not kept")
		}
		other, err := admin.SessionOf(t.Context(), s.DB, s.Token(access.Admin))
		if err != nil {
			t.Fatal(err)
		}
		s.Post(access.Support, "/account/sessions/end", url.Values{"id": {other.Session.ID.String()}})
		if got := s.Get(access.Admin, "/account"); got.Status != http.StatusOK {
			t.Errorf("somebody else's session was ended: %d", got.Status)
		}
		var got pagetest.Answer
		for range 12 { // a wait doubles with each try, and a slow machine sits the first ones out
			got = s.Post("", "/signin", url.Values{"email": {"x@example.com"}, "password": {"wrong"}})
			if got.Header.Get("Retry-After") != "" {
				break
			}
		}
		if got.Header.Get("Retry-After") == "" || !strings.Contains(got.Body, "Too many tries") {
			t.Errorf("a guesser is told: %d %s", got.Status, got.Header)
		}
		if got := s.Post(access.Support, "/account/app", nil); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "--secret-key-file") {
			t.Errorf("an app without a secret key: %d", got.Status)
		}
	})
}
