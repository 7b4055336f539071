package settings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// Rates are typed, refused with what was typed still there, kept, and hold for
// the next order.
//
// Kills: a row that is lost when another is wrong; a channel whose mode slips
// to its neighbor; a decimal comma that is refused.
func TestTaxes(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 9)
	s.Place("TEA-1", 1)
	if got := s.Get(access.Finance, "/settings/taxes"); got.Status != http.StatusForbidden {
		t.Errorf("for who may not change the shop: %d", got.Status)
	}
	row := func(form url.Values, cells ...string) {
		for i, name := range []string{"country", "region", "postal", "class", "rate", "name"} {
			form.Add(name, cells[i])
		}
	}
	form := url.Values{"channel": {"web"}, "mode": {"contained"}}
	row(form, "GB", "", "", "", "20", "VAT")
	row(form, "Britain", "", "", "books", "lots", "")
	row(form, "", "", "", "", "", "")
	got := s.Post(access.Admin, "/settings/taxes", form)
	if got.Status < 400 || !strings.Contains(got.Body, "is not a rate") || !strings.Contains(got.Body, `value="lots"`) || !strings.Contains(got.Body, `value="20"`) {
		t.Errorf("a row that is wrong: %d %.2000s", got.Status, got.Body)
	}
	form = url.Values{"channel": {"web"}, "mode": {"contained"}}
	row(form, "GB", "", "", "", "20", "VAT")
	row(form, "gb", "", "", "books", "7,5 %", "Books")
	if got := s.Post(access.Admin, "/settings/taxes", form); got.Status != http.StatusSeeOther {
		t.Fatalf("saved: %d %.300s", got.Status, got.Body)
	}
	if got := s.Post(access.Admin, "/settings/taxes/exchange", url.Values{"currency": {"usd"}, "date": {"2026-02-30"}, "worth": {"0.79"}}); !strings.Contains(got.Body, "a date is a day") {
		t.Errorf("the thirtieth of February: %d", got.Status)
	}
	if got := s.Post(access.Admin, "/settings/taxes/exchange", url.Values{"currency": {"usd"}, "date": {"2026-01-01"}, "worth": {"0,79"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("a rate of exchange: %d %.300s", got.Status, got.Body)
	}
	p := s.Place("TEA-1", 1)
	tab := s.Tab(t, browser, access.Admin, "/settings/taxes")
	for name, size := range map[string][2]int64{"desktop": {1440, 900}, "phone": {390, 844}} {
		tab.View(size[0], size[1], webtest.Light)
		tab.CheckPage("taxes-" + name)
		tab.Screenshot("taxes-" + name)
	}
	page := s.Get(access.Admin, "/settings/taxes").Body
	for _, want := range []string{`value="7.5"`, `value="contained" selected`, "2026-01-01", "0.79"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if page := s.Get(access.Support, "/orders/"+p.Order.ID.String()).Body; !strings.Contains(page, "of which tax") || !strings.Contains(page, "2.16") {
		t.Errorf("the order does not tell the tax within its price")
	}
}
