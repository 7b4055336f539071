package orders_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// An order is split and merged again in a browser, each told before it is done.
//
// Kills: a preview that splits; a page that loses what was typed; a merge with
// an order that nobody has.
func TestSplitAndMergeInTheBrowser(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("TEA-1", "backorder", "A", 9)
	p := s.Place("TEA-1", 3)
	at := "/orders/" + p.Order.ID.String()
	tab := s.Tab(t, browser, access.Sales, at)
	tab.View(1440, 900, webtest.Light)
	tab.Click("a[href='" + at + "/divide']")
	tab.WaitTrue("!!document.querySelector('#split-act [name=line_1]')")
	tab.Do(chromedp.SendKeys("#split-act [name=line_1]", "2"))
	tab.WaitText("£25.90")
	tab.CheckPage("divide")
	tab.Screenshot("divide-1440-light")
	tab.Click("#split-act button[data-submit]")
	tab.WaitText("this is the new order")
	if got := s.Get(access.Sales, at); !strings.Contains(got.Body, "£12.95") {
		t.Errorf("what is left does not come to one unit")
	}
	tab.Visit(s.Address + at + "/divide")
	tab.WaitTrue("!!document.querySelector('#merge-act [name=from]')")
	tab.Do(chromedp.SendKeys("#merge-act [name=from]", "4711"))
	tab.WaitText("there is no order 4,711")
	tab.Do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#merge-act [name=from]').value = ''"))
	tab.Do(chromedp.SendKeys("#merge-act [name=from]", "1002"))
	tab.WaitText("£38.85")
	tab.Click("#merge-act button[data-submit]")
	tab.WaitText("Merged into this order")
	tab.CheckClean()
}
