package account_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/proxy"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/shell"
)

// through posts or asks as a request that came through a proxy.
func through(s *pagetest.Site, method, path string, form url.Values, h http.Header) pagetest.Answer {
	h = h.Clone()
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.Ask("", method, path, strings.NewReader(form.Encode()), h)
}

// Kills: an address that anybody can write into a header; cookies that are not
// secure behind a proxy that ends TLS; links with the name of the machine
// inside.
func TestBehindAProxy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Token(access.Admin)
		trust, err := proxy.Parse([]string{"127.0.0.0/8", "::1"})
		if err != nil {
			t.Fatal(err)
		}
		s.Trust = trust
		h := http.Header{"X-Forwarded-For": {"1.1.1.1, 203.0.113.9"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"shop.test"}}
		in := through(s, "POST", "/signin", url.Values{"email": {"admin@example.com"}, "password": {pagetest.Password}}, h)
		var session *http.Cookie
		for _, c := range (&http.Response{Header: in.Header}).Cookies() {
			if !c.Secure {
				t.Errorf("the cookie %s goes over plain HTTP too", c.Name)
			}
			if c.Name == "__Host-"+shell.SessionCookie {
				session = c
			}
		}
		if in.Status != http.StatusSeeOther || session == nil {
			t.Fatalf("signing in: %d %v", in.Status, in.Header)
		}
		h.Set("Cookie", session.Name+"="+session.Value)
		if got := through(s, "GET", "/account", nil, h).Body; !strings.Contains(got, "203.0.113.9") || strings.Contains(got, "1.1.1.1") {
			t.Error("the list of sessions lacks the client's address, or believes what the client wrote")
		}
		made := through(s, "POST", "/settings/users/new", url.Values{"email": {"bo@example.com"}, "role": {"support"}}, h)
		if !strings.Contains(made.Body, "https://shop.test/link/") {
			t.Errorf("an invitation begins with another address: %d", made.Status)
		}

		guess := func(from string) bool {
			got := through(s, "POST", "/signin", url.Values{"email": {"x@example.com"}, "password": {"wrong"}}, http.Header{"X-Forwarded-For": {from}})
			return got.Header.Get("Retry-After") != ""
		}
		told := false
		for i := 0; i < 12 && !told; i++ { // another lie each time; a slow machine sits the first waits out
			told = guess(fmt.Sprintf("10.0.0.%d, 203.0.113.50", i))
		}
		if !told {
			t.Error("who writes another address each time is not slowed down")
		}
		if guess("203.0.113.51") {
			t.Error("somebody else behind the same proxy is slowed down")
		}

		s.Trust = proxy.Trust{}
		stranger := http.Header{"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil.test"}, "X-Forwarded-For": {"198.51.100.1"}}
		in = through(s, "POST", "/signin", url.Values{"email": {"admin@example.com"}, "password": {pagetest.Password}}, stranger)
		for _, c := range (&http.Response{Header: in.Header}).Cookies() {
			if c.Secure {
				t.Errorf("a stranger's word made the cookie %s secure", c.Name)
			}
			if c.Name == shell.SessionCookie {
				stranger.Set("Cookie", c.Name+"="+c.Value)
			}
		}
		if got := through(s, "GET", "/account", nil, stranger); got.Status != 200 || strings.Contains(got.Body, "198.51.100.1") {
			t.Errorf("a stranger's word is in the list of sessions: %d", got.Status)
		}
		if got := through(s, "POST", "/settings/users/new", url.Values{"email": {"cy@example.com"}, "role": {"support"}}, stranger); strings.Contains(got.Body, "evil.test") || !strings.Contains(got.Body, "http://127.0.0.1") {
			t.Error("a link begins with what a stranger said")
		}
		for range 7 {
			guess("192.0.2.1")
		}
		if !guess("192.0.2.99") {
			t.Error("a stranger is not slowed down when he writes another address")
		}
	})
}
