package requests_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	desk "orderly/internal/desk/partner"
	"orderly/internal/fulfillment"
	"orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// site is a shop that asks a supplier for mugs, with somebody of that supplier.
func site(t *testing.T, db *store.DB) *pagetest.Site {
	t.Helper()
	s := pagetest.Open(t, db)
	for _, code := range []string{"S", "P"} {
		r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: "Partner " + code, Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}})
		s.Locations[code] = stock.LocationID(r.ID)
	}
	s.Goods("MUG", catalog.Backorder)
	s.Goods("TEA", catalog.Backorder)
	s.At[access.Partner] = []int64{int64(s.Locations["S"])}
	for _, sku := range []string{"MUG", "TEA"} {
		desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations["S"], Lines: []stock.Line{{SKU: sku, Quantity: 50}}})
	}
	return s
}

func ask(s *pagetest.Site, of ...any) fulfillment.ID {
	f := s.Place(of...).Fulfillments[0].ID
	s.Work(f, "release")
	return f
}

// Kills: a partner who sees prices, other pages or another's requests; a form whose
// faults are not told; an act that cannot be done without a script.
func TestPortal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		f := ask(s, "MUG", 4, "TEA", 2)
		if got := s.Get(access.Partner, "/"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/requests" {
			t.Errorf("the first page: %d to %s", got.Status, got.Header.Get("Location"))
		}
		for _, path := range []string{"/orders", "/stock", "/items", "/floor", "/customers"} {
			if got := s.Get(access.Partner, path); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
		page := s.Get(access.Partner, "/requests").Body
		if !strings.Contains(page, "1 High Street") || strings.Contains(page, "Partner P") {
			t.Error("the list lacks where it goes, or shows another partner")
		}
		at := "/requests/" + f.String()
		if page = s.Get(access.Partner, at).Body; strings.Contains(page, "12.95") || strings.Contains(page, "/orders/") {
			t.Error("a partner sees prices, or is led to the order")
		}
		if got := s.Get(access.Partner, at+"/slip.pdf"); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "%PDF") {
			t.Errorf("the packing slip: %d", got.Status)
		}
		less := url.Values{"line-1": {"3"}, "line-2": {"2"}}
		if got := s.Post(access.Partner, at+"/accept", less); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "say why") {
			t.Errorf("less without a reason: %d", got.Status)
		}
		less.Set("reason", "out_of_stock")
		less.Set("reference", "SO-9")
		for range 2 {
			if got := s.Post(access.Partner, at+"/accept", less); got.Status != http.StatusSeeOther {
				t.Errorf("accepted: %d %s", got.Status, got.Body)
			}
		}
		many := url.Values{"line-1": {"9"}, "carrier": {"dpd"}, "tracking": {"X1"}}
		if got := s.Post(access.Partner, at+"/send", many); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "still to be sent") {
			t.Errorf("too many: %d", got.Status)
		}
		many.Set("line-1", "3")
		many.Set("line-2", "2")
		if got := s.Post(access.Partner, at+"/send", many); got.Status != http.StatusSeeOther {
			t.Errorf("sent: %d %s", got.Status, got.Body)
		}
		if page = s.Get(access.Partner, at).Body; !strings.Contains(page, "X1") || !strings.Contains(page, "SO-9") {
			t.Error("the page does not say what was sent")
		}
		for text, want := range map[string]int{"sku,quantity\nMUG,7\nTEA;3": 422, "MUG;7\nTEA;3": 303, "sku\tqty\nMUG\t8": 303, "": 422, "NONE,1": 422, "MUG,-1": 422} {
			if got := s.Post(access.Partner, "/requests/stock", url.Values{"at": {s.Locations["S"].String()}, "lines": {text}}); got.Status != want {
				t.Errorf("stock %q: %d, want %d", text, got.Status, want)
			}
		}
	})
}

// Kills: terms that the page does not keep, or that one of two loses; a partner who
// sets its own.
func TestTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		at := s.Locations["S"].String()
		if got := s.Get(access.Partner, "/requests/terms?at="+at); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
			t.Errorf("a partner reads its terms: %d", got.Status)
		}
		form := url.Values{"at": {at}, "edit_version": {"0"}, "respond_hours": {"8"}, "chase_hours": {"4"}, "chases": {"3"}, "silent": {"person"}, "ship_hours": {"24"}, "stock_hours": {"0"}, "stock_less": {"on"}, "stock_word": {"compare"}}
		if got := s.Post(access.Admin, "/requests/terms", form); got.Status != http.StatusSeeOther {
			t.Errorf("saved: %d %s", got.Status, got.Body)
		}
		if page := s.Get(access.Admin, "/requests/terms?at="+at).Body; !strings.Contains(page, `value="8"`) || !strings.Contains(page, "checked") {
			t.Error("the page does not show what was saved")
		}
		if got := s.Post(access.Admin, "/requests/terms", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "meanwhile") {
			t.Errorf("the second of two: %d", got.Status)
		}
		form.Set("edit_version", "1")
		form.Set("respond_hours", "0")
		if got := s.Post(access.Admin, "/requests/terms", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "hours are 1 to") {
			t.Errorf("no hours: %d", got.Status)
		}
	})
}

// differs is a line of the page of differences: its id, and the field of its units.
var differs = regexp.MustCompile(`name="line" value="(dif_\w+)"( checked)?`)

// Kills: a difference that nobody can see or book; a refusal that is not told; a
// partner who sees our books; a queue that does not lead here.
func TestDifferences(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		at := s.Locations["S"].String()
		form := url.Values{"at": {at}, "edit_version": {"0"}, "respond_hours": {"8"}, "chase_hours": {"4"}, "chases": {"3"}, "silent": {"person"}, "ship_hours": {"24"}, "stock_hours": {"0"}, "stock_word": {"compare"}}
		if got := s.Post(access.Admin, "/requests/terms", form); got.Status != http.StatusSeeOther {
			t.Fatalf("terms: %d %s", got.Status, got.Body)
		}
		if got := s.Post(access.Partner, "/requests/stock", url.Values{"at": {at}, "lines": {"MUG,44\nTEA,51"}}); got.Status != http.StatusSeeOther {
			t.Fatalf("reported: %d %s", got.Status, got.Body)
		}
		path := "/requests/differences?at=" + at
		if got := s.Get(access.Partner, path); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
			t.Errorf("a partner sees our books: %d", got.Status)
		}
		found := differs.FindAllStringSubmatch(s.Get(access.Admin, path).Body, -1)
		if len(found) != 2 || found[0][2] == "" {
			t.Fatalf("two lines are to be decided on, ticked: %v", found)
		}
		tea, mug := found[0][1], found[1][1] // the newest first
		if list := s.Get(access.Admin, "/requests?at="+at).Body; !strings.Contains(list, "Differences (2)") {
			t.Error("the list does not say that two wait")
		}
		if today := s.Get(access.Admin, "/").Body; !strings.Contains(today, "/today/stock_differences") {
			t.Error("Today does not tell of them")
		}
		waits := s.Get(access.Admin, "/today/stock_differences").Body
		for _, want := range []string{`href="` + path + `"`, "6 units less than the books say", "1 unit more than the books say", "Partner S"} {
			if !strings.Contains(waits, want) {
				t.Errorf("the queue does not say %q", want)
			}
		}
		if got := s.Post(access.Admin, "/requests/differences", url.Values{"at": {at}, "act": {"book"}, "line": {mug}, "quantity-" + mug: {"-7"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "not a part of it") {
			t.Errorf("more than it is: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/requests/differences", url.Values{"at": {at}, "act": {"book"}, "line": {mug}, "quantity-" + mug: {"-6"}}); got.Status != http.StatusSeeOther {
			t.Errorf("booked: %d %s", got.Status, got.Body)
		}
		desktest.Must(s.Shop, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["S"], Quantity: 51}}})
		if page := s.Get(access.Admin, path).Body; !strings.Contains(page, "corrected by +1 since") || strings.Contains(page, " checked") {
			t.Error("the page proposes what was counted meanwhile, or does not say so")
		}
		if got := s.Post(access.Admin, "/requests/differences", url.Values{"at": {at}, "act": {"book"}, "line": {tea}, "quantity-" + tea: {"1"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "said 51 when the books said 50") {
			t.Errorf("what was counted meanwhile: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/requests/differences", url.Values{"at": {at}, "act": {"dismiss"}, "line": {tea}, "note": {"counted twice"}}); got.Status != http.StatusSeeOther {
			t.Errorf("dismissed: %d %s", got.Status, got.Body)
		}
		if page := s.Get(access.Admin, path).Body; differs.MatchString(page) {
			t.Error("something is still to be decided")
		}
		if page := s.Get(access.Admin, path+"&state=dismissed").Body; !strings.Contains(page, "counted twice") {
			t.Error("why it was dismissed is not told")
		}
	})
}

// Kills: a page of differences that cannot be read or worked with in a browser.
func TestDifferencesInABrowser(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t, storetest.SQLite(t))
	at := s.Locations["S"]
	terms := partner.Usual(at)
	terms.StockWord = partner.Comparing
	desktest.Must(s.Shop, desk.SetTerms, desk.TermsCommand{Terms: terms})
	desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: at, Reference: "week 48", Lines: []stock.Line{{SKU: "MUG", Quantity: 44}, {SKU: "TEA", Quantity: 51}}})
	tab := s.Tab(t, browser, access.Admin, "/requests")
	tab.CheckLooks("requests-hooks", s.Address+"/requests/hooks?at="+at.String())
	tab.CheckLooks("requests-feed", s.Address+"/requests/feed?at="+at.String())
	tab.CheckLooks("today-stock-differences", s.Address+"/today/stock_differences")
	tab.CheckLooks("requests-differences", s.Address+"/requests/differences?at="+at.String())
	tab.Visit(s.Address + "/requests/differences?at=" + at.String())
	tab.WaitText("week 48")
	tab.Click("button[value='book']")
	tab.WaitText("2 differences booked")
	tab.CheckClean()
}

// Kills: a portal that does not fit a phone, or cannot be worked with in a browser.
func TestPartnersDay(t *testing.T) {
	browser := webtest.Start(t)
	s := site(t, storetest.SQLite(t))
	f := ask(s, "MUG", 4)
	gone := ask(s, "TEA", 1)
	tab := s.Tab(t, browser, access.Partner, "/requests")
	for name, path := range map[string]string{"requests": "/requests", "request": "/requests/" + f.String(), "requests-stock": "/requests/stock"} {
		tab.CheckLooks(name, s.Address+path)
	}
	tab.View(390, 844, webtest.Light)
	tab.Visit(s.Address + "/requests/" + f.String())
	tab.Click("form[action$='/accept'] [data-submit]")
	tab.WaitText("Accepted")
	tab.WaitTrue("(() => { const i = document.querySelector('#tracking'); if (!i) return false; i.value = 'T-77'; document.querySelector('#carrier').value = 'dpd'; return true })()")
	tab.Click("form[action$='/send'] [data-submit]")
	tab.WaitText("T-77")
	tab.CheckClean()
	tab.Visit(s.Address + "/requests/" + gone.String())
	tab.WaitTrue("(() => { const s = document.querySelector('#reject-reason'); if (!s) return false; s.value = 'discontinued'; return true })()")
	tab.Click("form[action$='/reject'] [data-submit]")
	tab.WaitText("Discontinued")
	tab.CheckClean()
}
