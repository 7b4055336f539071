package counter_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// Who takes an order by phone says when it will be there, by which method: what
// is offered follows the address and the day that is wanted, and what was chosen
// is promised.
//
// Kills: an option that does not go there; a choice that a check while typing
// forgets; a chosen method that the order has not.
func TestDeliveryOptions(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 5)
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/new")
	tab.WaitTrue("document.querySelector('#delivery').hidden")
	for code, zone := range map[string]delivery.Zone{
		"dhl": {Bands: []delivery.Band{{UpTo: 30_000, Cost: 499}}, MinDays: 1, MaxDays: 2}, "van": {Countries: []string{"IE"}, MaxDays: 1},
	} {
		desktest.Must(s.Shop, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{Code: code, Name: strings.ToUpper(code), Kind: delivery.Parcel, Active: true, Zones: []delivery.Zone{zone}}})
	}
	form := url.Values{"name": {"Ada"}, "line1": {"1 High Street"}, "city": {"Leeds"}, "postal_code": {"LS1 1AA"}, "country": {"GB"}, "channel": {"phone"},
		"sku": {"TEA-1"}, "quantity": {"1"}, "price": {"3.50"}, "act": {"place"}, "idempotency_key": {"k1"}, "method": {"van"}}
	if got := s.Post(access.Sales, "/orders/new", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "does not deliver this") || !strings.Contains(got.Body, `value="van" checked`) {
		t.Errorf("a method that does not go there: %d", got.Status)
	}
	tab.Visit(s.Address + "/orders/new?repeat=" + s.Place("TEA-1", 1).Order.ID.String())
	tab.WaitTrue("!document.querySelector('#delivery').hidden && !document.getElementById('method-van')")
	tab.WaitText("there between")
	tab.WaitText("£4.99")
	tab.Click("#method-dhl")
	tab.Do(chromedp.SetValue("#name", "Ada B."), chromedp.SendKeys("#name", "yron"))
	tab.WaitTrue("document.getElementById('method-dhl').checked")
	tab.CheckPage("delivery options")
	tab.Screenshot("new-order-delivery")
	tab.Click("[data-submit]")
	tab.WaitText("1002")
	tab.Click("a[data-key=o]")
	tab.WaitText("when it was placed") // its promise
}
