package preorders_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// An item is offered on the page of its stock, the form for orders and the order
// say what is pre-ordered and for when, the list leads to the offer, where
// another day is looked at before it is promised, the cap raised and the offer
// ended.
//
// Kills: a look that moves; an order page that tells nothing; an offer that goes
// on; a list that keeps what is over; a visitor who changes what they may not.
func TestPreordersDay(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	item := s.Goods("NEW", catalog.Refuse, "A", 1)
	zone, _ := time.LoadLocation("Europe/London")
	day := func(n int) string { return time.UnixMicro(s.DB.Now()).In(zone).AddDate(0, 0, n).Format(time.DateOnly) }
	tab := s.Tab(t, browser, access.Admin, "/preorders")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("No pre-orders")
	tab.CheckLooks("preorders-none", s.Address+"/preorders")

	if got := s.Post(access.Buyer, "/stock/"+item.String()+"/preorder", url.Values{"cap": {"5"}, "day": {"2001-01-01"}}); got.Status != 422 {
		t.Errorf("offered for a day that is over: %d", got.Status)
	}
	if got := s.Post(access.Support, "/stock/"+item.String()+"/preorder", url.Values{"cap": {"5"}, "day": {day(20)}}); got.Status != 403 {
		t.Errorf("offered by who may not: %d", got.Status)
	}
	tab.Visit(s.Address + "/stock/" + item.String())
	tab.Do(chromedp.SetValue("#offer-cap", "5"))
	tab.Do(chromedp.SetValue("#offer-form input[name=day]", day(20)))
	tab.Click("#offer-form [data-submit]")
	tab.WaitText("may be pre-ordered now")
	tab.WaitTrue("document.querySelector('#offers tbody tr').innerText.includes('0 / 5')")
	tab.CheckPage("stock-offers")
	tab.Screenshot("stock-offers")

	o := s.Place("NEW", 4).Order
	if _, err := desktest.Try(s.Shop, intake.Place, intake.PlaceCommand{Request: s.Request("NEW", 3)}); err == nil {
		t.Error("sold beyond the cap")
	}
	form := s.Post(access.Sales, "/orders/new/draft", url.Values{"mode": {"phone"}, "sku": {"NEW"}, "quantity": {"2"}, "price": {"1"}, "discount": {""}})
	if !strings.Contains(form.Body, "2 left") || !strings.Contains(form.Body, "pre-ordered for") {
		t.Errorf("the form tells nothing of it: %d %.300s", form.Status, form.Body)
	}
	tab.Visit(s.Address + "/orders/" + o.ID.String())
	tab.WaitTrue("document.querySelector('[data-preorder]').innerText.includes('3 pre-ordered for')")
	tab.CheckPage("order-preordered")
	tab.Screenshot("order-preordered")

	tab.Visit(s.Address + "/preorders")
	tab.WaitTrue("document.querySelectorAll('#offers tbody tr').length === 1")
	tab.CheckPage("preorders")
	tab.Screenshot("preorders")
	tab.Click("#offers tbody a")
	tab.WaitText("Who waits")
	tab.Do(chromedp.SetValue("#day-form input[name=day]", day(40)))
	tab.WaitTrue("document.querySelector('#day-form input[name=day]').dispatchEvent(new Event('change', {bubbles: true}))")
	tab.WaitText("Orders that wait: 1, for 3")
	tab.WaitTrue("document.querySelectorAll('#followed tbody tr').length === 1")
	tab.CheckPage("preorder")
	tab.Screenshot("preorder")
	if body := s.Get(access.Admin, "/preorders").Body; strings.Contains(body, "moved: 1") {
		t.Error("the look moved the day")
	}
	_, path, _ := strings.Cut(s.Get(access.Admin, "/preorders").Body, `href="/preorders/pre_`)
	path, _, _ = strings.Cut(path, `"`)
	if got := s.Post(access.Admin, "/preorders/pre_"+path+"/day", url.Values{"day": {day(40)}}); got.Status != 422 || !strings.Contains(got.Body, "say why the day is another") {
		t.Errorf("another day for no reason: %d", got.Status)
	}
	tab.Do(chromedp.SetValue("#day-form select[name=reason]", "supplier"))
	tab.Click("#day-form [data-submit]")
	tab.WaitText("the last time because the supplier is late")
	tab.Do(chromedp.SetValue("#terms-form input[name=cap]", "8"))
	tab.Click("#terms-form [data-submit]")
	tab.WaitTrue("document.querySelector('#figures').innerText.includes('3 / 8')")
	tab.Click("[data-opens=end-dialog]")
	tab.Click("#end-dialog [data-submit]")
	tab.WaitTrue("document.querySelector('#terms-form') === null")
	tab.CheckPage("preorder-ended")
	if body := s.Get(access.Admin, "/preorders?state=done").Body; strings.Contains(body, "NEW") {
		t.Error("it is waited for and listed as over")
	}
	desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: o.ID})
	if body := s.Get(access.ReadOnly, "/preorders?state=done").Body; !strings.Contains(body, "NEW") {
		t.Error("nobody waits, and it is not listed as over")
	}
	if got := s.Get(access.Admin, "/preorders?at=x"); got.Status != 422 && got.Status != 400 {
		t.Errorf("a cursor that is none: %d", got.Status)
	}
}
