package purchases_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// A buyer begins a draft, adds a line, sends and confirms it; the floor scans a
// case and counts the rest without seeing a cost; the buyer adds freight, matches
// an invoice, disputes it and closes.
//
// Kills: a form that loses what was typed; a scan that counts a case as one; a
// cost shown on the floor; an invoice approved without a word; a receipt that
// cannot be taken back.
func TestPurchases(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	mug := desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "MUG", Name: "Blue mug", Kind: catalog.Goods, WhenShort: catalog.Backorder, Barcodes: []catalog.Barcode{{Code: "CASE", Quantity: 12}}}})
	s.Place("MUG", 3)
	by := supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme Potteries", Currency: "GBP", LeadDays: 9, Active: true}}).ID)
	desktest.Must(s.Shop, buy.SetOffers, buy.OffersCommand{Supplier: by, SKUs: []string{"MUG"}, Offers: []supplier.Offer{{SupplierSKU: "A-1", Cost: 4_100_000, Minimum: 1, Pack: 1, Active: true}}})
	tab := s.Tab(t, browser, access.Buyer, "/purchases")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("No purchase orders")
	tab.Click("[data-opens=new-dialog]")
	tab.Do(chromedp.SetValue("#new-form select[name=supplier]", by.String()), chromedp.SetValue("#new-form select[name=location]", s.Locations["A"].String()))
	tab.Click("#new-form [data-submit]")
	tab.WaitText("Nothing is ordered yet")
	tab.Do(chromedp.SendKeys("#line-form input[name=sku]", "MUG"), chromedp.SendKeys("#line-form input[name=quantity]", "20"))
	tab.Click("#line-form [data-submit]")
	tab.WaitTrue("document.querySelector('#lines tbody tr')?.innerText.includes('their A-1')")
	tab.Click("#send-form [data-submit]")
	tab.WaitText("it is incoming now")
	tab.Do(chromedp.SendKeys("#acknowledge-form input[name=reference]", "SO-9"))
	tab.Click("#acknowledge-form [data-submit]")
	tab.WaitText("their reference SO-9")

	if body := s.Get(access.Buyer, "/purchases?purpose=drop_ship").Body; !strings.Contains(body, "No purchase orders") {
		t.Error("what is bought for stock stands among what is drop-shipped")
	}
	if body := s.Get(access.Buyer, "/purchases?purpose=stock").Body; !strings.Contains(body, "Acme Potteries</td><td>Stock") {
		t.Error("the list does not say what is bought for stock")
	}
	_, id, _ := strings.Cut(s.Get(access.Buyer, "/purchases").Body, `href="/purchases/pur_`)
	id, _, _ = strings.Cut(id, `"`)
	path := "/purchases/pur_" + id
	if got := s.Post(access.Buyer, path+"/lines", url.Values{"sku": {"NO"}, "quantity": {"2"}}); got.Status != 422 || !strings.Contains(got.Body, "no item has the SKU") {
		t.Errorf("a line of nothing: %d", got.Status)
	}
	if body := s.Get(access.Sales, "/stock/"+catalog.ID(mug.ID).String()).Body; !strings.Contains(body, "On its way") || !strings.Contains(body, path) {
		t.Error("the item's page does not say what comes")
	}
	floor := s.Tab(t, browser, access.Warehouse, path+"/receive")
	floor.View(390, 844, webtest.Dark)
	floor.WaitText("Scan")
	floor.Do(chromedp.SendKeys("#scan-form input[name=code]", "CASE"))
	floor.Click("#scan-form [data-submit]")
	floor.WaitTrue("document.querySelector('#counted tbody tr td.num')?.innerText.trim() === '8'")
	floor.Do(chromedp.SendKeys("#count-form input[name=good-1]", "5"), chromedp.SendKeys("#count-form input[name=damaged-1]", "1"), chromedp.SendKeys("#count-form input[name=inspect-1]", "2"))
	floor.Click("#count-form [data-submit]")
	floor.WaitTrue("document.querySelector('#counted tbody tr td.num')?.innerText.trim() === '0'")
	floor.CheckLooks("purchase-receive", s.Address+path+"/receive")
	if got := s.Post(access.Warehouse, path+"/receive", url.Values{"code": {"MUG"}, "quantity": {"5"}}); got.Status != 409 && got.Status != 422 || !strings.Contains(got.Body, "at most 20 are taken") {
		t.Errorf("more than was ordered: %d", got.Status)
	}
	floor.Visit(s.Address + path)
	floor.Do(chromedp.SendKeys("#inspect-form input[name=passed-1]", "2"))
	floor.Click("#inspect-form [data-submit]")
	floor.WaitTrue("document.querySelector('#inspect-form') === null")
	if body := s.Get(access.Warehouse, path).Body; strings.Contains(body, "4.10") || strings.Contains(body, "Landed") {
		t.Error("the floor sees costs")
	}

	tab.Visit(s.Address + path)
	tab.Do(chromedp.SendKeys("#charge-form input[name=amount]", "8.00"))
	tab.Click("#charge-form [data-submit]")
	tab.WaitTrue("document.querySelector('#lines tbody tr')?.innerText.includes('90.00')")
	tab.Do(chromedp.SendKeys("#invoice-form input[name=number]", "R-1"), chromedp.SendKeys("#invoice-form input[name=total]", "95.00"))
	tab.Click("#invoice-form [data-submit]")
	tab.WaitText("It says 95.00, what it lists makes 82.00.")
	tab.CheckLooks("purchase", s.Address+path)
	tab.CheckLooks("purchases", s.Address+"/purchases")
	_, invoice, _ := strings.Cut(s.Get(access.Buyer, path).Body, path+"/invoices/sin_")
	invoice, _, _ = strings.Cut(invoice, `"`)
	if got := s.Post(access.Buyer, path+"/invoices/sin_"+invoice, url.Values{"approve": {"true"}}); got.Status != 422 || !strings.Contains(got.Body, "say why") {
		t.Errorf("approved without a word: %d", got.Status)
	}
	s.Post(access.Buyer, path+"/invoices/sin_"+invoice, url.Values{"note": {"the sum is wrong"}})
	if body := s.Get(access.Buyer, path).Body; !strings.Contains(body, "disputed") || !strings.Contains(body, "the sum is wrong") {
		t.Error("it is not disputed")
	}
	_, receipt, _ := strings.Cut(s.Get(access.Warehouse, path).Body, path+"/receipts/rcp_")
	receipt, _, _ = strings.Cut(receipt, `"`)
	s.Post(access.Warehouse, path+"/receipts/rcp_"+receipt, url.Values{})
	if body := s.Get(access.Warehouse, path).Body; !strings.Contains(body, "was taken back") {
		t.Error("the receipt was not taken back")
	}
	s.Post(access.Buyer, path+"/close", url.Values{})
	if body := s.Get(access.Buyer, "/purchases?status=closed").Body; !strings.Contains(body, "Acme Potteries") {
		t.Error("it is not listed as closed")
	}
	if got := s.Get(access.Buyer, path+"/order.pdf"); got.Status != 200 || !strings.HasPrefix(got.Body, "%PDF") {
		t.Errorf("no paper: %d", got.Status)
	}
	if got := s.Post(access.Warehouse, path+"/cancel", url.Values{}); got.Status != 403 {
		t.Errorf("canceled by who may not: %d", got.Status)
	}
}
