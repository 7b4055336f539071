package queues_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/partner"
	"orderly/internal/difference"
	terms "orderly/internal/partner"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/queues"
	"orderly/internal/store/storetest"
)

// Two 3PLs whose word differs from the books: at P by two items with something to
// book and one that is only under way, at Q by one.
//
// Kills: a difference that is explained and counted; places that are counted as
// one, or hide one another; another page, or another location, that shows a row
// again; a decided difference that still waits, or one that was
// settled by hand; a place that the viewer may not see.
func TestStockDifferences(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		apart(s)
		p, q := int64(s.Locations["P"]), int64(s.Locations["Q"])
		var one difference.ID
		look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
			at := map[int64]int64{}
			for _, f := range b.Facts {
				if f.Queue == queue.Differences {
					at[f.Location] = f.Count
					if f.Oldest == 0 || b.Places[stock.LocationID(f.Location)].Name == "" {
						t.Errorf("since when, or where, is not told: %+v", f)
					}
				}
			}
			if len(at) != 2 || at[p] != 2 || at[q] != 1 {
				t.Errorf("by location: %v", at)
			}
			first := rows(t, r, b, queue.Differences, "", 2)
			rest := rows(t, r, b, queue.Differences, first.Next, 2)
			if len(first.Rows) != 2 || len(rest.Rows) != 1 || rest.Next != "" {
				t.Errorf("%+v, then %+v", first, rest)
			}
			seen := map[string]int64{}
			for _, w := range append(first.Rows, rest.Rows...) {
				seen[w.SKU+w.Location.String()] += w.Units
			}
			at1, at2 := s.Locations["P"].String(), s.Locations["Q"].String()
			if len(seen) != 3 || seen["MUG"+at1] != -5 || seen["TEA"+at1] != 4 || seen["TEA"+at2] != -1 {
				t.Errorf("%v", seen)
			}
			page, err := queues.Rows(r, b, queues.Ask{Queue: queue.Named(queue.Differences), Location: s.Locations["Q"], Limit: 10})
			if err != nil || len(page.Rows) != 1 || page.Rows[0].Location != s.Locations["Q"] {
				t.Errorf("of one location: %+v, %v", page, err)
				return
			}
			one = difference.ID(page.Rows[0].ID)
		})
		desktest.Must(s, floor.DismissDifferences, floor.DifferencesCommand{Lines: []difference.Decision{{ID: one}}})
		look(t, s, s.Scope, func(_ *store.Reader, b *queues.Board) {
			if f := sum(b, queue.Differences); f.Count != 2 {
				t.Errorf("after one was decided: %+v", f)
			}
		})
		correct := func(by int64, want int64) {
			t.Helper()
			desktest.Must(s, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "TEA", Location: stock.LocationID(p), Quantity: by, Reason: "adjust"}}})
			look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
				if f, n := sum(b, queue.Differences), len(rows(t, r, b, queue.Differences, "", 10).Rows); f.Count != want || n != int(want) {
					t.Errorf("after %+d by hand: %+v, %d rows; want %d", by, f, n, want)
				}
			})
		}
		correct(3, 2) // one of four is left
		correct(1, 1)
		scope := s.Scope
		scope.Locations = []int64{q}
		look(t, s, scope, func(r *store.Reader, b *queues.Board) {
			if f := sum(b, queue.Differences); f.Count != 0 || len(rows(t, r, b, queue.Differences, "", 10).Rows) != 0 {
				t.Errorf("at another location: %+v", f)
			}
		})
	})
}

func apart(s *desktest.Shop) {
	s.Goods("MUG", catalog.Backorder)
	s.Goods("TEA", catalog.Backorder)
	s.Goods("CUP", catalog.Backorder)
	report := func(at string, of map[string]int64) {
		c := floor.ReportCommand{Location: s.Locations[at]}
		for _, sku := range []string{"MUG", "TEA", "CUP"} {
			if n, ok := of[sku]; ok {
				c.Lines = append(c.Lines, stock.Line{SKU: sku, Quantity: n})
			}
		}
		desktest.Must(s, floor.Report, c)
	}
	for i, code := range []string{"P", "Q"} {
		r := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: "Partner " + code, Kind: "3pl", Priority: int64(i + 1), Active: true}})
		s.Locations[code] = stock.LocationID(r.ID)
		report(code, map[string]int64{"MUG": 20, "TEA": 20, "CUP": 20})
		compares := terms.Usual(s.Locations[code])
		compares.StockWord = terms.Comparing
		desktest.Must(s, partner.SetTerms, partner.TermsCommand{Terms: compares})
	}
	f := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: s.Request("CUP", 3)}).Value.(*intake.Placed).Fulfillments[0]
	s.Work(f.ID, "release")
	desktest.Must(s, partner.Accept, partner.AcceptCommand{Fulfillment: f.ID})
	report("P", map[string]int64{"MUG": 15, "TEA": 24, "CUP": 17})
	report("Q", map[string]int64{"MUG": 20, "TEA": 19})
}
