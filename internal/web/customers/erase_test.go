package customers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

// Kills: erasing by a slip, by who may not, or of another merchant's; an export
// for everybody; a name that becomes markup.
func TestErase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		at := s.Post(access.Sales, "/customers/new", url.Values{"name": {"Ada <b>Byron</b>"}, "email": {"ada@lovelace.example"}}).Header.Get("Location")
		id := strings.TrimPrefix(at, "/customers/")
		if got := s.Get(access.Admin, at+"/privacy"); got.Status != http.StatusOK || !strings.Contains(got.Body, "Ada &lt;b&gt;Byron") || strings.Contains(got.Body, "<b>Byron") {
			t.Errorf("page: %d", got.Status)
		}
		for _, path := range []string{at + "/privacy", at + "/privacy/export", "/customers/privacy/years"} {
			if got := s.Post(access.Support, path, url.Values{"confirm": {id}}); got.Status != http.StatusForbidden {
				t.Errorf("support posts %s: %d", path, got.Status)
			}
		}
		if got := s.Post(access.Admin, at+"/privacy/export", nil); got.Status != http.StatusOK || !strings.Contains(got.Body, "ada@lovelace.example") || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("export: %d %.200s", got.Status, got.Body)
		}
		for _, word := range []string{"", "yes", id + "x"} {
			if got := s.Post(access.Admin, at+"/privacy", url.Values{"confirm": {word}}); got.Status != http.StatusUnprocessableEntity {
				t.Errorf("confirmed with %q: %d", word, got.Status)
			}
		}
		if got := s.Post(access.Admin, at+"/privacy", url.Values{"confirm": {" " + id + " "}}); got.Status != http.StatusSeeOther {
			t.Fatalf("erase: %d %.800s", got.Status, got.Body)
		}
		if got := s.Get(access.Admin, at+"/privacy"); !strings.Contains(got.Body, `id="erase-running"`) {
			t.Error("the page does not say that somebody is being erased")
		}
		if got := s.Get(access.Admin, "/customers/privacy?email=nobody%40example.com"); got.Status != http.StatusOK || !strings.Contains(got.Body, "Nothing is known") {
			t.Errorf("nobody: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/customers/privacy/years", url.Values{"keep_years": {"7"}, "edit_version": {"0"}}); got.Status != http.StatusSeeOther {
			t.Errorf("years: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/customers/privacy/years", url.Values{"keep_years": {"-1"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("fewer years than none: %d", got.Status)
		}
	})
}
