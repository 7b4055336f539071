package returns_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/webtest"
)

// The counter without scripts: found by number, ticked, previewed, and done
// once however often the form is sent.
//
// Kills: a second refund by a double click; a page that forgets what was ticked
// when it is refused; an order of another word.
func TestCounter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id, _ := open(t, db)
		found := s.Get(access.Support, "/returns/counter?code=%231001")
		if found.Status != 303 || !strings.HasSuffix(found.Header.Get("Location"), "?order="+id.String()) {
			t.Fatalf("by number: %d %s", found.Status, found.Header.Get("Location"))
		}
		says(t, s, access.Support, "/returns/counter?code=nothing", "No order has this")
		says(t, s, access.Support, "/returns/counter?order="+id.String(), "Item MUG, 3 of 3", "Item TEA", "Cash from the drawer")
		form := url.Values{"order": {id.String()}, "idempotency_key": {"once"}, "u_1_1": {"1"}, "d_1_1": {"restock"}, "u_1_3": {"1"}, "d_1_3": {"scrap"}, "why": {"unwanted"}, "location": {s.Locations["A"].String()}, "pay": {"cash"}, "deduct": {"0.90"}}
		if got := s.Post(access.Support, "/returns/counter", form); got.Status != 422 || !strings.Contains(got.Body, "say why") || !strings.Contains(got.Body, `name="u_1_3" value="1" checked`) {
			t.Errorf("kept without a reason: %d", got.Status)
		}
		form.Set("reason", "a chip")
		if got := s.Post(access.Support, "/returns/counter/preview", form); !strings.Contains(got.Body, "£25.00") {
			t.Errorf("the preview: %s", got.Body)
		}
		first, again := s.Post(access.Support, "/returns/counter", form), s.Post(access.Support, "/returns/counter", form)
		if first.Status != 303 || first.Header.Get("Location") != again.Header.Get("Location") {
			t.Errorf("sent twice: %d %s, %d %s", first.Status, first.Header.Get("Location"), again.Status, again.Header.Get("Location"))
		}
		says(t, s, access.Support, first.Header.Get("Location"), "Closed", "£25.00", "1 restocked", "1 scrapped")
		says(t, s, access.Support, "/orders/"+id.String(), "£25.00 given in cash")
	})
}

// Goods without a receipt, without scripts.
//
// Kills: a sum that is not told before; a form that forgets what was typed; a
// list that hides them.
func TestWithoutAReceipt(t *testing.T) {
	s, _, _ := open(t, storetest.SQLite(t))
	says(t, s, access.Support, "/returns/unreceipted", "Nothing was taken")
	form := url.Values{"sku_0": {"MUG"}, "q_0": {"2"}, "d_0": {"damaged"}, "name": {"Bea <Low>"}, "location": {s.Locations["B"].String()}}
	if got := s.Post(access.Support, "/returns/unreceipted/preview", form); !strings.Contains(got.Body, "£25.90") {
		t.Errorf("the preview: %s", got.Body)
	}
	if got := s.Post(access.Support, "/returns/unreceipted", form); got.Status != 422 || !strings.Contains(got.Body, "whose address") || !strings.Contains(got.Body, "Bea &lt;Low&gt;") {
		t.Errorf("credit of nobody: %d", got.Status)
	}
	form.Set("email", "bea@example.com")
	done(t, s, access.Support, "/returns/unreceipted", form)
	says(t, s, access.Support, "/returns/unreceipted", "U1001", "Bea &lt;Low&gt;", "£25.90", "damaged")
	done(t, s, access.Admin, "/settings/returns", url.Values{"days": {"30"}, "reasons": {"other"}, "payer": {"merchant"}, "typed_most": {"12.50"}})
	says(t, s, access.Admin, "/settings/returns", `value="12.50"`)
}

// The counter in a browser, with the live effect.
func TestCounterInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	s, id, _ := open(t, storetest.SQLite(t))
	tab := s.Tab(t, browser, access.Admin, "/returns")
	tab.View(1440, 900, webtest.Light)
	tab.Click("a[href='/returns/counter']")
	tab.CheckPage("counter-empty")
	tab.Screenshot("counter-empty-1440-light")
	tab.Click("[name=code]")
	for _, k := range "1001" {
		tab.Do(chromedp.KeyEvent(string(k)))
	}
	tab.Click("form[action='/returns/counter'] button")
	tab.WaitTrue("location.search === '?order=" + id.String() + "'")
	tab.Click("[name=u_1_1]")
	tab.WaitText("£12.95 goes back")
	tab.Click("[name=u_2_1]")
	tab.WaitText("£25.90 goes back")
	tab.CheckPage("counter-return")
	tab.Screenshot("counter-return-1440-light")
	tab.Click("#counter-act button[data-submit]")
	tab.WaitText("Taken back.")
	tab.WaitText("1 restocked")
	tab.CheckClean()
}
