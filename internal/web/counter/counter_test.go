package counter_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"orderly/internal/access"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// clean fails the test when the books do not add up.
func clean(t *testing.T, db *store.DB) {
	t.Helper()
	r, err := verify.Run(context.Background(), db, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Clean() {
		t.Errorf("the books: %+v", r.Violations)
	}
}

// Kills: a sale over the counter that leaves units unshipped, stock unmoved or
// money unbooked; a second submit that sells twice; an order that is placed
// though its form had faults.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		s.Goods("TEA-1", "backorder", "A", 5, "B", 2)
		form := url.Values{"mode": {"counter"}, "location": {s.Locations["A"].String()}, "sku": {"TEA-1"}, "quantity": {"2"}, "price": {"3.50"}, "pay": {"card"}, "act": {"sell"}, "idempotency_key": {"a-sale"}}
		first := s.Post(access.Sales, "/orders/new", form)
		again := s.Post(access.Sales, "/orders/new", form)
		if first.Status != http.StatusSeeOther || again.Header.Get("Location") != first.Header.Get("Location") {
			t.Fatalf("sold %d %s, again %d %s: %.2000s", first.Status, first.Header.Get("Location"), again.Status, again.Header.Get("Location"), first.Body)
		}
		sold := s.Get(access.Sales, first.Header.Get("Location"))
		if sold.Status != http.StatusOK || !strings.Contains(sold.Body, "1001") {
			t.Errorf("what was sold: %d", sold.Status)
		}
		form = url.Values{"name": {"Ada"}, "line1": {"1 High Street"}, "city": {"Leeds"}, "postal_code": {"LS1 1AA"}, "country": {"GB"}, "channel": {"phone"},
			"sku": {"TEA-1"}, "quantity": {"1"}, "price": {"3.50"}, "act": {"place"}, "idempotency_key": {"a-call"}}
		if got := s.Post(access.Sales, "/orders/new", form); got.Status != http.StatusSeeOther {
			t.Errorf("a call: %d %.2000s", got.Status, got.Body)
		}
		form.Set("quantity", "none")
		form.Set("idempotency_key", "another")
		if got := s.Post(access.Sales, "/orders/new", form); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a quantity that is none: %d", got.Status)
		}
		clean(t, db)
	})
}

// Kills: a form that needs a mouse.
func TestPhoneOrder(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 5)
	tab := s.Tab(t, webtest.Start(t), access.Sales, "/orders/new")
	tab.View(1440, 900, webtest.Light)
	tab.WaitTrue("document.activeElement.id === 'find_text'")
	tab.CheckPage("an empty form")
	tab.Do(chromedp.Focus(chromedp.CSS("#scan")), chromedp.KeyEvent("TEA-1"+kb.Enter))
	tab.WaitTrue("document.querySelector('[name=sku]') !== null")
	tab.WaitTrue("document.activeElement.id === 'scan'")
	tab.Do(chromedp.Focus(chromedp.CSS("#name")), chromedp.KeyEvent("Ada Byron"))
	tab.CheckPage("a form with a line")
	tab.Screenshot("new-order")
	tab.View(390, 844, webtest.Dark)
	tab.CheckPage("on a phone")
	tab.Screenshot("new-order-phone")
}
