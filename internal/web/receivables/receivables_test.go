package receivables_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// Terms are agreed on at the customer's page, an order is promised on them and
// stands among what is owed; a carrier's list is previewed and booked.
//
// Kills: a list that books at the preview; a line whose fault is told of no
// line; what is owed that is told to people who may not know customers.
func TestReceivables(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 50)
	who := party.ID(desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "K", Contact: party.Contact{Company: "Kettle & Co"}}}).ID)
	place := func(external string) *intake.Placed {
		r := s.Request("MUG", 2)
		r.CustomerID, r.ExternalID = who, external
		return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	}
	later, door := place("LATER"), place("DOOR")
	desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: door.Order.ID, Tender: payment.CashOnDelivery})
	s.Ship(door)
	for _, f := range door.Fulfillments {
		s.Work(f.ID, "deliver")
	}
	desktest.Must(s.Shop, pay.Follow, pay.FollowCommand{Order: door.Order.ID})

	at := "/customers/" + who.String()
	if got := s.Post(access.Support, at+"/terms", url.Values{"limit": {"10"}, "days": {"5"}}); got.Status != http.StatusForbidden {
		t.Errorf("support agrees on terms: %d", got.Status)
	}
	tab := s.Tab(t, webtest.Start(t), access.Admin, at)
	tab.Click(`a[href$="/terms"]`)
	tab.WaitText("Within how many days")
	write := func(field, text string) {
		tab.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("(f => { f.value = %q; for (const e of ['input', 'change']) f.dispatchEvent(new Event(e, {bubbles: true})) })(document.querySelector(%q))", text, field)))
	}
	write("input[name=limit]", "100.00")
	write("input[name=days]", "14")
	tab.Click("[data-submit]")
	tab.WaitText("£0.00 of £100.00 open")

	tab.Visit(s.Address + "/orders/" + later.Order.ID.String())
	tab.Click("[data-opens=pay-dialog]")
	write("#pay-tender", "terms")
	tab.Click("#pay-dialog [data-submit]")
	tab.WaitText("£25.90 promised")
	if text := tab.Text(); !strings.Contains(text, "Promised") || strings.Contains(text, "Authorized") {
		t.Error("a promise is told as what a bank has set aside")
	}

	tab.Visit(s.Address + "/receivables")
	tab.WaitText("Kettle & Co")
	tab.WaitText("£25.90")
	tab.Click("#aging-table a")
	tab.WaitText("To be paid")

	tab.Visit(s.Address + "/receivables/delivery")
	tab.WaitText("Collected, not paid out · £25.90")
	write("input[name=carrier]", "Post")
	write("input[name=reference]", "L-1")
	write("input[name=fee]", "1.50")
	write("textarea[name=lines]", "DOOR;20.00")
	tab.Click("button[value=preview]")
	tab.WaitText("£20.00 collected, £18.50 received")
	tab.WaitText("£5.90 stays owed")
	tab.Screenshot("remittance-preview")
	tab.Click("button[value=book]")
	tab.WaitText("£18.50")
	for i, path := range []string{"/receivables", "/receivables/delivery", at + "/terms"} {
		tab.CheckLooks("receivables-"+string(rune('0'+i)), s.Address+path)
	}
	tab.Visit(s.Address + "/receivables/delivery")
	tab.WaitText("Collected, not paid out · £5.90")
	tab.CheckClean()
	wrong := url.Values{"carrier": {"Post"}, "reference": {"L-2"}, "paid_on": {"2026-01-02"}, "lines": {"DOOR 99.00\nNOBODY 1"}, "act": {"book"}}
	if got := s.Post(access.Admin, "/receivables/delivery", wrong); got.Status != http.StatusConflict && got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "NOBODY names no order and no parcel") {
		t.Errorf("a wrong list: %d %.200s", got.Status, got.Body)
	}
	if got := s.Get(access.Support, "/receivables/remittances/rem_0pmnqh2000400"); got.Status != http.StatusNotFound {
		t.Errorf("a list that is not there: %d", got.Status)
	}
	if got := s.Get(access.Support, "/receivables/customers/nobody"); got.Status != http.StatusNotFound || strings.Contains(got.Body, "panic") {
		t.Errorf("a customer who is not there: %d", got.Status)
	}
}
