package purchases_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// back begins returns of single mugs to two suppliers, and gives the purchase order
// and the last return of each.
func back(s *pagetest.Site, each int) (of map[string]purchase.ID, last map[string]purchase.ReturnID) {
	of, last = map[string]purchase.ID{}, map[string]purchase.ReturnID{}
	s.Goods("MUG", catalog.Backorder)
	cost := money.Price(4_000_000)
	for _, code := range []string{"ACME", "BOLT"} {
		by := supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code + " Ltd", Email: strings.ToLower(code) + "@example.com", Currency: "GBP", Active: true}}).ID)
		id := purchase.ID(desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 90, Cost: &cost}}}).ID)
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: id})
		desktest.Must(s.Shop, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: id, Lines: []buy.ComeLine{{N: 1, Good: 90}}})
		for range each {
			last[code] = purchase.ReturnID(desktest.Must(s.Shop, buy.CreateReturn, buy.NewReturnCommand{Purchase: id, Lines: []purchase.ReturnLine{{Line: 1, Quantity: 3, Reason: "over"}}}).ID)
		}
		of[code] = id
	}
	return of, last
}

// Kills: a list that loses a return between pages, shows another supplier's when it
// is narrowed, or what goods cost to the floor; one that does not say what is awaited.
func TestReturnsList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		of, last := back(s, 26)
		desktest.Must(s.Shop, buy.ActOnReturn, buy.ReturnActCommand{Return: last["ACME"], ReturnAct: purchase.ReturnAct{Act: "approve", RMA: "RMA-9"}})
		const list = "/purchases/returns"
		page := s.Get(access.Buyer, list).Body
		rows := strings.Count(page, "<tr data-row>")
		_, next, _ := strings.Cut(page, `href="`+list+`?show=&amp;before=`)
		next, _, _ = strings.Cut(next, `"`)
		if rows += strings.Count(s.Get(access.Buyer, list+"?show=&before="+next).Body, "<tr data-row>"); rows != 52 {
			t.Errorf("two pages have %d rows of 52", rows)
		}
		page = s.Get(access.Buyer, list+"?show=approved").Body
		for _, want := range []string{"RMA-9", "that we ship it", "£12.00", "ACME Ltd", of["ACME"].String() + "#" + last["ACME"].String()} {
			if strings.Count(page, "<tr data-row>") != 1 || !strings.Contains(page, want) {
				t.Errorf("the approved one lacks %q", want)
			}
		}
		_, narrowed, _ := strings.Cut(page, `href="`+list+`?show=approved&amp;supplier=`)
		narrowed, _, _ = strings.Cut(narrowed, `"`)
		if page = s.Get(access.Buyer, list+"?supplier="+narrowed).Body; strings.Count(page, "<tr data-row>") != 26 || strings.Contains(page, "BOLT Ltd") {
			t.Error("narrowed to one supplier it shows another's")
		}
		if page = s.Get(access.Warehouse, list+"?show=approved").Body; strings.Contains(page, "12.00") || !strings.Contains(page, "RMA-9") {
			t.Error("the floor sees what it cost, or not what it ships")
		}
		if page = s.Get(access.Buyer, list+"?show=over").Body; strings.Contains(page, "<tr data-row>") {
			t.Error("something is over")
		}
		if got := s.Get(access.Buyer, list+"?before=x"); got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusBadRequest {
			t.Errorf("no place in the list: %d", got.Status)
		}
	})
}

// Kills: a form that loses what was typed; a list that breaks on a phone; a note that
// is not there.
func TestReturnsDay(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	of, last := back(s, 2)
	at := fmt.Sprintf("/purchases/%s/returns/%s", of["ACME"], last["ACME"])
	if got := s.Post(access.Buyer, at, url.Values{"act": {"approve"}, "rma": {strings.Repeat("9", 200)}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, strings.Repeat("9", 200)) {
		t.Errorf("a number that is too long: %d, and what was typed is lost", got.Status)
	}
	tab := s.Tab(t, browser, access.Buyer, "/purchases/"+of["ACME"].String())
	tab.Click("#" + last["ACME"].String() + " button[value=ask]")
	tab.WaitText("Asked for")
	for _, x := range []struct{ name, path string }{{"supplier-returns", "/purchases/returns"}, {"purchase-returns", "/purchases/" + of["ACME"].String()}} {
		tab.CheckLooks(x.name, s.Address+x.path)
	}
	if got := s.Get(access.Warehouse, at+"/note.pdf"); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "%PDF") {
		t.Errorf("the note: %d", got.Status)
	}
}
