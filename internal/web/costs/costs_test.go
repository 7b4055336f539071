package costs_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store/storetest"
	"orderly/internal/tariff"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// site is a shop with a 3PL at P.
func site(t *testing.T) *pagetest.Site {
	s := pagetest.Open(t, storetest.SQLite(t))
	r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "P", Name: "Pack & Send", Kind: "3pl", Active: true, Address: party.Address{Country: "GB"}}})
	s.Locations["P"] = stock.LocationID(r.ID)
	return s
}

// day is the shop's day, so many later.
func day(t *testing.T, later int) string {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(zone).AddDate(0, 0, later).Format(time.DateOnly)
}

// A card is typed and tried on the last days before it is kept; what was sent costs
// what it says, on the page of the place and of the order.
//
// Kills: a refused form that loses its rows; a row whose fault stands beside
// another; a trial that keeps the card; costs shown to who may not see them; a
// version that is withdrawn by who may only read.
func TestCosts(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t)
	path := "/costs/" + s.Locations["P"].String()
	tab := s.Tab(t, browser, access.Buyer, "/costs")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("none holds today")
	tab.Visit(s.Address + path)
	tab.WaitText("What this partner takes is not known yet")
	tab.Do(chromedp.SetValue("#rates tbody tr:nth-child(1) input[name=price]", "2.50"), chromedp.SetValue("#rates tbody tr:nth-child(2) input[name=price]", "0.25"))
	tab.Do(chromedp.SetValue("#rates tbody tr:nth-child(2) input[name=included]", "x"))
	tab.Click("#card-form [data-submit]")
	tab.WaitTrue("document.querySelector('#rates tbody tr:nth-child(2) .fault')?.innerText.includes('whole number')")
	tab.WaitTrue("document.querySelector('#rates tbody tr:nth-child(1) input[name=price]')?.value === '2.50'")
	tab.Do(chromedp.SetValue("#rates tbody tr:nth-child(2) input[name=included]", "1"))
	tab.WaitTrue("document.querySelector('#card-form').dispatchEvent(new Event('input', {bubbles: true}))")
	tab.WaitTrue("document.querySelector('#foreseen')?.innerText.includes('would have come to nothing')")
	if body := s.Get(access.Buyer, path).Body; !strings.Contains(body, "is not known yet") {
		t.Error("a card that was tried is kept")
	}
	tab.Click("#card-form [data-submit]")
	tab.WaitText("The version was added.")
	tab.WaitText("in force")

	s.Goods("CUP", catalog.Backorder, "P", 10)
	p := s.Place("CUP", 3)
	id := p.Fulfillments[0].ID
	desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
	desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dhl", Tracking: "T1", WeightGrams: 900}}})
	tab.Visit(s.Address + path + "?from=" + day(t, -1) + "&to=" + day(t, 1))
	tab.WaitTrue("document.querySelector('#sums')?.innerText.includes('£3.00')")
	looks := s.Tab(t, browser, access.Buyer, "/costs") // one that no refusal has been shown to
	looks.CheckLooks("partner-costs-place", s.Address+path+"?from="+day(t, -1)+"&to="+day(t, 1))
	looks.CheckLooks("partner-costs", s.Address+"/costs")
	tab.Visit(s.Address + "/orders/" + p.Order.ID.String())
	tab.WaitTrue("document.querySelector('#partner-costs')?.innerText.includes('£3.00')")
	if body := s.Get(access.Warehouse, "/orders/"+p.Order.ID.String()).Body; strings.Contains(body, "partner-costs") {
		t.Error("the warehouse is shown what a partner takes")
	}

	form := url.Values{"from": {day(t, 7)}, "currency": {"gbp"}, "kind": {"order", "storage"}, "price": {"3", ""}, "included": {"", ""}, "up_to": {"", ""}, "carrier": {"", ""}, "label": {"", ""}}
	if got := s.Post(access.ReadOnly, path+"/cards", form); got.Status != 403 {
		t.Errorf("added by who may only read: %d", got.Status)
	}
	if got := s.Post(access.Buyer, path+"/cards", form); got.Status != 303 && got.Status != 200 {
		t.Errorf("added: %d %.200s", got.Status, got.Body)
	}
	body := s.Get(access.Buyer, path).Body
	_, act, found := strings.Cut(body, `action="`+path+`/cards/rtc_`)
	if !found {
		t.Fatal("a version that is to come cannot be withdrawn")
	}
	act, _, _ = strings.Cut(act, `"`)
	if got := s.Post(access.ReadOnly, path+"/cards/rtc_"+act, url.Values{}); got.Status != 403 {
		t.Errorf("withdrawn by who may only read: %d", got.Status)
	}
	s.Post(access.Buyer, path+"/cards/rtc_"+act, url.Values{})
	if body := s.Get(access.Buyer, path).Body; !strings.Contains(body, ">withdrawn<") || strings.Contains(body, "/withdraw\"") {
		t.Error("a version was withdrawn and the page does not say so")
	}
	if got := s.Get(access.Sales, path); got.Status != 403 {
		t.Errorf("what a partner takes is shown to sales: %d", got.Status)
	}
	if got := s.Get(access.Buyer, "/costs/"+s.Locations["A"].String()); got.Status != 404 {
		t.Errorf("a place of our own has a page: %d", got.Status)
	}
}

// An invoice is pasted, its lines are held against what was done, and decided on.
//
// Kills: a refused form that loses its lines; a line that cannot be read and is not
// named; more than agreed that is accepted by a click; an invoice decided on by who
// may only read.
func TestInvoice(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t)
	path := "/costs/" + s.Locations["P"].String()
	desktest.Must(s.Shop, partner.AddCard, partner.CardCommand{Card: tariff.Card{Location: int64(s.Locations["P"]), From: tariff.ParseDay(day(t, -40)), Currency: "GBP", Rates: []tariff.Rate{{Kind: tariff.PerOrder, Price: 2_500_000}, {Kind: tariff.PerUnit, Price: 250_000}}}})
	s.Goods("CUP", catalog.Backorder, "P", 10)
	p := s.Place("CUP", 3)
	id := p.Fulfillments[0].ID
	desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
	desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dhl", Tracking: "T1", WeightGrams: 900}}})

	form := url.Values{"number": {"R-1"}, "total": {"x"}, "from": {day(t, -1)}, "to": {day(t, 1)}, "currency": {"GBP"}, "csv": {"order,T1,1,2.50\nunit,T1,three,0.90"}}
	if got := s.Post(access.Buyer, path+"/invoices", form); got.Status != 422 || !strings.Contains(got.Body, "line 2") || !strings.Contains(got.Body, "unit,T1,three") {
		t.Errorf("a table with a fault: %d", got.Status)
	}
	if got := s.Post(access.ReadOnly, path+"/invoices", form); got.Status != 403 {
		t.Errorf("taken in by who may only read: %d", got.Status)
	}
	tab := s.Tab(t, browser, access.Buyer, path)
	tab.View(1280, 900, webtest.Light)
	tab.Click("details:has(#invoice-form) summary")
	tab.Do(chromedp.SetValue("#invoice-form input[name=number]", "R-1"), chromedp.SetValue("#invoice-form input[name=total]", "3.40"),
		chromedp.SetValue("#invoice-from", day(t, -1)), chromedp.SetValue("#invoice-to", day(t, 1)),
		chromedp.SetValue("#invoice-form textarea[name=csv]", "order,"+id.String()+",1,2.50\nunit,T1,3,0.90"))
	tab.Click("#invoice-form [data-submit]")
	tab.WaitText("The invoice was taken in.")
	tab.WaitText("more than agreed")
	tab.WaitText("Everything of these days is asked for.")
	tab.Click("#decide-form [value=accept]")
	tab.WaitText("1 line was decided on.")
	_, act, _ := strings.Cut(s.Get(access.Buyer, path).Body, `href="`+path+`/invoices/`)
	act, _, _ = strings.Cut(act, `"`)
	act = path + "/invoices/" + act
	if got := s.Post(access.Buyer, act, url.Values{"act": {"accept"}, "line": {"2"}}); got.Status == 303 || !strings.Contains(got.Body, "say why") {
		t.Errorf("more than agreed is accepted without a word: %d", got.Status)
	}
	if got := s.Post(access.ReadOnly, act, url.Values{"act": {"accept"}, "line": {"2"}, "note": {"x"}}); got.Status != 403 {
		t.Errorf("decided on by who may only read: %d", got.Status)
	}
	tab.Visit(s.Address + act)
	tab.Click("#lines input[value='2']")
	tab.Do(chromedp.SendKeys("#decide-form input[name=note]", "not agreed"))
	tab.Click("#decide-form [value=dispute]")
	tab.WaitText("accepted in part")
	tab.WaitText("not agreed")
	tab.CheckLooks("partner-invoice", s.Address+act)
}
