package cases_test

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

// open is a shop with an order of somebody with an address.
func open(t *testing.T, db *store.DB) (*pagetest.Site, order.ID) {
	t.Helper()
	s := pagetest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 9)
	r := s.Request("MUG", 2)
	r.Parties.Customer.Name, r.Parties.Customer.Email = "Ada Byron", "ada@example.com"
	r.Payments = []order.Payment{{Amount: 2 * 1295, Reference: "P"}}
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	return s, p.Order.ID
}

var casePath = regexp.MustCompile(`/cases/cas_[0-9a-z]+`)

func says(t *testing.T, s *pagetest.Site, role access.Role, path string, want ...string) string {
	t.Helper()
	got := s.Get(role, path)
	for _, w := range want {
		if got.Status != 200 || !strings.Contains(got.Body, w) {
			t.Errorf("%s (%d) does not say %q", path, got.Status, w)
		}
	}
	return got.Body
}

func done(t *testing.T, s *pagetest.Site, role access.Role, path string, form url.Values) {
	t.Helper()
	if got := s.Post(role, path, form); got.Status != 303 {
		t.Fatalf("%s: %d %.2000s", path, got.Status, got.Body)
	}
}

// Somebody calls: the case is opened from the order, worked and ended.
//
// Kills: a form that loses what was typed, words of a customer that become
// markup, a page for who may not see customers.
func TestOnThePhone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id := open(t, db)
		says(t, s, access.Support, "/cases/new?order="+id.String(), "Item MUG", "Ada Byron")
		if got := s.Post(access.Support, "/cases/new", url.Values{"order": {id.String()}, "subject": {""}, "text": {"kept text"}}); got.Status != 422 || !strings.Contains(got.Body, "kept text") {
			t.Errorf("without a subject: %d", got.Status)
		}
		done(t, s, access.Support, "/cases/new", url.Values{"order": {id.String()}, "subject": {"Broken <b>mug</b>"}, "kind": {"claim"}, "about": {"damaged"}, "n_1": {"1"}, "text": {"It is in <i>pieces</i>"}, "mine": {"true"}})
		path := casePath.FindString(says(t, s, access.Support, "/cases", "C-1001", "Broken &lt;b&gt;mug"))
		says(t, s, access.Support, path, "It is in &lt;i&gt;pieces", "#1001", "First answer", "ada@example.com")
		says(t, s, access.Support, "/cases/C-1001", "Broken")
		says(t, s, access.Support, "/cases?state=mine", "C-1001")
		done(t, s, access.Support, path+"/note", url.Values{"text": {"Was it the carrier?"}})
		done(t, s, access.Support, path+"/wait", nil)
		done(t, s, access.Support, path+"/hear", url.Values{"text": {"She has a picture"}})
		if got := s.Post(access.Support, path+"/edit", url.Values{"order": {"99999"}}); got.Status != 422 {
			t.Errorf("an order that is not there: %d", got.Status)
		}
		done(t, s, access.Support, path+"/edit", url.Values{"priority": {"high"}, "tags": {"mug, vip"}, "claimed": {"12.95"}, "against": {"carrier"}, "carrier": {"DHL"}})
		says(t, s, access.Support, path, "High", "12.95", "Was it the carrier?")
		if got := s.Post(access.Support, path+"/resolve", nil); got.Status != 422 {
			t.Errorf("without a cause: %d", got.Status)
		}
		done(t, s, access.Support, path+"/resolve", url.Values{"cause": {"damaged_in_transit"}})
		says(t, s, access.Support, "/cases?state=resolved", "C-1001")
		done(t, s, access.Support, path+"/reopen", nil)
		if got := s.Get(access.Warehouse, path); got.Status != 403 {
			t.Errorf("the warehouse reads cases: %d", got.Status)
		}
		if got := s.Post(access.Finance, path+"/note", url.Values{"text": {"x"}}); got.Status != 403 {
			t.Errorf("finance writes in cases: %d", got.Status)
		}
	})
}

// Kills: a case that is not found by its number, subject or customer, or by who
// may not see customers; words of a customer that become markup.
func TestFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, id := open(t, db)
		done(t, s, access.Support, "/cases/new", url.Values{"order": {id.String()}, "subject": {"Broken <b>Teapot</b>"}, "text": {"x"}})
		done(t, s, access.Support, "/cases/new", url.Values{"subject": {"Other"}, "name": {"Grace"}, "email": {"grace@example.com"}})
		find := func(role access.Role, q string) string { return s.Get(role, "/palette?q="+url.QueryEscape(q)).Body }
		for _, q := range []string{"C-1001", "c-1001", "teapot", "broken tea", "ADA@example.com", "ada teapot"} {
			if got := find(access.Support, q); !strings.Contains(got, "C-1001") || strings.Contains(got, "C-1002") || strings.Contains(got, "<b>Tea") || !strings.Contains(got, "/cases/cas_") {
				t.Errorf("%q: %s", q, got)
			}
		}
		for _, q := range []string{"C-1003", "C-", "teapot grace", "nobody@example.com", "%", "_"} {
			if got := find(access.Support, q); strings.Contains(got, "C-100") {
				t.Errorf("%q finds a case", q)
			}
		}
		if got := find(access.Warehouse, "C-1001"); strings.Contains(got, "Teapot") {
			t.Error("the warehouse finds cases")
		}
	})
}
