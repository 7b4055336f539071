package floor_test

import (
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/shelves"
	"orderly/internal/store/storetest"
)

// Kills: a level that is low and listed nowhere, or listed when it is not; one
// that another location's people see; a row whose sums are not its levels'.
func TestLow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		tea := s.Goods("TEA", catalog.Backorder, "A", 10, "B", 3)
		s.Goods("MUG", catalog.Backorder, "A", 1)
		mark := func(sku, at string, q int64) {
			t.Helper()
			desktest.Must(s, floor.Low, floor.LowCommand{SKU: sku, Location: s.Locations[at], LowAt: q})
		}
		mark("TEA", "A", 4)
		mark("TEA", "B", 3)
		if got := low(t, s, s.Locations); got != "TEA@B" {
			t.Errorf("low: %q", got)
		}
		s.Place("TEA", 6) // leaves 4 at A
		if got := low(t, s, s.Locations); got != "TEA@A TEA@B" {
			t.Errorf("low after an order: %q", got)
		}
		s.Receive("TEA", "B", 5)
		mark("MUG", "A", 1)
		if got := low(t, s, s.Locations); got != "TEA@A MUG@A" {
			t.Errorf("low after goods came: %q", got)
		}
		mark("MUG", "A", 0)
		if got := low(t, s, s.Locations); got != "TEA@A" {
			t.Errorf("low when nobody minds: %q", got)
		}
		s.Place("MUG", 9)
		for _, tc := range []struct {
			f    shelves.Filter
			want string
		}{
			{shelves.Filter{}, "MUG TEA"},
			{shelves.Filter{Only: shelves.Low}, "TEA"},
			{shelves.Filter{Only: shelves.Waiting}, "MUG"},
			{shelves.Filter{Location: s.Locations["B"]}, "TEA"},
			{shelves.Filter{Only: shelves.Low, Location: s.Locations["B"]}, ""},
			{shelves.Filter{Text: "item mu"}, "MUG"},
		} {
			if got := rows(t, s, tc.f); got != tc.want {
				t.Errorf("%+v gives %q, want %q", tc.f, got, tc.want)
			}
		}
		scope := s.Scope
		scope.Locations = []int64{int64(s.Locations["B"])}
		if err := db.Read(t.Context(), scope, func(r *store.Reader) error {
			list, err := levels.Low(r, 10)
			if len(list) != 0 {
				t.Errorf("people of B see that %+v is low", list)
			}
			found, bad := items.ByID(r, []catalog.ID{tea})
			if bad != nil {
				return bad
			}
			row, bad := shelves.Of(r, found[0])
			if row.Sum.OnHand != 8 || len(row.Levels) != 1 {
				t.Errorf("people of B see %+v", row)
			}
			if bad != nil {
				return bad
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func low(t *testing.T, s *desktest.Shop, places map[string]stock.LocationID) string {
	t.Helper()
	var out []string
	if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		list, err := levels.Low(r, 10)
		for _, x := range list {
			for code, id := range places {
				if id == x.Location {
					out = append(out, x.SKU+"@"+code)
				}
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// rows reads a list page by page, one row a page.
func rows(t *testing.T, s *desktest.Shop, f shelves.Filter) string {
	t.Helper()
	var out []string
	f.Limit = 1
	for range 20 {
		var p shelves.Page
		if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) (err error) {
			p, err = shelves.List(r, f)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Rows {
			out = append(out, x.Item.SKU)
		}
		if f.After = p.Next; p.Next == "" {
			break
		}
	}
	return strings.Join(out, " ")
}

// Kills: items of an older database that no word finds.
func TestReword(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "OLD", Name: "Lamp"}})
	storetest.Exec(t, s.DB, "DELETE FROM item_token WHERE m = $1", s.Scope.Merchant)
	if err := s.DB.Transact(t.Context(), func(tx *store.Tx) error {
		if err := tx.For(s.Scope.Merchant); err != nil {
			return err
		}
		ids, err := items.Unfound(&tx.Reader, 0, 10)
		if err != nil || len(ids) != 1 {
			t.Errorf("unfound %v %v", ids, err)
		}
		return items.Reword(tx, ids)
	}); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, s, shelves.Filter{Text: "lamp"}); got != "OLD" {
		t.Errorf("found %q", got)
	}
}
