package overview_test

import (
	"encoding/csv"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/figures"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/text"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// shop has orders at every stage, some delivered, one canceled.
func shop(t *testing.T, db *store.DB) *pagetest.Site {
	s := pagetest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 100, "B", 10)
	s.Goods("TEA", catalog.Backorder, "A", 3)
	s.Goods("POT", catalog.Refuse)
	for range 3 {
		s.Ship(s.Place("MUG", 2))
	}
	done := s.Place("MUG", 1, "TEA", 1)
	s.Ship(done)
	s.Work(done.Fulfillments[0].ID, "deliver")
	s.Place("TEA", 9)
	s.Place("MUG", 1)
	picked := s.Place("MUG", 1)
	s.Work(picked.Fulfillments[0].ID, "release", "pick")
	gone := s.Place("MUG", 4)
	desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: gone.Order.ID})
	if _, err := desktest.Try(s.Shop, intake.Place, intake.PlaceCommand{Request: s.Request("POT", 1)}); err == nil {
		t.Fatal("a pot was sold")
	}
	if err := s.Desk.FlushRefused(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.CatchUp()
	return s
}

// Kills: a figure of the page that is not the store's; a link behind which
// other orders are.
func TestFiguresOfThePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shop(t, db)
		got := s.Get(access.Admin, "/overview/figures.csv?period=today")
		if got.Status != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		rows, err := csv.NewReader(strings.NewReader(got.Body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]string{}
		for _, row := range rows {
			have[row[0]+" "+row[3]+" "+row[4]+" "+row[5]] = row[6] + "/" + row[7] + "/" + row[8]
		}
		for key, want := range map[string]string{
			"period   orders": "8//8", "period   shipped": "4//4", "period   delivered": "1//1", "period   revenue": "297.85//297.85",
			"period   cancellation_rate": "1/8/12.50", "period   unit_fill_rate": "16/23/69.57", "before   orders": "0//0", "before   cancellation_rate": "0/0/",
			"channel web  orders": "8//8", "location  A orders": "8//8", "backlog   backordered_under_4h": "1//1", "backlog   to_pack_under_4h": "1//1",
			"refused web  out_of_stock": "1//1", "stage   placed_delivered_mean": "1//0", "day   orders": "8//8",
		} {
			if have[key] != want {
				t.Errorf("%s is %q, want %q", key, have[key], want)
			}
		}
		page := s.Get(access.Admin, "/overview?period=today").Body
		for _, want := range []string{`href="/overview/orders?figure=orders&amp;period=today">8</a>`, "12.5%", "1 of 8", "£297.85", "out_of_stock"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		for path, n := range map[string]int{
			"figure=orders&period=today": 8, "figure=shipped&period=today": 4, "figure=backordered": 1, "figure=to_pack": 1, "figure=to_pack&age=0": 1, "figure=to_pack&age=3": 0,
			"figure=to_release": 1, "figure=cancellation_rate": 1, "figure=unit_fill_rate": 1, "figure=released_picked": 5, "figure=orders&period=yesterday": 0,
			"figure=orders&channel=shop": 0, "figure=shipped&location=A": 4, "figure=shipped&location=B": 0,
		} {
			got := s.Get(access.Admin, "/overview/orders?"+path)
			if rows := strings.Count(got.Body, "<tr data-row>"); got.Status != http.StatusOK || rows != n {
				t.Errorf("%s: %d, %d orders, want %d", path, got.Status, rows, n)
			}
		}
	})
}

// Kills: a definition on the page that is not what is counted.
func TestDefinitions(t *testing.T) {
	texts := text.Keys(text.Default)
	for _, f := range figures.All {
		if texts["overview.define."+f.ID] != f.Definition || texts["overview.figure."+f.ID] == "" {
			t.Errorf("%s is defined on the page as %q", f.ID, texts["overview.define."+f.ID])
		}
	}
	for _, s := range figures.Stages {
		if texts["overview.stage_define_"+s.ID] != s.Definition || texts["overview.stage_"+s.ID] == "" {
			t.Errorf("%s is defined on the page as %q", s.ID, texts["overview.stage_define_"+s.ID])
		}
	}
}

// Kills: an address that breaks the page; a text of a channel that is not
// harmless.
func TestOddAddresses(t *testing.T) {
	s := shop(t, storetest.SQLite(t))
	r := s.Request("MUG", 1)
	r.Channel = "<script>=1"
	desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	s.CatchUp()
	for path, status := range map[string]int{
		"/overview?from=2026-02-31&to=x": 200, "/overview?from=2026-03-31&to=2026-03-01": 200, "/overview?from=1970-01-01&to=2026-03-01": 200, "/overview?period=never": 200,
		"/overview?location=Z": 404, "/overview/orders?figure=nothing": 404, "/overview/orders": 404, "/overview/orders?figure=orders&before=x.y": 200,
		"/overview?currency=XXX": 200, "/overview?channel=%3Cscript%3E%3D1": 200, "/overview/figures.csv?channel=%3Cscript%3E%3D1": 200,
	} {
		got := s.Get(access.Admin, path)
		if got.Status != status || strings.Contains(got.Body, "<script>=1\"") || strings.Contains(got.Body, "<td><script>") {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}

// Kills: a page that is not for everybody, that does not fit a screen.
func TestOverviewInTheBrowser(t *testing.T) {
	browser := webtest.Start(t)
	s := shop(t, storetest.SQLite(t))
	for i := range 50 {
		r := s.Request("MUG", 1+i*i%7)
		r.PlacedAt = time.Now().AddDate(0, 0, -i).UnixMicro()
		r.Channel = []string{"web", "shop", "phone"}[i%3]
		desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
	}
	s.CatchUp()
	tab := s.Tab(t, browser, access.Admin, "/overview")
	for _, path := range []string{"/overview", "/overview?period=year", "/overview/orders?figure=orders"} {
		tab.CheckLooks(strings.NewReplacer("/", "", "?", "-", "=", "-").Replace(path), s.Address+path)
	}
}

// Kills: definitions that only a mouse finds; a page that does not follow, or
// that closes what its reader has opened.
func TestOverviewFollows(t *testing.T) {
	browser := webtest.Start(t)
	s := shop(t, storetest.SQLite(t))
	tab := s.Tab(t, browser, access.Admin, "/overview?period=today")
	tab.View(1440, 900, webtest.Light)
	tab.Visit(s.Address + "/overview?period=today")
	tab.WaitTrue("document.readyState === 'complete' && !!window.orderly")
	tab.WaitTrue("(document.querySelector('#tile-revenue [data-define]').focus(), true)")
	tab.WaitTrue("document.querySelector('#define-revenue').matches(':popover-open')")
	tab.WaitTrue("(document.activeElement.blur(), true)")
	tab.WaitTrue("!document.querySelector('#define-revenue').matches(':popover-open')")
	tab.WaitTrue("(document.querySelector('#table-orders').open = true, true)")
	s.Place("MUG", 1)
	s.CatchUp()
	tab.WaitTrue("document.querySelector('#tile-orders .tile-value').textContent === '9'")
	tab.WaitTrue("document.querySelector('#table-orders').open")
}
