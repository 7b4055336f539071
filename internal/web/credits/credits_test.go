package credits_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/pay"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

var codeOf = regexp.MustCompile(`data-copy="([0-9A-Z-]{19})"`)

var grouped = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`)

// Kills: a code that is shown again; a card that cannot be found by it; a grant
// beyond the limit by who has no say; store credit of nobody.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		form := url.Values{"kind": {"gift_card"}, "amount": {"10.00"}, "currency": {"GBP"}, "reason": {"a <b>present</b>"}, "expires": {"2999-01-31"}, "idempotency_key": {"once"}}
		if got := s.Post(access.Support, "/credits/new", form); got.Status != http.StatusUnprocessableEntity && got.Status != http.StatusForbidden {
			t.Fatalf("support has no limit and gets %d: %.300s", got.Status, got.Body)
		}
		form.Set("idempotency_key", "twice")
		made := s.Post(access.Admin, "/credits/new", form)
		code := codeOf.FindStringSubmatch(made.Body)
		if made.Status != http.StatusOK || code == nil {
			t.Fatalf("made: %d %.2000s", made.Status, made.Body)
		}
		again := s.Post(access.Admin, "/credits/new", form)
		if at := again.Header.Get("Location"); again.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/credits/crd_") {
			t.Fatalf("sent twice: %d %s", again.Status, at)
		} else if page := s.Get(access.Support, at); codeOf.MatchString(page.Body) || !strings.Contains(page.Body, "a &lt;b&gt;present") {
			t.Error("the card's page shows its code, or markup of the reason")
		}
		if got := s.Post(access.Support, "/credits/find", url.Values{"code": {strings.ToLower(code[1])}}); got.Status != http.StatusSeeOther {
			t.Errorf("looked for by code: %d", got.Status)
		}
		if got := s.Post(access.Support, "/credits/find", url.Values{"code": {"nothing"}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a code of nobody's: %d", got.Status)
		}
		at := again.Header.Get("Location")
		if got := s.Post(access.Support, at+"/block", url.Values{}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("blocked for no reason: %d", got.Status)
		}
		if got := s.Post(access.Support, at+"/block", url.Values{"reason": {"lost"}}); got.Status != http.StatusSeeOther {
			t.Errorf("blocked: %d", got.Status)
		}
		if got := s.Get(access.Support, "/credits"); !strings.Contains(got.Body, "Blocked") {
			t.Error("the list does not show that it is blocked")
		}
		who := s.Post(access.Admin, "/customers/new", url.Values{"name": {"Ada"}, "country": {"GB"}}).Header.Get("Location")
		form = url.Values{"kind": {"store_credit"}, "customer": {strings.TrimPrefix(who, "/customers/")}, "amount": {"5.00"}, "currency": {"GBP"}, "reason": {"late"}}
		if got := s.Post(access.Admin, "/credits/new", form); got.Status != http.StatusSeeOther {
			t.Errorf("granted: %d %.500s", got.Status, got.Body)
		}
		if got := s.Get(access.Admin, who); !strings.Contains(got.Body, "5.00") {
			t.Error("the customer's page does not show the credit")
		}
		form.Set("customer", "cus_0pmnqh2000400")
		if got := s.Post(access.Admin, "/credits/new", form); got.Status != http.StatusNotFound {
			t.Errorf("credit of nobody: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/credits/limit", url.Values{"most": {"20.00"}}); got.Status != http.StatusSeeOther {
			t.Errorf("limit: %d", got.Status)
		}
	})
}

// A card is issued on its page, pays a part of an order, cash the rest, and
// gets its part back.
//
// Kills: a code that the page of an order does not take; a refund that goes to
// the drawer instead of the card; pages that do not fit or talk to others.
func TestCardAndCash(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", "backorder", "A", 5)
	id := s.Place("MUG", 2).Order.ID
	tab := s.Tab(t, webtest.Start(t), access.Admin, "/credits/new")
	write := func(field, text string) {
		tab.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("(f => { f.value = %q; for (const e of ['input', 'change']) f.dispatchEvent(new Event(e, {bubbles: true})) })(document.querySelector(%q))", text, field)))
	}
	write("input[name=amount]", "10.00")
	write("input[name=reason]", "a present")
	tab.Click("[data-submit]")
	tab.WaitText("write it down now")
	code := grouped.FindString(tab.Text())
	tab.Screenshot("gift-card-code")

	order := s.Address + "/orders/" + id.String()
	paid := func(way, amount, code string) {
		tab.Visit(order)
		tab.Click("[data-opens=pay-dialog]")
		write("#pay-tender", way)
		write("#pay-amount", amount)
		write("#pay-code", code)
		tab.Click("#pay-dialog [data-submit]")
		tab.WaitText("The payment is recorded.")
	}
	paid("gift_card", "10.00", code)
	paid("cash", "15.90", "")
	desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: id, Amount: 400, Tenders: []payment.Tender{payment.Cash}})
	tab.Visit(order)
	tab.Click("[data-opens=refund-dialog]")
	write("#refund-amount", "10.00")
	write("#refund-from", "gift_card")
	tab.WaitTrue("document.querySelector('#refund-effect').innerText.includes('Gift card')")
	tab.Click("#refund-act [data-submit]")
	tab.WaitText("The refund is recorded, or on its way.")
	for i, path := range []string{"/credits", "/credits/new"} {
		tab.CheckLooks(fmt.Sprint("credits-", i), s.Address+path)
	}
	tab.Visit(s.Address + "/credits")
	tab.Click("#credits-table a")
	tab.WaitText("Given back")
	tab.WaitText("£10.00")
	tab.Screenshot("gift-card-statement")
	tab.CheckClean()
}
