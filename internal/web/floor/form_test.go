package floor_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/web/shell"
)

// hand is somebody without script: forms, cookies and redirects alone.
type hand struct {
	t     *testing.T
	s     *pagetest.Site
	role  access.Role
	place string
}

func (h hand) ask(method, path string, form url.Values) pagetest.Answer {
	h.t.Helper()
	header := http.Header{"Cookie": {shell.SessionCookie + "=" + h.s.Token(h.role) + "; orderly_floor=" + h.place}}
	if form != nil {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return h.s.Ask("", method, path, strings.NewReader(form.Encode()), header)
}

func (h hand) see(path string, want ...string) string {
	h.t.Helper()
	a := h.ask("GET", path, nil)
	if a.Status != 200 {
		h.t.Fatalf("%s: %d: %.600s", path, a.Status, a.Body)
	}
	for _, w := range want {
		if !strings.Contains(a.Body, w) {
			h.t.Errorf("%s does not say %q", path, w)
		}
	}
	return a.Body
}

// send posts a form that must lead on, and gives where to.
func (h hand) send(path string, pairs ...string) string {
	h.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	a := h.ask("POST", path, form)
	if a.Status != http.StatusSeeOther {
		h.t.Fatalf("%s: %d: %.600s", path, a.Status, a.Body)
	}
	return a.Header.Get("Location")
}

var madeParcel = regexp.MustCompile(`made=(par_\w+)`)

// The basic acts work by forms alone, on both engines, and each has its way
// back.
func TestDayByForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		mug := goods(s, "MUG", "500", 20)
		f := s.Place("MUG", 7).Fulfillments[0].ID
		h := hand{t, s, access.Warehouse, s.Locations["A"].String()}
		is := func(want string) {
			t.Helper()
			if got := work(t, s, f).WorkStatus; got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		}
		h.see("/floor", "Pick", "Receive")
		h.see("/floor/queue", "#1001", "To release")
		if to := h.send("/floor/queue", "act", "release_next", "next", "5", "back", "/floor/pick"); to != "/floor/pick" {
			t.Errorf("led to %s", to)
		}
		is("released")
		h.send("/floor/queue", "act", "recall", "ful", f.String(), "in", "to_pick")
		is("pending")
		h.send("/floor/queue", "act", "release", "ful", f.String(), "in", "to_release")
		at := "/floor/pick/" + f.String()
		h.see(at, "A-01", "lot L1", "Blue MUG")
		for range 2 { // one scan, sent twice
			h.send(at+"/scan", "code", "5006", "idempotency_key", "one")
		}
		if got := work(t, s, f).Lines[0].Picked; got != 6 {
			t.Errorf("%d picked, want 6", got)
		}
		h.send(at+"/scan", "code", "999")
		h.send(at+"/scan", "code", "5006", "back", "1")
		is("released")
		h.send(at+"/act", "act", "pick")
		is("picked")
		h.send(at+"/act", "act", "unpick")
		h.send(at+"/act", "act", "pick")

		pack := "/floor/pack/" + f.String()
		h.see(pack, "of 7", `value="1.75"`) // the catalog's weight
		if a := h.ask("POST", pack, url.Values{"line_1": {"8"}}); a.Status != 422 {
			t.Errorf("too many in a parcel: %d", a.Status)
		}
		if a := h.ask("POST", pack, url.Values{"line_1": {"7"}, "weight": {"heavy"}}); a.Status != 422 || !strings.Contains(a.Body, "kilograms") {
			t.Errorf("a weight that is none: %d", a.Status)
		}
		parcel := madeParcel.FindStringSubmatch(h.send(pack, "line_1", "7", "weight", "1,9", "carrier", "dhl", "tracking", "JD1"))[1]
		is("packed")
		h.see(pack, parcel, "1.9 kg")
		for _, paper := range []string{"pick.pdf?ful=" + f.String(), "slip.pdf?ful=" + f.String() + "&parcel=" + parcel, "label.pdf?parcel=" + parcel, "handover.pdf"} {
			if a := h.ask("GET", "/floor/paper/"+paper, nil); a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" {
				t.Errorf("%s: %d %s", paper, a.Status, a.Header.Get("Content-Type"))
			}
		}
		h.send("/floor/parcel/"+parcel, "act", "unpack", "back", pack)
		is("picked")
		parcel = madeParcel.FindStringSubmatch(h.send(pack, "line_1", "7", "carrier", "dhl", "tracking", "JD1"))[1]
		h.send("/floor/ship", "code", "JD1")
		is("shipped")
		h.send("/floor/ship", "code", "JD1", "back", "1")
		is("packed")
		h.send("/floor/ship", "code", strings.ToUpper(parcel))
		is("shipped")
		h.see("/floor/ship", "1 parcel left today", parcel[:4])

		line := []string{"line_sku", "MUG", "line_quantity", "5", "line_bin", "B-2", "line_lot", "", "line_state", ""}
		if a := h.ask("POST", "/floor/receive", url.Values{"do": {"add"}, "code": {"5006"}}); a.Status != 200 || !strings.Contains(a.Body, `name="line_quantity" type="text" inputmode="numeric" class="floor-few" value="6"`) {
			t.Errorf("a line added: %d", a.Status)
		}
		to := h.send("/floor/receive", append(line, "do", "book", "reference", "DN-1")...)
		if l := level(t, s, mug, "A"); l.OnHand != 18 {
			t.Errorf("after the receipt %+v", l)
		}
		receipt := regexp.MustCompile(`stk_\w+`).FindString(to)
		h.send("/floor/receive/" + receipt + "/reverse")
		h.send("/floor/count", append(line, "do", "book")...)
		if l := level(t, s, mug, "A"); l.OnHand != 5 {
			t.Errorf("after the count %+v", l)
		}
		h.send("/floor/transfer", append(line, "do", "book", "to", s.Locations["B"].String())...)
		if a, b := level(t, s, mug, "A"), level(t, s, mug, "B"); a.OnHand != 0 || b.OnHand != 5 {
			t.Errorf("after the transfer %+v, %+v", a, b)
		}
		if a := h.ask("POST", "/floor/transfer", url.Values{"do": {"book"}, "line_sku": {"MUG"}, "line_quantity": {"9"}, "to": {s.Locations["B"].String()}}); a.Status != 422 {
			t.Errorf("more than there is moved: %d", a.Status)
		}
	})
}

// A count that finds less says before it is booked who loses what.
func TestCountSaysWhoLoses(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	mug := goods(s, "MUG", "500", 9)
	s.Place("MUG", 5)
	s.Place("MUG", 3)
	h := hand{t, s, access.Warehouse, s.Locations["A"].String()}
	a := h.ask("POST", "/floor/count", url.Values{"do": {"preview"}, "line_sku": {"MUG"}, "line_quantity": {"6"}, "line_bin": {""}, "line_lot": {""}, "line_state": {""}})
	if a.Status != 200 || !strings.Contains(a.Body, "These orders lose their units: #1002 × 2") || !strings.Contains(a.Body, "−3") {
		t.Errorf("%d: %s", a.Status, a.Body)
	}
	if l := level(t, s, mug, "A"); l.OnHand != 9 {
		t.Errorf("a preview changed the books: %+v", l)
	}
}

// Units that are not there leave the books with what the picker saw, and the
// order looks for them elsewhere.
func TestShortPick(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	mug := goods(s, "MUG", "500", 4)
	s.Receive("MUG", "B", 9)
	f := s.Place("MUG", 4).Fulfillments[0].ID
	s.Work(f, "release")
	h := hand{t, s, access.Warehouse, s.Locations["A"].String()}
	h.send("/floor/pick/"+f.String()+"/short", "line", "1", "quantity", "1", "reason", "The shelf is empty")
	if a, b := level(t, s, mug, "A"), level(t, s, mug, "B"); a.OnHand != 3 || b.Reserved != 1 {
		t.Errorf("%+v, %+v", a, b)
	}
	h.send("/floor/pick/"+f.String()+"/short", "line", "1", "quantity", "0")
}

// What strangers typed stands on the pages as text.
func TestHostileTexts(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	const bad = `"><script>alert(1)</script>`
	desktest.Must(s.Shop, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: bad, Name: bad, Kind: catalog.Goods, WhenShort: catalog.Backorder, Picture: "javascript:alert(1)"}})
	s.Receive(bad, "A", 9)
	f := s.Place(bad, 2).Fulfillments[0].ID
	s.Work(f, "release", "pick")
	h := hand{t, s, access.Warehouse, s.Locations["A"].String()}
	for _, path := range []string{"/floor", "/floor/pick/" + f.String(), "/floor/pack/" + f.String(), "/floor/queue?in=to_pack", "/floor/find?code=" + url.QueryEscape(bad)} {
		a := h.ask("GET", path, nil)
		if strings.Contains(a.Body, "<script>alert") || strings.Contains(a.Body, "javascript:") {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
}

// Who may not work sees and does not act; nobody works at a place that is not
// there, or on another's goods.
func TestFloorIsGuarded(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	goods(s, "MUG", "500", 9)
	f := s.Place("MUG", 2).Fulfillments[0].ID
	h := hand{t, s, access.ReadOnly, s.Locations["A"].String()}
	if body := h.see("/floor/pick/"+f.String(), "Not released yet"); strings.Contains(body, `action="/floor/pick/`) {
		t.Error("who only reads is offered an act")
	}
	for _, path := range []string{"/floor/pick/" + f.String() + "/scan", "/floor/pick/" + f.String() + "/act", "/floor/pack/" + f.String(), "/floor/ship", "/floor/queue", "/floor/receive", "/floor/count", "/floor/transfer"} {
		if a := h.ask("POST", path, url.Values{"code": {"500"}}); a.Status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	h.role = access.Warehouse
	for _, path := range []string{"/floor/pick/" + fulfillment.ID(5).String(), "/floor/pick/x", "/floor/pack/x", "/floor/paper/label.pdf?parcel=x", "/floor/paper/pick.pdf?ful=" + fulfillment.ID(5).String()} {
		if a := h.ask("GET", path, nil); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	h.place = stock.LocationID(77).String()
	h.see("/floor", "Where are you?")
}
