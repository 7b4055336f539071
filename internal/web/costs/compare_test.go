package costs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/tariff"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// traded is a site whose 3PL has sent 22 orders of two and given up two more, and
// whose own warehouse has sent 20 of one.
func traded(t *testing.T) *pagetest.Site {
	t.Helper()
	s := site(t)
	desktest.Must(s.Shop, partner.AddCard, partner.CardCommand{Card: tariff.Card{Location: int64(s.Locations["P"]), From: tariff.ParseDay(day(t, -60)), Currency: "GBP", Rates: []tariff.Rate{{Kind: tariff.PerOrder, Price: 2_500_000}, {Kind: tariff.PerUnit, Price: 250_000}}}})
	s.Goods("CUP", catalog.Backorder, "P", 100)
	s.Goods("PEN", catalog.Backorder, "A", 100)
	for i := range 24 {
		id := s.Place("CUP", 2).Fulfillments[0].ID
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
		if i < 2 {
			desktest.Must(s.Shop, partner.Reject, partner.RejectCommand{Fulfillment: id, Reason: "capacity"})
			continue
		}
		desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dhl", Tracking: fmt.Sprintf("T%d", i), WeightGrams: 900}}})
	}
	for range 20 {
		s.Ship(s.Place("PEN", 1))
	}
	return s
}

// A 3PL is held against our own warehouse, by its own card, and against itself before
// a change.
//
// Kills: a form that forgets what was chosen; a verdict of the wrong side; work
// without a price that is not said; a place without a card whose costs are nothing; a
// page for who may not see purchases, or a place that they do not see.
func TestCompare(t *testing.T) {
	browser := webtest.Start(t)
	s := traded(t)
	p, a := s.Locations["P"].String(), s.Locations["A"].String()
	days := func(name string) string { return "&" + name + "_from=" + day(t, -1) + "&" + name + "_to=" + day(t, 1) }
	cell := func(figure string, n int) string {
		return fmt.Sprintf("document.querySelector('tr[data-figure=%s] td:nth-child(%d)')?.innerText.trim()", figure, n)
	}

	tab := s.Tab(t, browser, access.Buyer, "/costs")
	tab.View(1280, 900, webtest.Light)
	tab.Click("a[href='/costs/compare']")
	tab.WaitText("from what is booked")
	tab.Do(chromedp.SetValue("#sides-form [name=first]", p), chromedp.SetValue("#sides-form [name=second]", a),
		chromedp.SetValue("#sides-form [name=first_from]", day(t, -1)), chromedp.SetValue("#sides-form [name=first_to]", day(t, 1)),
		chromedp.SetValue("#sides-form [name=second_from]", day(t, -1)), chromedp.SetValue("#sides-form [name=second_to]", day(t, 1)))
	tab.Click("#sides-form [data-submit]")
	tab.WaitText("no rate card of Location A is known")
	tab.WaitTrue(cell("cost_per_order", 4) + " === 'not known'")
	tab.WaitTrue("document.querySelector('#sides-form [name=second]').value === '" + a + "'")
	tab.WaitTrue("document.querySelector('#sides-form [name=first_from]').value === '" + day(t, -1) + "'")
	tab.WaitTrue("(document.querySelector('#sides-form [name=second_card]').selectedIndex = 1) === 1")
	tab.Click("#sides-form [data-submit]")
	tab.WaitTrue(cell("cost_per_order", 3) + " === '£3.00 of 22'")
	tab.WaitTrue(cell("cost_per_order", 4) + " === '£2.75 of 20'")
	tab.WaitTrue(cell("cost_per_order", 5) + " === '−£0.25'")
	tab.WaitTrue(cell("cost_per_order", 2) + " === 'better'")
	tab.WaitTrue(cell("cost_per_unit", 2) + " === 'worse'")
	tab.WaitTrue(cell("total", 3) + " === '£66.00'")
	tab.WaitTrue(cell("in_full", 3) + " === '91.7% of 24'")
	tab.WaitTrue(cell("in_full", 5) + " === '+8.3 points'")
	tab.WaitTrue(cell("in_full", 2) + " === 'may be chance'")
	tab.WaitTrue(cell("rejected", 3) + " === '8.3% of 24'")
	tab.WaitText("no rate for material, freight")

	tab.Visit(s.Address + "/costs/" + p)
	tab.Click(".head-acts a")
	tab.WaitTrue("document.querySelector('#change-form [name=place]')?.value === '" + p + "'")
	tab.Do(chromedp.SetValue("#change-form [name=change]", day(t, 0)))
	tab.Click("#change-form [data-submit]")
	tab.WaitTrue(cell("asked", 3) + " === '0'")
	tab.WaitTrue(cell("asked", 4) + " === '24'")
	tab.WaitTrue("document.querySelector('#sides-form [name=first_to]').value === '" + day(t, -1) + "'")

	card := strings.SplitN(strings.SplitN(s.Get(access.Buyer, "/costs/compare").Body, `value="rtc_`, 2)[1], `"`, 2)[0]
	looks := s.Tab(t, browser, access.Buyer, "/costs")
	looks.CheckLooks("compare-providers", s.Address+"/costs/compare?first="+p+"&second="+a+days("first")+days("second")+"&second_card=rtc_"+card)
	looks.CheckLooks("compare-providers-form", s.Address+"/costs/compare")

	if body := s.Get(access.Buyer, "/costs/compare?place="+p+"&change="+day(t, 3)).Body; !strings.Contains(body, "a change that has come") {
		t.Error("a change that is to come is compared")
	}
	for query, want := range map[string]int{"?first=loc_x&second=" + a: 404, "?place=&change=2026-01-01": 404, "?first=" + p + "&second=" + a + "&second_card=rtc_0pmnqh2000400": 404, "?first=" + p + "&first_from=x": 200} {
		if got := s.Get(access.Buyer, "/costs/compare"+query); got.Status != want {
			t.Errorf("%s is answered %d, want %d", query, got.Status, want)
		}
	}
	if got := s.Get(access.Sales, "/costs/compare"); got.Status != 403 {
		t.Errorf("providers are compared for sales: %d", got.Status)
	}
}
