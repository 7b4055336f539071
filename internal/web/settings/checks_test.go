package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// A check is switched on, an order is held by it, its page says what was found
// and what to do, and a change of the address settles it.
//
// Kills: a rule that the form does not keep; a finding without words; a hold
// that stays when its reason is gone.
func TestCheckOnPage(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 10)
	tab := s.Tab(t, browser, access.Admin, "/settings/checks")
	tab.View(1280, 900, webtest.Light)
	tab.WaitText("What is looked at when an order comes")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.getElementById('address').click()"))
	fill(tab, "#value", "500")
	tab.CheckPage("checks")
	tab.Screenshot("checks")
	tab.Click("main [data-submit]")
	tab.WaitTrue("document.getElementById('address').checked && document.getElementById('value').value === '500.00'")

	r := s.Request("MUG", 1)
	r.Parties.ShipTo = party.Address{Line1: "High Street", City: "Berlin", PostalCode: "10115", Country: "DE"}
	o := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
	tab.Visit(s.Address + "/orders/" + o.ID.String())
	tab.WaitText("The address has no house number.")
	tab.WaitText("Then look again")
	tab.CheckPage("order-checked")
	tab.Screenshot("order-checked")
	if got := s.Post(access.Admin, "/orders/"+o.ID.String()+"/look-again", url.Values{}); !strings.Contains(got.Body, "reason is gone") {
		t.Errorf("looked again before anything was settled: %d", got.Status)
	}
	to := r.Parties.ShipTo
	to.Line1 = "1 High Street"
	desktest.Must(s.Shop, intake.Change, intake.ChangeCommand{Order: o.ID, Change: order.Change{ShipTo: &to}})
	tab.Visit(s.Address + "/orders/" + o.ID.String())
	tab.Click("form[action$='/look-again'] button")
	tab.WaitText("the hold is lifted")
	if got := s.Get(access.Admin, "/orders/"+o.ID.String()).Body; strings.Contains(got, "house number.") {
		t.Error("the hold stands")
	}
}
