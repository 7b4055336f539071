package orders_test

import (
	"context"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// Kills: a page by due time that ends where a stretch of the index does, and
// then falls over or leaves out what comes next.
func TestDuePageEndsWithAStretch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 1000)
		now := db.Now()
		want := map[order.ID]bool{}
		for i := range 70 {
			r := s.Request("MUG", 1)
			r.DueAt = now + int64(i+1)*3_600_000_000
			if i < 10 || i >= 65 {
				r.Tags = []string{"gift"}
			}
			p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			if len(r.Tags) > 0 {
				want[p.Order.ID] = true
			}
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			f := orders.Filter{ByDue: true, Tag: "gift", Limit: 10}
			for page := 0; page == 0 || f.After != (orders.Due{}); page++ {
				got, err := orders.List(r, f)
				if err != nil {
					return err
				}
				for _, row := range got.Rows {
					if !want[row.Order.ID] {
						t.Errorf("page %d: %d again, or not asked for", page, row.Order.Number)
					}
					delete(want, row.Order.ID)
				}
				f.After = got.NextDue
			}
			return nil
		})
		if err != nil || len(want) > 0 {
			t.Errorf("%v; %d were left out", err, len(want))
		}
	})
}
