package counter_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"orderly/internal/catalog"
)

const kept = "JSON.stringify(Object.entries(localStorage).filter(([k]) => k.startsWith('orderly.draft.')))"

// Kills: an order that is gone with its tab; one that is offered after it was
// placed, thrown away or its user signed out; anything of paying that is kept;
// somebody else's draft.
func TestDraftIsKept(t *testing.T) {
	s, _ := shop(t)
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/new?mode=counter")
	tab.View(1440, 900, webtest.Light)
	tab.WaitTrue("document.activeElement.id === 'scan'")
	tab.WaitTrue("document.getElementById('draft-offer').hidden")
	press(tab, "3*MUG-B"+kb.Enter)
	tab.WaitTrue("document.querySelectorAll('[name=sku]').length === 1")
	tab.Do(chromedp.Focus(chromedp.CSS("#given")))
	press(tab, "54321")
	tab.WaitTrue(kept + ".includes('MUG-B')")
	tab.WaitTrue("!/54321|\"pay\"|given|idempotency|cash/.test(" + kept + ")")

	// Another tab of the form, another page between: it is offered where it was.
	leave := func(path string) {
		tab.Do(chromedp.Evaluate[chromedp.Void]("dispatchEvent(new Event('x')), document.querySelector('#order-form')?.dispatchEvent(new Event('submit', {bubbles: true, cancelable: true}))"))
		tab.Visit(s.Address + path)
	}
	leave("/orders/new")
	tab.WaitTrue("!document.getElementById('draft-offer').hidden && /begun at \\d+:\\d\\d/.test(document.getElementById('draft-offer').textContent)")
	tab.CheckPage("begun")
	tab.Screenshot("counter-begun")
	tab.View(390, 844, webtest.Dark)
	tab.CheckPage("begun-phone")
	tab.Screenshot("counter-begun-phone")
	tab.View(1440, 900, webtest.Light)
	tab.Click("#draft-offer [data-go-on]")
	tab.WaitTrue("location.search === '?mode=counter' && document.querySelector('[name=quantity]')?.value === '3' && document.getElementById('draft-offer').hidden")
	tab.WaitTrue("document.getElementById('total').textContent.includes('£29.70') && document.getElementById('given').value === ''")

	// What was taken up again is a form like any other: it is checked, and placed.
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector('[name=quantity]').select()"))
	press(tab, "4")
	tab.WaitTrue("document.getElementById('total').textContent.includes('£39.60')")
	tab.Click("button[value=sell]")
	tab.WaitText("Next order")
	tab.WaitTrue(kept + " === '[]'")
	if _, lines, _ := newest(t, s); lines != "4 MUG-B" {
		t.Errorf("sold %q", lines)
	}

	// Thrown away it does not come back.
	tab.Visit(s.Address + "/orders/new")
	tab.WaitTrue("document.getElementById('draft-offer').hidden")
	tab.Do(chromedp.Focus(chromedp.CSS("[name=note]")))
	press(tab, "ring twice")
	tab.WaitTrue(kept + ".includes('ring twice')")
	leave("/orders/new")
	tab.WaitTrue("!document.getElementById('draft-offer').hidden")
	tab.Click("#draft-offer [data-throw-away]")
	tab.WaitTrue(kept + " === '[]' && document.getElementById('draft-offer').hidden")

	// Nobody else is offered it, and signing out takes it along.
	tab.Do(chromedp.Evaluate[chromedp.Void]("localStorage.setItem('orderly.draft.usr_other', JSON.stringify({since: Date.now(), at: Date.now(), fields: [['sku', 'TEA-1'], ['quantity', '1']]}))"))
	tab.Visit(s.Address + "/orders/new")
	tab.WaitTrue("document.getElementById('draft-offer').dataset.asked === '1' && document.getElementById('draft-offer').hidden")
	tab.Click("[data-pops=account]")
	tab.Click("form[action='/signout'] button")
	tab.WaitTrue("location.pathname === '/signin'")
	tab.WaitTrue(kept + " === '[]'")
}

// Kills: a sale without a paper; one that wants a mouse to print it; a receipt
// that shows another location's or nobody's order.
func TestReceiptPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "MUG-B", Name: "Blue mug", Price: 9_900_000, Kind: catalog.Goods, WhenShort: catalog.Backorder}})
		s.Receive("MUG-B", "A", 10)
		form := url.Values{"mode": {"counter"}, "sku": {"MUG-B"}, "quantity": {"2"}, "price": {"9.90"}, "discount": {""}, "act": {"sell"}, "pay": {"cash"}, "location": {s.Locations["A"].String()}}
		sold := s.Post(access.Sales, "/orders/new", form)
		to, err := url.Parse(sold.Header.Get("Location"))
		if err != nil || sold.Status != http.StatusSeeOther {
			t.Fatalf("selling: %d %.300s", sold.Status, sold.Body)
		}
		page := s.Get(access.Sales, to.String()).Body
		paper := "/orders/" + to.Query().Get("placed") + "/receipt.pdf"
		if !strings.Contains(page, `href="`+paper+`?print=1"`) || !strings.Contains(page, `data-key="p"`) {
			t.Errorf("the page of what was sold has no way to the receipt")
		}
		plain, prints := s.Get(access.Sales, paper), s.Get(access.Sales, paper+"?print=1")
		if plain.Status != 200 || plain.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(plain.Body, "%PDF") || strings.Contains(plain.Body, "/S /JavaScript") {
			t.Errorf("the receipt: %d %s", plain.Status, plain.Header)
		}
		if !strings.HasPrefix(prints.Body, "%PDF") || !strings.Contains(prints.Body, "/S /JavaScript") {
			t.Error("the receipt to print does not ask for a printer")
		}
		if got := s.Get(access.Sales, "/orders/"+order.ID(1).String()+"/receipt.pdf"); got.Status != http.StatusNotFound {
			t.Errorf("the receipt of nothing: %d", got.Status)
		}
		// Support keys orders in, and sells nothing: no tab, no act.
		if got := s.Get(access.Support, "/orders/new?mode=counter").Body; strings.Contains(got, `value="sell"`) || strings.Contains(got, "mode=counter") {
			t.Error("who may not sell is shown the counter")
		}
		_, _, before := newest(t, s)
		form.Set("idempotency_key", "another")
		if got := s.Post(access.Support, "/orders/new", form); got.Status >= 500 {
			t.Errorf("support's sale: %d", got.Status)
		}
		if row, _, n := newest(t, s); n > before && row.Order.Statuses.Fulfillment == "delivered" {
			t.Error("support has sold over the counter")
		}
		if got := s.Get("", paper); got.Status != http.StatusSeeOther {
			t.Errorf("a stranger gets %d", got.Status)
		}
	})
}
