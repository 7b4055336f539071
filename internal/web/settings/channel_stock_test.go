package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"orderly/internal/store/storetest"
)

// A channel is told on its page what it leaves to others and from where it
// sells; the page of an item tells what that leaves it, and so does the form
// for a new order.
//
// Kills: a buffer that the form does not keep; a figure of the item that does
// not know it; a box that is ticked and not kept; a refusal without its field.
func TestChannelStockOnPage(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	item := s.Goods("MUG", "backorder", "A", 10, "B", 5)
	s.Place("MUG", 1) // the channel web is there
	tab := s.Tab(t, browser, access.Admin, "/settings/channels/edit?code=web")
	tab.View(1280, 900, webtest.Light)
	tab.Click("a[href^='/settings/channels/stock']")
	tab.WaitText("Sells from")
	fill(tab, "#buffer-all", "2")
	tab.CheckPage("channel-stock")
	tab.Screenshot("channel-stock")
	tab.Click("form:has(#buffer-all) button")
	tab.WaitTrue("document.querySelector('#buffer-all').defaultValue === '2'")
	fill(tab, "#sku", "MUG")
	tab.Click("form:has(#sku) button:not([type=button])")
	tab.WaitTrue("document.querySelector('#buffers') === null") // no number: nothing was set
	fill(tab, "#sku", "MUG")
	fill(tab, "form:has(#sku) input[name=units]", "4")
	tab.Click("form:has(#sku) button:not([type=button])")
	tab.WaitTrue("document.querySelector('#buffers')?.innerText.includes('MUG')")
	tab.Screenshot("channel-buffers")

	tab.Visit(s.Address + "/stock/" + item.String())
	tab.WaitTrue("document.querySelector('[data-share=web]').innerText === '6'") // 9-4 and 5-4
	tab.CheckPage("stock-shares")
	tab.Screenshot("stock-shares")
	fill(tab, "[name=buffer_0]", "1")
	tab.Click("#shares [data-submit]")
	tab.WaitTrue("document.querySelector('[data-share=web]').innerText === '12'")

	tab.Visit(s.Address + "/settings/channels/stock?code=web")
	tab.Click("input[name=place]")
	tab.Click("form:has(input[name=place]) button")
	tab.WaitTrue("document.querySelector('input[name=place]').defaultChecked")
	if got := s.Get(access.Admin, "/stock/"+item.String()).Body; !strings.Contains(got, `data-share="web">8<`) {
		t.Error("the item's page does not know from where the channel sells")
	}
	for form, field := range map[string]url.Values{
		"no goods have the SKU": {"which": {"add"}, "code": {"web"}, "sku": {"NO"}, "units": {"1"}},
		"write a whole number":  {"which": {"all"}, "code": {"web"}, "units": {"many"}},
	} {
		if got := s.Post(access.Admin, "/settings/channels/buffers", field); got.Status != 422 || !strings.Contains(strings.ToLower(got.Body), strings.ToLower(form)) {
			t.Errorf("%s: %d", form, got.Status)
		}
	}
	form := url.Values{"mode": {"phone"}, "channel": {"web"}, "sku": {"MUG"}, "quantity": {"1"}}
	if got := s.Post(access.Admin, "/orders/new/check", form); !strings.Contains(got.Body, "8 Location A") {
		t.Errorf("the new order is not told what its channel may sell: %d", got.Status)
	}
}
