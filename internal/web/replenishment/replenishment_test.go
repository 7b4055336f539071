package replenishment_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// A buyer sets a policy, has it proposed what to order, sees why and what it comes
// to, orders it and moves the rest.
//
// Kills: a look that orders; an order below the minimum without a word; a page
// without reasons; a visitor who decides and may not.
func TestReplenishmentDay(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 4, "B", 30)
	acme := desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 7, MinOrder: 10_000, Active: true}}).Value.(*supplier.Supplier)
	desktest.Must(s.Shop, buy.SetOffers, buy.OffersCommand{Supplier: acme.ID, SKUs: []string{"MUG"}, Offers: []supplier.Offer{{Cost: 4_100_000, Minimum: 10, Pack: 6, Active: true}}})

	tab := s.Tab(t, browser, access.Admin, "/replenishment")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("Nothing to order")
	tab.CheckLooks("replenishment-none", s.Address+"/replenishment")
	tab.Visit(s.Address + "/replenishment/policies")
	tab.WaitText("No policies")
	if got := s.Post(access.Buyer, "/replenishment/policies", url.Values{"sku": {"NO"}, "kind": {"min_max"}, "service": {"95"}}); got.Status != 422 || !strings.Contains(got.Body, "No item has this SKU") {
		t.Errorf("a policy of nothing: %d", got.Status)
	}
	policy := func(place string, more url.Values) {
		t.Helper()
		form := url.Values{"sku": {"MUG"}, "location": {s.Locations[place].String()}, "kind": {"min_max"}, "service": {"95"}, "reorder_at": {"10"}, "up_to": {"25"}}
		for k, x := range more {
			form[k] = x
		}
		if got := s.Post(access.Buyer, "/replenishment/policies", form); got.Status >= 400 {
			t.Fatalf("the policy at %s was refused: %d %.300s", place, got.Status, got.Body)
		}
	}
	policy("A", nil)
	policy("C", url.Values{"from": {s.Locations["B"].String()}})
	tab.Visit(s.Address + "/replenishment/policies")
	tab.WaitTrue("document.querySelectorAll('#policies tbody tr').length === 2")
	tab.CheckPage("replenishment-policies")
	tab.Screenshot("replenishment-policies")

	tab.Visit(s.Address + "/replenishment")
	tab.Click("#run-form [data-submit]")
	tab.WaitText("Buy from Acme for Location A")
	tab.WaitText("below 10: 0 expected in 2.0 weeks and 10 for safety. 21 are missing up to 25, which makes 24")
	tab.WaitText("below the minimum of £100.00")
	tab.CheckLooks("replenishment", s.Address+"/replenishment")
	tab.Screenshot("replenishment")
	if body := s.Get(access.ReadOnly, "/replenishment").Body; strings.Contains(body, "Draft the purchase order") || !strings.Contains(body, "data-why") {
		t.Error("who may not buy is asked to, or sees no reason")
	}
	if got := s.Post(access.Warehouse, "/replenishment/run", url.Values{}); got.Status != 403 {
		t.Errorf("run by who may not: %d", got.Status)
	}
	sold := "form[data-group^='group-sup']"
	_, id, _ := strings.Cut(s.Get(access.Buyer, "/replenishment").Body, `name="line" value="`)
	id, _, _ = strings.Cut(id, `"`)
	if got := s.Post(access.Buyer, "/replenishment/decide", url.Values{"act": {"order"}, "line": {id}}); got.Status != 409 && got.Status != 422 {
		t.Errorf("ordered without a word: %d", got.Status)
	}
	tab.Click(sold + " input[name=below]")
	tab.Click(sold + " button[value=order]")
	tab.WaitTrue("document.body && !document.body.innerText.includes('Buy from Acme')")
	tab.Click("form[data-group^='group-loc'] button[value=transfer]")
	tab.WaitText("Nothing to order")
	tab.Visit(s.Address + "/replenishment?state=accepted")
	tab.WaitText("Buy from Acme for Location A")
	tab.WaitText("Move from Location B to Location C")
	tab.CheckPage("replenishment-accepted")
}
