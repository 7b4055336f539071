package requests_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

var secretText = regexp.MustCompile(`whsec_[0-9A-Za-z+/=]+`)

// Kills: a secret that is shown twice, or to a partner; a fault of an address that is
// not told.
func TestHooksPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		ring, err := seal.Parse(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		admin.UseSeal(s.Desk, ring)
		at := s.Locations["S"].String()
		page := "/requests/hooks?at=" + at
		if got := s.Get(access.Partner, page); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
			t.Errorf("a partner: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/requests/hooks", url.Values{"at": {at}, "act": {"heard"}}); got.Status != http.StatusOK || !secretText.MatchString(got.Body) || !strings.Contains(got.Body, "/v1/inbound/partners/1/"+at) {
			t.Errorf("%d, without a secret or an address", got.Status)
		}
		if got := s.Get(access.Admin, page); secretText.MatchString(got.Body) || !strings.Contains(got.Body, `value="end"`) {
			t.Error("the secret is shown again, or cannot be ended")
		}
		if got := s.Post(access.Admin, "/requests/hooks", url.Values{"at": {at}, "act": {"told"}, "url": {"http://10.0.0.1/x"}}); got.Status != http.StatusUnprocessableEntity || secretText.MatchString(got.Body) {
			t.Errorf("an address inside: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/requests/hooks", url.Values{"at": {at}, "act": {"told"}, "url": {"https://acme.example/hook"}}); got.Status != http.StatusOK || !secretText.MatchString(got.Body) || !strings.Contains(got.Body, "https://acme.example/hook") {
			t.Errorf("told: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/requests/hooks", url.Values{"at": {at}, "act": {"end"}}); got.Status != http.StatusSeeOther {
			t.Errorf("ended: %d", got.Status)
		}
	})
}
