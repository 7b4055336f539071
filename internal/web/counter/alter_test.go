package counter_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// Kills: a field that changes what nobody typed; a second submit that changes
// twice; a form that is older than an edit and changes all the same; a change
// of an order that is over.
func TestChangeForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("TEA-1", "backorder", "A", 5, "B", 2)
		s.Goods("POT", "backorder", "A", 5)
		id := s.Place("TEA-1", 2, "POT", 1).Order.ID
		at := "/orders/" + id.String() + "/change"
		if got := s.Get(access.Sales, at); got.Status != http.StatusOK || !strings.Contains(got.Body, `name="quantity_now" value="2"`) {
			t.Fatalf("the form: %d %.3000s", got.Status, got.Body)
		}
		form := url.Values{
			"edit_version": {"0"}, "idempotency_key": {"a-change"}, "name": {"Ada Byron"}, "email": {"ada@example.com"},
			"line1": {"1 High Street"}, "city": {"Leeds"}, "postal_code": {"LS1 1AA"}, "country": {"GB"},
			"line": {"1", "2"}, "quantity_was": {"2", "1"}, "quantity_now": {"2", "1"}, "price_was": {"12.95", "12.95"}, "price_now": {"12.95", "12.95"},
			"discount_was": {"", ""}, "discount_now": {"", ""}, "substitute": {"", ""},
		}
		if got := s.Post(access.Sales, at, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Nothing is changed yet") {
			t.Errorf("nothing typed: %d %.2000s", got.Status, got.Body)
		}
		form["quantity_now"], form["price_now"], form["substitute"] = []string{"3", "1"}, []string{"10.00", "12.95"}, []string{"", "TEA-1"}
		form["sku"], form["quantity"], form["price"], form["discount"] = []string{"POT"}, []string{"2"}, []string{"4.00"}, []string{"1.00"}
		form["new_fee"], form["fee_cost"], form["city"] = []string{"Express"}, []string{"5.00"}, []string{"York"}
		for range 2 {
			if got := s.Post(access.Sales, at, form); got.Status != http.StatusSeeOther {
				t.Fatalf("the change: %d %.3000s", got.Status, got.Body)
			}
		}
		page := s.Get(access.Sales, "/orders/"+id.String()).Body
		for _, text := range []string{"£54.95", "York", "Express", "instead of POT", "TEA-1: 3 at £10.00", "2 × POT at £4.00 joined", "Total +£29.05"} {
			if !strings.Contains(page, text) {
				t.Errorf("the order's page does not say %q: %s", text, page)
			}
		}
		form.Set("idempotency_key", "another")
		if got := s.Post(access.Sales, at, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "This changed while you were here") {
			t.Errorf("a form of before: %d", got.Status)
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: id})
		if got := s.Get(access.Sales, at); got.Status != http.StatusOK || !strings.Contains(got.Body, "can no longer be changed") || strings.Contains(got.Body, "quantity_now") {
			t.Errorf("an order that is over: %d", got.Status)
		}
		clean(t, db)
	})
}

// An edit with price effect, by keyboard alone: what it comes to is told while
// it is typed, and is what is booked.
//
// Kills: an effect that does not follow what is typed; a scan that goes into
// another order; money that is booked without being asked for.
func TestEditWithPriceEffect(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 9)
	s.Goods("POT", "backorder", "A", 1)
	r := s.Request("TEA-1", 2)
	r.Payments = []order.Payment{{Amount: 2590}}
	id := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/"+id.String())
	tab.View(1440, 900, webtest.Light)
	tab.WaitTrue("document.querySelector('a[data-key=e]') !== null")
	tab.Do(chromedp.KeyEvent("e"))
	tab.WaitTrue("location.pathname.endsWith('/change') && document.querySelector('#effect') !== null")
	tab.WaitText("Nothing is changed yet")
	tab.CheckPage("a change that is begun")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector('[name=quantity_now]').select(), document.querySelector('[name=quantity_now]').focus()"))
	tab.Do(chromedp.KeyEvent("1"))
	tab.WaitTrue("document.querySelector('#to-refund')?.innerText === '£12.95'")
	tab.WaitTrue("document.querySelector('#total').innerText.trim() === '£12.95'")
	tab.Do(chromedp.Focus(chromedp.CSS("#scan")), chromedp.KeyEvent("2*POT"+kb.Enter))
	tab.WaitTrue("document.querySelector('[name=sku]')?.value === 'POT'")
	tab.WaitTrue("document.activeElement.id === 'scan'")
	tab.Do(chromedp.Focus(chromedp.CSS("[name=price]")), chromedp.KeyEvent("20.00"))
	tab.WaitTrue("document.querySelector('#due')?.innerText === '£27.05'")
	tab.WaitText("1 × POT from Location A")
	tab.WaitText("1 × POT wait for stock")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector('.counter-instead').open = true, document.querySelector('[name=substitute]').focus()"))
	tab.Do(chromedp.KeyEvent("POT"))
	tab.WaitTrue("document.querySelector('#instead-items option')?.value === 'POT'")
	tab.WaitText("1 × TEA-1 canceled")
	tab.Do(chromedp.KeyEvent(kb.Backspace + kb.Backspace + kb.Backspace))
	tab.WaitTrue("document.querySelector('#due')?.innerText === '£27.05'")
	tab.CheckPage("a change with its effect")
	tab.Screenshot("change-1440-light")
	tab.Do(chromedp.Focus(chromedp.CSS("[data-submit]")), chromedp.KeyEvent(kb.Enter))
	tab.WaitTrue("!location.pathname.endsWith('/change')")
	tab.WaitText("£27.05")
	tab.CheckClean()
	clean(t, s.DB)
}
