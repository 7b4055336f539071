package requests_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

// bought is a purchase order that S of the site has, and one that it has not.
func bought(s *pagetest.Site) (theirs, other purchase.ID) {
	var list []purchase.ID
	for code, at := range map[string]string{"ACME": "S", "BOLT": "P"} {
		by := supplier.ID(desktest.Must(s.Shop, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: code, Name: code, Currency: "GBP", Location: int64(s.Locations[at]), Active: true}}).ID)
		cost := money.Price(4_000_000)
		id := purchase.ID(desktest.Must(s.Shop, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: s.Locations["A"], Lines: []buy.DraftLine{{SKU: "MUG", Quantity: 5, Cost: &cost}}}).ID)
		desktest.Must(s.Shop, buy.SendPurchase, buy.SendCommand{Purchase: id})
		if list = append(list, id); code == "ACME" {
			theirs = id
		} else {
			other = id
		}
	}
	return theirs, other
}

// Kills: figures of another supplier, or of ourselves alone; a title that a
// spreadsheet runs; a line that is counted and in no file.
func TestReviewedBySupplier(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		mine, other := bought(s)
		if page := s.Get(access.Partner, "/supplier-orders").Body; !strings.Contains(page, "Nothing of its purchase orders has come") {
			t.Error("figures of nothing")
		}
		storetest.Exec(t, db, "UPDATE purchase_line SET title = '=1+1' WHERE purchase = $1", int64(mine))
		for _, id := range []purchase.ID{mine, other} {
			desktest.Must(s.Shop, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: id, Lines: []buy.ComeLine{{N: 1, Good: 4, Damaged: 1}}})
		}
		page := s.Get(access.Partner, "/supplier-orders").Body
		for _, want := range []string{"How you delivered in the last 90 days", "20.0 %", "£20.00", "/supplier-orders/deliveries.csv?at=" + s.Locations["S"].String()} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		file := s.Get(access.Partner, "/supplier-orders/deliveries.csv?at="+s.Locations["P"].String()) // another's: its own is given
		rows, err := csv.NewReader(strings.NewReader(file.Body)).ReadAll()
		if err != nil || file.Status != http.StatusOK || len(rows) != 2 || strings.Join(rows[1][:10], ",") != "1,1,stock,MUG,,'=1+1,5,5,1,0" && strings.Join(rows[1][:10], ",") != "2,1,stock,MUG,,'=1+1,5,5,1,0" {
			t.Errorf("%d %v %q", file.Status, err, rows)
		}
		if got := s.Get(access.Sales, "/supplier-orders/deliveries.csv"); got.Status == http.StatusOK {
			t.Errorf("sales reads costs: %d", got.Status)
		}
	})
}

// Kills: a supplier that sees another's order or a note, a message that is lost in
// a refusal, an answer that nobody of us sees waiting.
func TestConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		mine, other := bought(s)
		at := "/supplier-orders/" + mine.String()
		if page := s.Get(access.Partner, "/supplier-orders").Body; !strings.Contains(page, mine.String()) || strings.Contains(page, other.String()) {
			t.Error("the list lacks the order, or shows another's")
		}
		if got := s.Get(access.Partner, "/supplier-orders/"+other.String()); got.Status != http.StatusNotFound {
			t.Errorf("another's order: %d", got.Status)
		}
		if got := s.Post(access.Buyer, "/purchases/"+mine.String()+"/messages", url.Values{"text": {"a note of ours"}, "way": {"note"}}); got.Status != http.StatusSeeOther {
			t.Errorf("a note: %d", got.Status)
		}
		if page := s.Get(access.Partner, at).Body; strings.Contains(page, "a note of ours") || !strings.Contains(page, "4.00") {
			t.Error("the supplier reads a note, or not its own price")
		}
		if got := s.Post(access.Partner, at+"/messages", url.Values{"text": {" "}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "write something") {
			t.Errorf("nothing: %d", got.Status)
		}
		if got := s.Post(access.Partner, at+"/messages", url.Values{"text": {"We can send 4."}}); got.Status != http.StatusSeeOther || got.Header.Get("Location") != at {
			t.Errorf("written: %d %s", got.Status, got.Body)
		}
		for _, path := range []string{"/purchases", "/purchases/" + mine.String()} {
			if page := s.Get(access.Buyer, path).Body; !strings.Contains(page, "wait") {
				t.Errorf("%s does not say that somebody waits", path)
			}
		}
		if page := s.Get(access.Buyer, "/today/conversations").Body; !strings.Contains(page, "/purchases/"+mine.String()) {
			t.Error("the queue does not lead there")
		}
		if page := s.Get(access.Warehouse, "/purchases/"+mine.String()).Body; strings.Contains(page, "We can send 4.") {
			t.Error("the floor reads what is said of costs")
		}
		f := ask(s, "TEA", 1)
		if got := s.Post(access.Partner, "/requests/"+f.String()+"/messages", url.Values{"text": {"Which door?"}}); got.Status != http.StatusSeeOther {
			t.Errorf("about a request: %d %s", got.Status, got.Body)
		}
		if page := s.Get(access.Buyer, "/requests?at="+s.Locations["S"].String()).Body; !strings.Contains(page, "Awaits your answer") {
			t.Error("the list of requests does not say that somebody waits")
		}
	})
}

// Kills: a conversation that cannot be had in a browser, on a phone.
func TestConversationDay(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t, storetest.SQLite(t))
	s.Goods("POT", catalog.Backorder)
	mine, _ := bought(s)
	theirs := s.Tab(t, browser, access.Partner, "/supplier-orders/"+mine.String())
	theirs.View(390, 844, webtest.Light)
	theirs.Do(chromedp.SendKeys("#text", "We can send 4 on Monday."))
	theirs.Click("#message-form [data-submit]")
	theirs.WaitText("We can send 4 on Monday.")
	theirs.CheckClean()
	ours := s.Tab(t, browser, access.Buyer, "/purchases/"+mine.String())
	ours.WaitText("The other side awaits an answer.")
	ours.Do(chromedp.SendKeys("#text", "Four is fine."))
	ours.Click("#message-form [data-submit]")
	ours.WaitText("Four is fine.")
	for name, path := range map[string]string{"purchase-conversation": "/purchases/" + mine.String(), "purchases": "/purchases"} {
		ours.CheckLooks(name, s.Address+path)
	}
	theirs.Visit(s.Address + "/supplier-orders/" + mine.String())
	theirs.WaitText("Four is fine.")
	for name, path := range map[string]string{"requests-orders": "/supplier-orders", "requests-order": "/supplier-orders/" + mine.String()} {
		theirs.CheckLooks(name, s.Address+path)
	}
}

// Goods go back: begun by a buyer, answered by the supplier on its portal, shipped by
// the floor and credited.
//
// Kills: a return that the supplier sees before it was asked, or that the floor
// credits; an act without a word that says why.
func TestSendBackDay(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t, storetest.SQLite(t))
	mine, _ := bought(s)
	desktest.Must(s.Shop, buy.ReceivePurchase, buy.ReceiveCommand{Purchase: mine, Lines: []buy.ComeLine{{N: 1, Good: 3, Damaged: 2}}})
	at := "/purchases/" + mine.String()
	if got := s.Post(access.Buyer, at+"/returns", url.Values{"back-1": {"9"}, "reason": {"damaged"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "may go back") {
		t.Errorf("more than came: %d", got.Status)
	}
	ours := s.Tab(t, browser, access.Buyer, at)
	ours.Do(chromedp.SendKeys("#return-form input[name=back-1]", "2"))
	ours.Click("#return-form [data-submit]")
	ours.WaitText("Return 1")
	for _, path := range []string{"/supplier-orders/" + mine.String(), "/supplier-orders", "/requests"} {
		if page := s.Get(access.Partner, path).Body; strings.Contains(page, "Return 1") {
			t.Errorf("the supplier sees a draft at %s", path)
		}
	}
	ours.Click("#returns button[value=ask]")
	ours.WaitText("Asked for")
	theirs := s.Tab(t, browser, access.Partner, "/supplier-orders/"+mine.String())
	theirs.View(390, 844, webtest.Light)
	for _, path := range []string{"/supplier-orders", "/requests"} {
		if page := s.Get(access.Partner, path).Body; !strings.Contains(page, "Return 1") {
			t.Errorf("%s does not lead to what is asked", path)
		}
	}
	theirs.CheckLooks("supplier-returns-asked", s.Address+"/supplier-orders")
	theirs.CheckLooks("supplier-return", s.Address+"/supplier-orders/"+mine.String())
	_, form, _ := strings.Cut(s.Get(access.Partner, "/supplier-orders/"+mine.String()).Body, `action="/supplier-orders/`+mine.String()+"/returns/")
	form, _, _ = strings.Cut(form, `"`)
	if got := s.Post(access.Partner, "/supplier-orders/"+mine.String()+"/returns/"+form, url.Values{"act": {"refuse"}, "rma": {"typed before"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "say why") || !strings.Contains(got.Body, `value="typed before"`) {
		t.Errorf("refused without a word: %d, and what was typed is lost", got.Status)
	}
	theirs.Do(chromedp.SendKeys("#returns input[name=rma]", "RMA-7"))
	theirs.Click("#returns button[value=approve]")
	theirs.WaitText("RMA-7")
	floor := s.Tab(t, browser, access.Warehouse, at)
	floor.Do(chromedp.SendKeys("#returns input[name=tracking]", "B-77"))
	floor.Click("#returns button[value=ship]")
	floor.WaitText("On its way back")
	_, id, _ := strings.Cut(s.Get(access.Buyer, at).Body, `action="`+at+"/returns/prt_")
	id, _, _ = strings.Cut(id, `"`)
	if got := s.Post(access.Warehouse, at+"/returns/prt_"+id, url.Values{"act": {"close"}, "why": {"x"}}); got.Status != http.StatusForbidden {
		t.Errorf("the floor closes: %d", got.Status)
	}
	if got := s.Post(access.Buyer, at+"/returns/prt_"+id, url.Values{"act": {"close"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "say why") {
		t.Errorf("closed without a word: %d", got.Status)
	}
	ours.Visit(s.Address + at)
	ours.Do(chromedp.SendKeys("#returns input[name=credit_note]", "CN-1"), chromedp.SendKeys("#returns input[name=amount]", "8.00"))
	ours.Click("#returns button[value=credit]")
	ours.WaitText("credited by CN-1")
	ours.CheckLooks("purchase-return", s.Address+at)
	if page := s.Get(access.Warehouse, at).Body; strings.Contains(page, "8.00") {
		t.Error("the floor sees what was credited")
	}
}
