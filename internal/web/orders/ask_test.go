package orders_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

// Kills: a link that is shown to who may not ask, or twice; a substitute that
// nobody has heard of.
func TestAskCustomer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		at := "/orders/" + s.Place("MUG", 1).Order.ID.String() + "/ask"
		if got := s.Post(access.ReadOnly, at, url.Values{"kind": {"confirm"}}); got.Status != http.StatusForbidden {
			t.Errorf("who only reads asks: %d", got.Status)
		}
		if got := s.Post(access.Support, at, url.Values{"kind": {"substitute"}, "line": {"1"}, "sku": {"NONE"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("an unknown substitute: %d", got.Status)
		}
		if got := s.Post(access.Support, at, url.Values{"kind": {"confirm"}}); got.Status != http.StatusOK || !strings.Contains(got.Body, "/a/1_") {
			t.Errorf("asked: %d %.300s", got.Status, got.Body)
		}
		if got := s.Get(access.Support, at); got.Status != http.StatusOK || strings.Contains(got.Body, "/a/1_") || !strings.Contains(got.Body, `id="asked"`) {
			t.Errorf("page: %d", got.Status)
		}
	})
}
