package floor_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"

	"github.com/chromedp/chromedp"
)

// keepsBins has A keep bins, with mugs that lie in one and mugs that just came.
func keepsBins(s *pagetest.Site) catalog.ID {
	s.T.Helper()
	mug := goods(s, "MUG", "500", 1)
	desktest.Must(s.Shop, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.Locations["A"], Quantity: 2, Bin: "A-07"}}})
	desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "Location A", Kind: "warehouse", Priority: 1, Active: true, PutAway: true}})
	s.Receive("MUG", "A", 10)
	return mug
}

func typed(pairs ...string) url.Values {
	out := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// Kills: a form that forgets what was typed; a fault that no field shows; a bin
// that is kept for the wrong units; an item that waits nowhere shown as if it did.
func TestPutAwayByForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		mug := keepsBins(s)
		h := hand{t, s, access.Warehouse, s.Locations["A"].String()}
		h.see("/floor", "/floor/put-away", "Bring what came into its bins")
		h.see("/floor/put-away", "MUG", "A-07", "10")
		page := h.see("/floor/put-away?code=500", "Others lie in A-07", `name="bin"`)
		id := regexp.MustCompile(`name="id" value="(put_\w+)"`).FindStringSubmatch(page)[1]
		bad := h.ask("POST", "/floor/put-away", typed("id", id, "code", "500", "bin", "B-1", "quantity", "11"))
		if bad.Status != 422 || !strings.Contains(bad.Body, "only 10 units") || !strings.Contains(bad.Body, `value="B-1"`) {
			t.Errorf("%d: %.400s", bad.Status, bad.Body)
		}
		if bad := h.ask("POST", "/floor/put-away", typed("id", id, "code", "500", "bin", "", "quantity", "x")); bad.Status != 422 {
			t.Errorf("a word for a number: %d", bad.Status)
		}
		if to := h.send("/floor/put-away", "id", id, "code", "500", "bin", "B-1", "quantity", "7"); to != "/floor/put-away" {
			t.Errorf("led to %s", to)
		}
		h.see("/floor/put-away?code=MUG", "Others lie in B-1", `value="3"`)
		h.send("/floor/put-away", "id", id, "act", "leave")
		h.see("/floor/put-away", "Nothing waits")
		if a := h.ask("GET", "/floor/put-away?code=POT", nil); a.Status != 303 {
			t.Errorf("a code of nothing: %d", a.Status)
		}
		lots := map[string]int64{}
		if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			list, err := levels.Lots(r, stock.Cell{Item: int64(mug), Location: s.Locations["A"]})
			for _, l := range list {
				lots[l.Bin] += l.Quantity
			}
			return err
		}); err != nil || lots["B-1"] != 7 || lots["A-07"] != 2 || lots[""] != 3 || lots["A-01"] != 1 {
			t.Errorf("%v %v", lots, err)
		}
	})
}

// Two scans: the item, the bin.
func TestBrowserPutAway(t *testing.T) {
	s := pagetest.Open(t, storetest.SQLite(t))
	keepsBins(s)
	tab := at(t, s, webtest.Start(t), "/floor")
	tab.CheckLooks("put-away-list", s.Address+"/floor/put-away")
	tab.Visit(s.Address + "/floor/put-away")
	scan(tab, "500")
	tab.WaitText("Others lie in A-07")
	tab.CheckLooks("put-away-item", s.Address+"/floor/put-away?code=500")
	tab.Visit(s.Address + "/floor/put-away?code=500")
	tab.WaitTrue(`document.activeElement?.name === "bin"`)
	tab.Do(chromedp.KeyEvent("C-1\r"))
	tab.WaitText("Nothing waits")
	tab.CheckClean()
}
