package settings_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

func fill(tab *webtest.Tab, css, text string) {
	tab.WaitTrue("!!document.querySelector(" + strconv.Quote(css) + ")")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector(" + strconv.Quote(css) + ").value = ''"))
	tab.Do(chromedp.SendKeys(css, text))
}

// Kills: a person who cannot be invited, limited and kept out by hand; a key
// that is shown twice or not at all; a page that is not for everybody.
func TestSettings(t *testing.T) {
	browser := webtest.Start(t)
	for name, size := range map[string][2]int64{"desktop": {1440, 900}, "phone": {390, 844}} {
		t.Run(name, func(t *testing.T) {
			s := pagetest.Open(t, storetest.SQLite(t))
			s.Goods("TEA-1", "backorder", "A", 9)
			s.Place("TEA-1", 1)
			tab := s.Tab(t, browser, access.Admin, "/settings")
			look := func(page string) {
				t.Helper()
				tab.View(size[0], size[1], webtest.Dark)
				tab.CheckPage(page + "-dark-" + name)
				tab.Screenshot(page + "-dark-" + name)
				tab.View(size[0], size[1], webtest.Light)
				tab.CheckPage(page + "-" + name)
				tab.Screenshot(page + "-" + name)
			}
			tab.WaitText("Your shop")
			look("shop")
			tab.Visit(s.Address + "/settings/users/new")
			fill(tab, "#email", "bo@example.com")
			tab.Click("#role-warehouse")
			look("invite")
			tab.Click("main .btn-accent")
			tab.WaitText("Hand over this link")
			look("invited")
			tab.Click("main .btn-accent")
			tab.WaitText("Signed in")
			look("users")
			tab.Click("main td a[href^='/settings/users/usr']")
			tab.WaitText("What they may do")
			look("user")
			tab.Visit(s.Address + "/settings/users")
			tab.Do(chromedp.Evaluate[chromedp.Void]("[...document.querySelectorAll('main td a')].find(a => a.textContent === 'bo@example.com').click()"))
			tab.WaitText("Keep out")
			tab.Click("[data-opens=disable]")
			tab.WaitText("open links end at once")
			tab.Click("dialog[open] .btn-bad")
			tab.WaitText("Let in again")

			tab.Visit(s.Address + "/settings/keys/new")
			fill(tab, "#name", "Web shop")
			tab.Do(chromedp.Evaluate[chromedp.Void]("document.getElementById('scope-orders:write').click()"))
			look("key-new")
			tab.Click("main .btn-accent")
			tab.WaitText("the only time")
			look("key-made")
			tab.Visit(s.Address + "/settings/keys")
			tab.WaitText("Web shop")
			look("keys")
			tab.Click("[data-opens^=revoke]")
			tab.Click("dialog[open] .btn-bad")
			tab.WaitText("Revoked")

			tab.Visit(s.Address + "/settings/channels")
			tab.WaitText("Web shop")
			look("channels")
			tab.Visit(s.Address + "/settings/channels/edit?code=web")
			look("channel")
			tab.Visit(s.Address + "/settings/locations")
			tab.Click("main td a")
			tab.WaitText("Carriers come at")
			fill(tab, "#carrier-0", "Royal Mail")
			tab.Do(chromedp.Evaluate[chromedp.Void]("document.getElementById('leaves-0').value = '16:00'"))
			look("location")
			tab.Click("main .btn-accent")
			tab.WaitText("Royal Mail 16:00")
			look("locations")
		})
	}
}

var (
	linkText = regexp.MustCompile(`http://[^"<]+(/link/1_[0-9a-z]{26})`)
	keyText  = regexp.MustCompile(`orderly_1_[0-9a-z]{26}`)
	userPath = regexp.MustCompile(`/settings/users/usr_[0-9a-z]+`)
)

// Kills: a page for who may not; a refusal without a word; a link or a key that
// stays in sight; an edit that overwrites another.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		for _, path := range []string{"/settings/shop", "/settings/users", "/settings/keys", "/settings/channels", "/settings/users/new"} {
			if got := s.Get(access.Sales, path); got.Status != http.StatusForbidden {
				t.Errorf("%s: sales gets %d", path, got.Status)
			}
		}
		if got := s.Get(access.Sales, "/settings"); got.Header.Get("Location") != "/account" {
			t.Errorf("settings leads sales to %q", got.Header.Get("Location"))
		}
		form := url.Values{"email": {"bo@example.com"}, "role": {"warehouse"}, "location": {s.Locations["A"].String()}}
		made := s.Post(access.Admin, "/settings/users/new", form)
		link := linkText.FindStringSubmatch(made.Body)
		if made.Status != http.StatusOK || link == nil {
			t.Fatalf("an invitation: %d %.500s", made.Status, made.Body)
		}
		if got := s.Get("", link[1]); got.Status != http.StatusOK || !strings.Contains(got.Body, "bo@example.com") {
			t.Errorf("its link: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/settings/users/new", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "was invited already") {
			t.Errorf("twice: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/settings/users/new", url.Values{"email": {"x@example.com"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "at least one role") {
			t.Errorf("without a role: %d", got.Status)
		}
		list := s.Get(access.Admin, "/settings/users").Body
		if linkText.MatchString(list) {
			t.Error("the list shows a link")
		}
		var me string
		for _, path := range userPath.FindAllString(list, -1) {
			if strings.Contains(s.Get(access.Admin, path).Body, "admin@example.com") {
				me = path
			}
		}
		if got := s.Post(access.Admin, me+"/disable", nil); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "the last admin") {
			t.Errorf("the last admin: %d", got.Status)
		}
		if got := s.Post(access.Admin, me, url.Values{"role": {"admin", "sales"}, "edit_version": {"0"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "This changed while you were here") {
			t.Errorf("an old form: %d", got.Status)
		}
		key := s.Post(access.Admin, "/settings/keys/new", url.Values{"name": {"x"}, "scope": {"orders:read"}, "days": {"30"}})
		text := keyText.FindString(key.Body)
		if text == "" {
			t.Fatalf("a key: %d %.500s", key.Status, key.Body)
		}
		if got := s.Ask("", http.MethodGet, "/v1/orders", nil, http.Header{"Authorization": {"Bearer " + text}}); got.Status != http.StatusOK {
			t.Errorf("with the key: %d", got.Status)
		}
		if strings.Contains(s.Get(access.Admin, "/settings/keys").Body, text) {
			t.Error("the list shows the key")
		}
		if got := s.Post(access.Admin, "/settings/keys/new", url.Values{"name": {""}, "scope": {"orders:fly"}, "days": {"-1"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "at least one thing") {
			t.Errorf("a key for nothing: %d", got.Status)
		}
		at := "/settings/locations/" + s.Locations["A"].String()
		place := url.Values{"name": {"A"}, "kind": {"store"}, "priority": {"x"}, "carrier": {"Post"}, "leaves_at": {"25:00"}, "country": {"gbr"}}
		if got := s.Post(access.Operations, at, place); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "such as 16:00") || !strings.Contains(got.Body, "whole number") {
			t.Errorf("a location: %d", got.Status)
		}
	})
}

func upload(t *testing.T, s *pagetest.Site, data []byte) pagetest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("logo", "logo.png")
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return s.Ask(access.Admin, http.MethodPost, "/settings/logo", &b, http.Header{"Content-Type": {w.FormDataContentType()}})
}

var logoPath = regexp.MustCompile(`/logo/1/[0-9]+`)

// Kills: a picture that runs; a logo that strangers cannot see; another
// merchant's.
func TestLogo(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 60)...)
	if got := upload(t, s, []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "PNG, JPEG or WebP") {
		t.Errorf("SVG: %d", got.Status)
	}
	if got := upload(t, s, nil); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing: %d", got.Status)
	}
	if got := upload(t, s, png); got.Status != http.StatusSeeOther {
		t.Fatalf("PNG: %d %.300s", got.Status, got.Body)
	}
	path := logoPath.FindString(s.Get("", "/signin").Body)
	got := s.Get("", path)
	if got.Status != http.StatusOK || got.Body != string(png) || got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%s: %d %v", path, got.Status, got.Header)
	}
	if got := s.Get("", "/logo/2/1"); got.Status != http.StatusNotFound {
		t.Errorf("another merchant's: %d", got.Status)
	}
	s.Post(access.Admin, "/settings/logo", url.Values{"remove": {"1"}})
	if got := s.Get("", path); got.Status != http.StatusNotFound {
		t.Errorf("removed: %d", got.Status)
	}
}
