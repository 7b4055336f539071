package web_test

import (
	"net/http"
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

// asks are pages about something that their address must name.
var asks = map[string]bool{"/orders/bulk": true, "/overview/orders": true, "/imports/sample": true, "/returns/new": true, "/settings/messages/text": true, "/supplier-orders/deliveries.csv": true}

// Kills: a page that lets in who is nobody, or who lacks its permission; one
// that falls over where there is nothing.
func TestWalk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		for _, r := range s.Shell.Routes() {
			if r.Method != http.MethodGet {
				continue
			}
			path := strings.NewReplacer("{$}", "").Replace(r.Path)
			if strings.Contains(path, "{") || path == "/live" {
				continue
			}
			if got := s.Get("", path); !r.Public && got.Status != http.StatusSeeOther {
				t.Errorf("%s: nobody gets %d", path, got.Status)
			}
			got := s.Get(access.Admin, path)
			if got.Status == http.StatusNotFound && asks[path] {
				continue
			}
			if got.Status != http.StatusOK && got.Status != http.StatusSeeOther {
				t.Errorf("%s: an admin gets %d: %.300s", path, got.Status, got.Body)
			}
		}
	})
}

// Kills: a page that is not for everybody, or that talks to anybody else, or
// that does not fit a screen.
func TestPages(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 5)
	first := s.Place("TEA-1", 2)
	open := "/orders/" + s.Place("TEA-1", 9).Order.ID.String()
	s.Work(first.Fulfillments[0].ID, "release", "pick", "pack", "ship")
	s.CatchUp()
	order := "/orders/" + first.Order.ID.String()
	tab := s.Tab(t, browser, access.Admin, "/orders")
	for _, path := range []string{"/orders", order, open + "/change", "/ui", "/keys", "/orders?q=nothing"} {
		tab.CheckLooks(strings.NewReplacer(order, "order", open, "order-", "/", "", "?", "-").Replace(path), s.Address+path)
	}
}
