package customers_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// Kills: an edit that overwrites another's; a customer who cannot be found by
// the beginning of a name; a text that becomes markup.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		made := s.Post(access.Sales, "/customers/new", url.Values{"name": {"Ada <b>Byron</b>"}, "email": {"ada@example.com"}, "city": {"Leeds"}, "country": {"gb"}})
		at := made.Header.Get("Location")
		if made.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/customers/cus_") {
			t.Fatalf("made: %d %s", made.Status, at)
		}
		for _, page := range []string{at, "/customers", "/customers?q=byr", "/customers?q=ada%40example.com"} {
			if got := s.Get(access.Sales, page); got.Status != http.StatusOK || !strings.Contains(got.Body, "Ada &lt;b&gt;Byron") || strings.Contains(got.Body, "<b>Byron") {
				t.Errorf("%s: %d", page, got.Status)
			}
		}
		if got := s.Get(access.Sales, "/customers?q=nobody"); strings.Contains(got.Body, "Byron") {
			t.Error("nobody was asked for, Ada was found")
		}
		edit := url.Values{"name": {"Ada King"}, "edit_version": {"0"}}
		if got := s.Post(access.Sales, at+"/edit", edit); got.Status != http.StatusSeeOther {
			t.Fatalf("edited: %d %.500s", got.Status, got.Body)
		}
		edit.Set("name", "Ada Lovelace")
		if got := s.Post(access.Sales, at+"/edit", edit); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Ada Lovelace") {
			t.Errorf("an edit of what another had edited: %d", got.Status)
		}
		if got := s.Post(access.Sales, "/customers/new", url.Values{"email": {"none"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "email-error") {
			t.Errorf("an address that is none: %d", got.Status)
		}
	})
}

// Kills: a page that is not for everybody or does not fit.
func TestLooks(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	at := s.Post(access.Sales, "/customers/new", url.Values{"name": {"Ada Byron"}, "email": {"ada@example.com"}}).Header.Get("Location")
	tab := s.Tab(t, webtest.Start(t), access.Sales, at)
	for _, page := range []string{at, "/customers", at + "/edit"} {
		tab.CheckLooks("customer"+strings.ReplaceAll(strings.TrimPrefix(page, at), "/", "-"), s.Address+page)
	}
}
