package watch_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// A label that nobody scanned is on the page with its order, and no other.
//
// Kills: a page that tells of young labels; one that hides the order behind.
func TestWatchPage(t *testing.T) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := pagetest.Open(t, db)
		s.Goods("MUG", catalog.Refuse, "A", 5)
		p := s.Place("MUG", 1)
		s.Work(p.Fulfillments[0].ID, "release", "pick")
		desktest.Must(s.Shop, floor.Pack, floor.PackCommand{Fulfillment: p.Fulfillments[0].ID, Carrier: "dhl", Tracking: "JD01"})
		if body := s.Get(access.Warehouse, "/watch").Body; !strings.Contains(body, "Everything moves") {
			t.Errorf("a young label is told of: %.300s", body)
		}
		clock.Pass(25 * time.Hour)
		body := s.Get(access.Admin, "/watch").Body
		if !strings.Contains(body, "never scanned") || !strings.Contains(body, "JD01") || !strings.Contains(body, "/orders/"+p.Order.ID.String()) {
			t.Errorf("an old label is not told of: %.300s", body)
		}
	})
}

// Kills: a page that does not fit a screen, or says nothing to who cannot see it.
func TestWatchLooks(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	tab := s.Tab(t, browser, access.Admin, "/watch")
	tab.WaitText("Everything moves")
	tab.CheckLooks("watch", s.Address+"/watch")
}
