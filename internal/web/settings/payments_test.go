package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/stripe"
	"orderly/internal/connect/payments/stripe/standin"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
	"orderly/internal/store/storetest"
	"orderly/internal/teller"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

// A provider is set up, tried and ended on its page, and a policy is looked at
// before it is kept.
//
// Kills: a secret on a page, a form that loses what was typed, a key that is
// wrong and said to be good, a preview that changes something.
func TestPayments(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	srv := standin.Open()
	t.Cleanup(srv.Close)
	admin.UseSeal(s.Desk, ring)
	teller.Use(s.Desk, map[string]payments.Driver{stripe.Kind: &stripe.Driver{URL: srv.URL}})
	s.Goods("MUG", "backorder", "A", 10)
	s.Place("MUG", 1)
	form := url.Values{"new": {"1"}, "kind": {"stripe"}, "code": {"stripe"}, "active": {"on"}, "secret_key": {"pk_test_1"}, "signing_secret": {standin.Signing}, "return_address": {"https://shop.example/"}}
	if got := s.Post(access.Admin, "/settings/payments/provider", form); got.Status != 422 || !strings.Contains(got.Body, "a publishable one") || strings.Contains(got.Body, "pk_test_1") {
		t.Fatalf("a publishable key: %d", got.Status)
	}
	if got := s.Post(access.Support, "/settings/payments/provider", form); got.Status != 403 {
		t.Errorf("somebody who may not: %d", got.Status)
	}

	tab := s.Tab(t, webtest.Start(t), access.Admin, "/settings/payments")
	tab.CheckLooks("payments", s.Address+"/settings/payments")
	tab.CheckLooks("payments-provider", s.Address+"/settings/payments/provider")
	tab.Do(chromedp.SetValue("#secret_key", "sk_test_wrong"))
	tab.Do(chromedp.SetValue("#signing_secret", standin.Signing))
	tab.Do(chromedp.SetValue("#return_address", "https://shop.example/thanks"))
	tab.Click("form[data-main] button[data-submit]")
	tab.WaitText("/v1/providers/stripe/events")
	tab.Click("form[action='/settings/payments/check'] button")
	tab.WaitText("does not take the secrets")
	tab.Do(chromedp.SetValue("#secret_key", standin.Key))
	tab.Click("form[data-main] button[data-submit]")
	tab.WaitText("Saved")
	tab.Click("form[action='/settings/payments/check'] button")
	tab.WaitText("test mode")
	if got := s.Get(access.Admin, "/settings/payments/provider?code=stripe"); strings.Contains(got.Body, standin.Key) || strings.Contains(got.Body, standin.Signing) {
		t.Error("a secret is on the page")
	}

	tab.Visit(s.Address + "/settings/payments")
	tab.Do(chromedp.SetValue("#hold_after_hours", "24"))
	tab.Click("button[hx-post='/settings/payments/foresee']")
	tab.WaitText("1 to 2160 hours")
	tab.Do(chromedp.SetValue("#cancel_after_hours", "12"))
	tab.Click("button[hx-post='/settings/payments/foresee']")
	tab.WaitText("now it would")
	tab.Click("#policy button[data-submit]")
	tab.WaitText("Saved")
	if got := s.Get(access.Admin, "/settings/payments"); !strings.Contains(got.Body, `value="24"`) {
		t.Error("the policy is not kept")
	}
}
