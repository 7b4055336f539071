package requests_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store/storetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

// A buyer reads what a supplier still needs and sends a trial order; the supplier
// answers it in its portal, and it is ready.
//
// Kills: a partner that cannot tell a trial from an order; one that starts trials
// itself; a form that answers a wrong SKU by an error page; a list that does not lead to what is missing; a trial that passes by us.
func TestTrialDay(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t, storetest.SQLite(t))
	bought(s)
	at := s.Locations["S"].String()
	if got := s.Post(access.Partner, "/trials", url.Values{"at": {at}, "sku": {"MUG"}, "quantity": {"1"}}); got.Status != http.StatusForbidden {
		t.Errorf("the partner starts a trial: %d", got.Status)
	}
	_, of, _ := strings.Cut(s.Get(access.Buyer, "/suppliers").Body, `href="/suppliers/sup_`)
	for !strings.HasPrefix(of[strings.Index(of, ">"):], ">ACME") {
		_, of, _ = strings.Cut(of, `href="/suppliers/sup_`)
	}
	of, _, _ = strings.Cut(of, `"`)
	of = "/suppliers/sup_" + of
	for path, role := range map[string]access.Role{of + "/trials": access.Buyer, "/trials": access.Admin} {
		for form, want := range map[[2]string]string{{"NO-SUCH", "1"}: "no item has the SKU", {"MUG", "0"}: "between 1 and", {"MUG", "x"}: `aria-invalid="true"`} {
			got := s.Post(role, path, url.Values{"at": {at}, "sku": {form[0]}, "quantity": {form[1]}})
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, want) || !strings.Contains(got.Body, `value="`+form[0]+`"`) || !strings.Contains(got.Body, `value="`+form[1]+`"`) {
				t.Errorf("%s of %v: %d, and the form lacks the fault or what was typed", path, form, got.Status)
			}
		}
	}
	ours := s.Tab(t, browser, access.Buyer, of)
	ours.WaitText("Ready to work with")
	ours.WaitTrue("document.querySelector('[data-check=trial] a[href=\"#trial-form\"]') !== null && document.querySelector('[data-check=currency] a') === null")
	ours.Do(chromedp.SendKeys("#trial-sku", "MUG"))
	ours.Click("#trial-form [data-submit]")
	ours.WaitText("This is a trial")
	theirs := s.Tab(t, browser, access.Partner, "/requests")
	theirs.View(390, 844, webtest.Light)
	theirs.WaitText("A trial order waits for an answer")
	theirs.Click("a[href^='/trials/']")
	theirs.WaitText("This is a trial")
	theirs.Click("#trial-accept [data-submit]")
	theirs.WaitText("Accepted")
	page := s.Get(access.Partner, "/requests").Body
	_, id, _ := strings.Cut(page, `href="/trials/`)
	id, _, _ = strings.Cut(id, `"`)
	if got := s.Post(access.Partner, "/trials/"+id, url.Values{"act": {"send"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "say a tracking number") {
		t.Errorf("sent without a number: %d", got.Status)
	}
	theirs.CheckLooks("trial", s.Address+"/trials/"+id)
	theirs.Do(chromedp.SendKeys("#trial-send input[name=tracking]", "T-1"))
	theirs.Click("#trial-send [data-submit]")
	theirs.WaitText("Passed")
	ours.Visit(s.Address + of)
	ours.WaitTrue("document.querySelector('[data-check=trial] a') === null && document.querySelector('#trials')?.innerText.includes('Passed')")
	ours.CheckLooks("supplier-onboarding", s.Address+of)
	s.Tab(t, browser, access.Admin, "/").CheckLooks("requests-terms-onboarding", s.Address+"/requests/terms?at="+at)
	if got := s.Get(access.Admin, "/requests/terms?at="+at).Body; !strings.Contains(got, "Ready to work with") || !strings.Contains(got, "trial_first") {
		t.Error("the page of terms lacks the list or the term")
	}
}
