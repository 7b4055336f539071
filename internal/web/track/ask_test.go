package track_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/asking"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// asked has the customer of an order asked, and gives the address of the page.
func asked(s *pagetest.Site, a asking.Ask) string {
	return "/a/" + desktest.Must(s.Shop, care.AskCustomer, care.QuestionCommand{Ask: a}).Value.(*care.Questioned).Link
}

// Kills: a link that is half right and opens; a question that is answered
// twice; a page without scripts that does not say what is wrong.
func TestQuestion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p, _ := open(t, db)
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: p.Order.ID, Hold: order.Hold{Reason: "address"}})
		at := asked(s, asking.Ask{Order: p.Order.ID, Kind: asking.Address})
		for _, wrong := range []string{at + "x", at[:len(at)-1], "/a/1_", "/a/x", "/a/2" + at[4:], "/a/%00", "/a/" + strings.Repeat("9", 300)} {
			if got := s.Get("", wrong); got.Status != http.StatusNotFound && got.Status != http.StatusBadRequest {
				t.Errorf("%.40s: %d", wrong, got.Status)
			}
		}
		if got := s.Get("", at); got.Status != http.StatusOK || !strings.Contains(got.Body, `name="line1"`) {
			t.Fatalf("page: %d", got.Status)
		}
		form := url.Values{"answer": {"given"}, "name": {"<script>Ada"}, "line1": {"2 Low Street"}, "city": {"Leeds"}, "postal_code": {"1"}, "country": {"gb"}}
		if got := s.Post("", at, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "does not look right") || strings.Contains(got.Body, "<script>Ada") {
			t.Errorf("an odd address: %d", got.Status)
		}
		form.Set("postal_code", "LS2 2BB")
		if got := s.Post("", at, form); got.Status != http.StatusSeeOther {
			t.Fatalf("answer: %d %.400s", got.Status, got.Body)
		}
		if got := s.Post("", at, form); got.Status != http.StatusConflict || !strings.Contains(got.Body, `id="ask-done"`) {
			t.Errorf("a second answer: %d", got.Status)
		}
	})
}

// A customer mends the address of an order on hold, and another does not want
// to wait: as a phone shows it.
func TestQuestionPages(t *testing.T) {
	browser := webtest.Start(t)
	s, p, _ := open(t, storetest.SQLite(t))
	desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: p.Order.ID, Hold: order.Hold{Reason: "address"}})
	hold := read(t, s, p.Order.ID).Holds[0].ID
	tab := browser.Open(t)
	tab.View(390, 844, webtest.Light)
	tab.Visit(s.Address + asked(s, asking.Ask{Order: p.Order.ID, Kind: asking.Address, Hold: hold}))
	tab.WaitText("Where shall it go?")
	tab.CheckPage("ask-address-390")
	tab.Screenshot("ask-address-390")
	tab.Click(".track-btn-main")
	tab.WaitText("Thank you. Your order goes to the address")
	if o := read(t, s, p.Order.ID); o.Statuses.Hold != "none" {
		t.Errorf("the order is %s", o.Statuses.Hold)
	}
	late := s.Place("MUG", 1)
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: late.Order.ID, Amount: late.Order.Totals.Payable(), Reference: "x"})
	tab.Visit(s.Address + asked(s, asking.Ask{Order: late.Order.ID, Kind: asking.Delay}))
	tab.WaitText("Your order is late")
	tab.CheckPage("ask-delay-390")
	tab.Screenshot("ask-delay-390")
	tab.Click(`[data-answer="cancel"]`)
	tab.WaitText("What had not left was canceled")
	if o := read(t, s, late.Order.ID); o.Statuses.Status != "canceled" || o.Refunded != o.Paid {
		t.Errorf("%s, %d of %d given back", o.Statuses.Status, o.Refunded, o.Paid)
	}
	tab.CheckClean()
}

func read(t *testing.T, s *pagetest.Site, id order.ID) (o *order.Order) {
	t.Helper()
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}
