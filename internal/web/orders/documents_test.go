package orders_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/store/storetest"
	"orderly/internal/webtest"
)

func (s *site) sells() {
	s.t.Helper()
	desktest.Must(s.Shop, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test Shop Ltd", Address: "1 High Street", Series: "INV-", CreditSeries: "CN-", Pattern: invoice.DefaultPattern}})
}

var paperLink = regexp.MustCompile(`/invoices/inv_[a-z0-9]+/document\.pdf`)

// An order's page says what is to be billed, issues it, and leads to the paper.
//
// Kills: an amount that is not what is issued; a document without its paper; a
// refusal that is not told; issuing by who may only look.
func TestDocuments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := shopOf(t, db)
		at := "/orders/" + s.ids[1].String()
		page := s.Get(access.Finance, at).Body
		if !strings.Contains(page, "To be billed") || strings.Contains(s.Get(access.ReadOnly, at).Body, "issue-dialog") {
			t.Error("the page does not say what is to be billed, or offers it to who may only look")
		}
		if got := s.Post(access.Finance, at+"/invoices", url.Values{}); !strings.Contains(got.Body, "legal name") {
			t.Errorf("issuing without a seller: %d", got.Status)
		}
		s.sells()
		if got := s.Post(access.Finance, at+"/invoices/preview", url.Values{"units": {"shipped"}}); !strings.Contains(got.Body, "nothing has been shipped") {
			t.Errorf("previewed: %s", got.Body)
		}
		if got := s.Post(access.Finance, at+"/invoices/preview", url.Values{}); got.Status != 200 || !strings.Contains(got.Body, "Total") {
			t.Errorf("previewed: %d %s", got.Status, got.Body)
		}
		if got := s.Post(access.ReadOnly, at+"/invoices", url.Values{}); got.Status != http.StatusForbidden {
			t.Errorf("who may only look issues: %d", got.Status)
		}
		if got := s.Post(access.Finance, at+"/invoices", url.Values{}); got.Status != http.StatusSeeOther {
			t.Fatalf("issued: %d %.300s", got.Status, got.Body)
		}
		page = s.Get(access.Finance, at).Body
		paper := paperLink.FindString(page)
		if strings.Contains(page, "To be billed") || paper == "" {
			t.Fatalf("after issuing, the paper is %q", paper)
		}
		if got := s.Get(access.Finance, paper); got.Status != 200 || got.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(got.Body, "%PDF") {
			t.Errorf("the paper: %d %v", got.Status, got.Header)
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: s.ids[1], Parts: []order.Part{{Line: 1, Quantity: 1}}})
		if page = s.Get(access.Finance, at).Body; !strings.Contains(page, "To be credited") {
			t.Error("a cancellation is not to be credited")
		}
		s.Post(access.Finance, at+"/invoices", url.Values{})
		list := s.Get(access.Finance, "/invoices").Body
		if n := len(paperLink.FindAllString(list, -1)); n != 2 {
			t.Errorf("%d documents are listed", n)
		}
		if got := s.Get(access.Finance, "/invoices?from=2020-01-01&to=2020-01-31").Body; paperLink.MatchString(got) {
			t.Error("documents of another year are listed")
		}
		if got := s.Get(access.Finance, "/invoices/table.csv"); strings.Count(got.Body, "\n") != 3 || !strings.Contains(got.Body, ",-") {
			t.Errorf("the table is\n%s", got.Body)
		}
		for _, bad := range []string{"/invoices/inv_0pmnqh2000400/document.pdf", "/invoices/x/document.pdf"} {
			if got := s.Get(access.Finance, bad); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", bad, got.Status)
			}
		}
	})
}

// Kills: a preview that does not come; a button that issues nothing; a page
// that is not for everybody.
func TestIssueByHand(t *testing.T) {
	browser := webtest.Start(t)
	s := shopOf(t, storetest.SQLite(t))
	s.sells()
	tab := s.Tab(t, browser, access.Finance, "/orders/"+s.ids[1].String())
	tab.View(1440, 900, webtest.Light)
	tab.WaitText("To be billed")
	tab.Click("[data-opens=issue-dialog]")
	tab.WaitText("never changes")
	tab.WaitTrue("document.querySelectorAll('#issue-effect tbody tr').length === 3")
	tab.CheckPage("issue")
	tab.Screenshot("issue-1440-light")
	tab.Click("#issue-act [data-submit]")
	tab.WaitText("INV-")
	tab.WaitTrue(`fetch(document.querySelector('#documents a').href).then(r => r.headers.get('content-type')).then(t => window.kind = t) && window.kind === 'application/pdf'`)
	tab.CheckClean()
	tab.CheckLooks("invoices", s.Address+"/invoices")
}
