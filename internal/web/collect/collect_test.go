package collect_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/collect"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/seal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/pickups"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// site is a shop where orders are collected at A.
func site(t *testing.T, db *store.DB) *pagetest.Site {
	t.Helper()
	s := pagetest.Open(t, db)
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	s.Goods("MUG", catalog.Backorder, "A", 20)
	desktest.Must(s.Shop, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
		Code: "collect", Name: "Collect at A", Kind: delivery.Collect, Active: true, From: []stock.LocationID{s.Locations["A"]}, ShelfDays: 5, Shelves: []string{"P1", "P2"},
	}})
	return s
}

func packed(s *pagetest.Site) (order.ID, fulfillment.ID) {
	r := s.Request("MUG", 2)
	r.Method = "collect"
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	f := p.Fulfillments[0].ID
	s.Work(f, "release", "pick", "pack")
	return p.Order.ID, f
}

func codeOf(t *testing.T, s *pagetest.Site, f fulfillment.ID) string {
	t.Helper()
	code := ""
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		list, err := pickups.Load(r, []fulfillment.ID{f})
		if err == nil {
			code, err = collect.CodeOf(s.Desk, list[0])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Kills: a code in an address, or shown to who works at the counter; a wrong
// code that is let through; a hand-over without a name and a document.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		_, f := packed(s)
		at := s.Locations["A"].String()
		of := "/collect/" + f.String()
		if got := s.Get(access.Warehouse, of); got.Status != http.StatusNotFound {
			t.Errorf("what never lay on a shelf: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/shelve", url.Values{"at": {at}, "shelf": {"Z"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a shelf that there is not: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/shelve", url.Values{"at": {at}, "shelf": {"P2"}}); got.Status != http.StatusSeeOther {
			t.Fatalf("shelved: %d %.500s", got.Status, got.Body)
		}
		code := codeOf(t, s, f)
		for _, page := range []string{"/collect?at=" + at, of} {
			if got := s.Get(access.Warehouse, page); got.Status != http.StatusOK || strings.Contains(got.Body, code) || strings.Contains(got.Body, pickup.Grouped(code)) {
				t.Errorf("%s: %d, or it tells the code", page, got.Status)
			}
		}
		if got := s.Post(access.Warehouse, "/collect/find", url.Values{"at": {at}, "q": {"nobody of this name"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("nobody: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, "/collect/find", url.Values{"at": {at}, "q": {pickup.Grouped(code)}}); got.Status != http.StatusOK || !strings.Contains(got.Body, "P2") {
			t.Errorf("by its code: %d", got.Status)
		}
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		if got := s.Post(access.Warehouse, of+"/give", url.Values{"code": {wrong}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "not the code") {
			t.Errorf("a wrong code: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/give", url.Values{"document": {"passport"}, "reason": {"no_code"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("to nobody: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/extend", url.Values{"days": {"x"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("kept for x days: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/extend", url.Values{"days": {"30"}}); got.Status != http.StatusSeeOther {
			t.Errorf("kept for longer: %d", got.Status)
		}
		if got := s.Post(access.Warehouse, of+"/give", url.Values{"received_by": {"Ada"}, "document": {"passport"}, "reason": {"no_code"}, "refused-1": {"1"}}); got.Status != http.StatusSeeOther {
			t.Errorf("handed over: %d %.500s", got.Status, got.Body)
		}
	})
}

// The whole way in the browser: packed, on a shelf, the code on the customer's
// page, found by it and handed over; another one is taken back.
//
// Kills: a page of the customer without its code; a code that is typed twice; a
// list that keeps what was handed over.
func TestWalk(t *testing.T) {
	s := site(t, storetest.SQLite(t))
	o, f := packed(s)
	_, other := packed(s)
	desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: other, Shelf: "P2"})
	browser := webtest.Start(t)
	tab := s.Tab(t, browser, access.Warehouse, "/collect")
	tab.WaitText("To put on a shelf")
	tab.CheckPage("collect")
	tab.Click(`form[action="/collect/` + f.String() + `/shelve"] button`)
	tab.WaitText("the customer is told")
	code := codeOf(t, s, f)
	link := desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: o}).Value.(string)
	if page := s.Get("", "/t/"+link); !strings.Contains(page.Body, pickup.Grouped(code)) || !strings.Contains(page.Body, "Ready for you") || !strings.Contains(page.Body, "<path") {
		t.Errorf("the customer's page does not show the code: %.3000s", page.Body)
	}
	tab.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.getElementById('q').value = %q", strings.ToLower(pickup.Grouped(code)))))
	tab.Click(`form[action="/collect/find"] button`)
	tab.WaitText("Pickup of order")
	tab.CheckPage("collect-card")
	tab.Click(`form[action="/collect/` + f.String() + `/give"] button`)
	tab.WaitText("Handed over")
	if got := s.Get(access.Warehouse, "/collect"); strings.Contains(got.Body, "/collect/"+f.String()) {
		t.Error("what was handed over is on the list")
	}
	tab.Click(`a[href="/collect/` + other.String() + `"]`)
	tab.WaitText("Nobody came")
	tab.Click(`form[action="/collect/` + other.String() + `/back"] button`)
	tab.WaitText("Back in stock")
}
