package suppliers_test

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

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// A supplier is made, given terms and an offer, shows how it delivered, and is
// left.
//
// Kills: a form that loses what was typed; an offer of an item that there is not;
// costs shown to who may not see purchases; a supplier that is changed by who may
// only read.
func TestSuppliers(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	mug := s.Goods("MUG", catalog.Backorder)
	tab := s.Tab(t, browser, access.Buyer, "/suppliers")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("No suppliers")
	tab.Click("[data-opens=new-dialog]")
	tab.Do(chromedp.SendKeys("#new-form input[name=name]", "Acme Potteries"), chromedp.SendKeys("#new-form input[name=code]", "ACME"))
	tab.Click("#new-form [data-submit]")
	tab.WaitText("Nothing of its purchase orders has come in this time")
	if got := s.Post(access.Buyer, "/suppliers", url.Values{"name": {"Other"}, "code": {"ACME"}}); got.Status != 422 && got.Status != 409 || !strings.Contains(got.Body, "belongs to supplier") {
		t.Errorf("a code taken twice: %d", got.Status)
	}
	tab.Do(chromedp.SetValue("#terms-form input[name=lead_days]", "7"), chromedp.SetValue("#terms-form input[name=email]", "orders@acme.example"))
	tab.Click("#terms-form [data-submit]")
	tab.WaitText("Saved.")
	tab.Do(chromedp.SendKeys("#offer-sku", "MUG"), chromedp.SendKeys("#offer-cost", "4.10"))
	tab.Click("#offer-form [data-submit]")
	tab.WaitTrue("document.querySelector('#offers tbody tr')?.innerText.includes('4.10 GBP')")

	_, id, _ := strings.Cut(s.Get(access.Buyer, "/suppliers").Body, `href="/suppliers/sup_`)
	id, _, _ = strings.Cut(id, `"`)
	path := "/suppliers/sup_" + id
	if got := s.Post(access.Buyer, path+"/offers", url.Values{"sku": {"NO"}, "cost": {"1"}}); got.Status != 422 || !strings.Contains(got.Body, "no item has the SKU") {
		t.Errorf("an offer of nothing: %d", got.Status)
	}
	of, _ := supplier.ParseID("sup_" + id)
	desktest.Must(s.Shop, buy.RecordPurchase, buy.PastCommand{Supplier: of, Location: s.Locations["A"], External: "OLD", Sent: "2020-01-01", Lines: []buy.PastLine{
		{DraftLine: buy.DraftLine{SKU: "MUG", Quantity: 10}, Received: 10, Damaged: 1, Promised: "2020-01-08", Came: "2020-01-10"},
		{DraftLine: buy.DraftLine{SKU: "MUG", Quantity: 4}, Received: 4, Promised: "2020-01-08", Came: "2020-01-07"},
	}})
	tab.Visit(s.Address + path)
	tab.WaitTrue("document.querySelector('#score')?.innerText.includes('50.0 %')")
	tab.CheckLooks("supplier", s.Address+path)
	tab.CheckLooks("suppliers", s.Address+"/suppliers")

	if body := s.Get(access.Buyer, path+"?from=2020-01-09&to=2020-12-31").Body; !strings.Contains(body, "of 1 lines") {
		t.Error("a period shows lines of another")
	}
	if body := s.Get(access.Buyer, path+"?from=never").Body; !strings.Contains(body, "of 2 lines") {
		t.Error("a day that is none hides the score")
	}
	if body := s.Get(access.Buyer, "/stock/"+mug.String()).Body; !strings.Contains(body, "Suppliers, side by side") || !strings.Contains(body, "Acme Potteries") {
		t.Error("the item's page does not compare its suppliers")
	}
	if body := s.Get(access.Sales, "/stock/"+mug.String()).Body; strings.Contains(body, "4.10") {
		t.Error("the item's page shows sales what it costs")
	}
	if got := s.Get(access.Sales, path); got.Status != 403 {
		t.Errorf("what a supplier charges is shown to sales: %d", got.Status)
	}
	if got := s.Post(access.ReadOnly, path+"/state", url.Values{}); got.Status != 403 {
		t.Errorf("left by who may only read: %d", got.Status)
	}
	if got := s.Post(access.Buyer, path, url.Values{"name": {""}, "edit_version": {"1"}}); got.Status != 409 && got.Status != 422 && got.Status != 412 {
		t.Errorf("an edit of what was edited meanwhile: %d", got.Status)
	}
	s.Post(access.Buyer, path+"/state", url.Values{})
	if body := s.Get(access.Buyer, "/suppliers").Body; strings.Contains(body, "Acme") {
		t.Error("it was left and is listed as active")
	}
	if body := s.Get(access.Buyer, "/suppliers?state=all").Body; !strings.Contains(body, "Acme") {
		t.Error("it was left and is not listed at all")
	}
}
