package settings_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// A policy is set, an order above it is placed, two people approve it, one of
// them from the queue; who placed one does not approve it, and one that is
// refused is canceled.
//
// Kills: a sum or a limit that the form does not keep; a button for who may not;
// a queue that shows what the viewer may not approve; a refusal without a reason.
func TestApprovalsOnPages(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 900)
	tab := s.Tab(t, browser, access.Admin, "/settings/approvals")
	tab.View(1280, 1000, webtest.Light)
	tab.WaitText("Which orders wait until others have agreed")
	fill(tab, "#one_0", "100")
	fill(tab, "#two_0", "500")
	fill(tab, "#limit_finance_0", "900")
	tab.CheckPage("approvals")
	tab.Screenshot("approvals")
	tab.Click("main [data-submit]")
	tab.WaitTrue("document.getElementById('one_0').value === '100.00' && document.getElementById('limit_finance_0').value === '900.00'")
	if got := s.Post(access.Admin, "/settings/approvals", url.Values{"currency_0": {"GBP"}, "one_0": {"5"}, "two_0": {"4"}, "edit_version": {"1"}}); got.Status != 422 || !strings.Contains(got.Body, "a second person is asked above") {
		t.Errorf("a policy with faults: %d", got.Status)
	}

	o := s.Place("MUG", 40).Order // 518.00, by a program
	at := "/orders/" + o.ID.String()
	if got := s.Post(access.Support, at+"/approve", url.Values{"amount": {strconv.FormatInt(o.Totals.Payable(), 10)}}); !strings.Contains(got.Body, "nothing says that you approve orders") {
		t.Errorf("somebody without a limit: %d", got.Status)
	}
	if got := s.Get(access.Support, "/today/approvals"); strings.Contains(got.Body, at) {
		t.Error("the queue shows what the viewer may not approve")
	}
	tab.Visit(s.Address + at)
	tab.WaitText("Approvals: 0 of 2")
	tab.CheckPage("order-asked")
	tab.Screenshot("order-asked")
	tab.Click("form[action$='/approve'] button")
	tab.WaitText("Approvals: 1 of 2")
	tab.WaitTrue("!!document.querySelector('[data-may-not]') && !document.querySelector('form[action$=\"/approve\"]')")
	second := s.Tab(t, browser, access.Finance, "/today/approvals")
	second.View(1280, 900, webtest.Light)
	second.WaitTrue("!!document.querySelector('a[href^=\"" + at + "\"]')")
	second.CheckPage("queue-approvals")
	second.Screenshot("queue-approvals")
	second.Visit(s.Address + at)
	second.Click("form[action$='/approve'] button")
	second.WaitText("The order is approved.")

	many := s.Place("MUG", 20).Order
	stale := url.Values{"row": {many.ID.String() + " 1"}}
	if got := s.Post(access.Finance, "/today/approvals/fix", stale); !strings.Contains(got.Body, "could not be done") || s.Get(access.Admin, "/orders/"+many.ID.String()).Status != 200 {
		t.Errorf("approved what was not seen: %d %.2000s", got.Status, got.Body)
	}
	second.Visit(s.Address + "/today/approvals/fix")
	second.WaitText("£259.00 is approved: step 1 of 1")
	second.CheckPage("approvals-fix")
	second.Screenshot("approvals-fix")
	second.Click("main form [data-submit]")
	second.WaitText("1 done.")

	no := s.Place("MUG", 10).Order
	second.Visit(s.Address + "/orders/" + no.ID.String())
	second.Click("[data-opens=refuse-dialog]")
	fill(second, "#refuse-reason", "Too dear for this customer")
	second.Click("#refuse-dialog input[name=cancel]")
	second.Click("#refuse-dialog [data-submit]")
	second.WaitText("The order is refused.")
	if got := s.Get(access.Admin, "/orders/"+no.ID.String()).Body; !strings.Contains(got, "Canceled") {
		t.Error("the refused order stands")
	}
}
