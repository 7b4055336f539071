package fulfillments_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// Kills: a page of work that leaves something out, shows it twice, or puts what
// was promised for later, or never, first.
func TestPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 100)
		now := db.Now()
		for i := range 17 {
			r := s.Request("MUG", 1)
			if i%3 > 0 {
				r.DueAt = now + int64(i%4+1)*3_600_000_000 // several at one moment
			}
			r.Priority = int64(i % 2)
			p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			if i%5 == 0 {
				s.Work(p.Fulfillments[0].ID, "release")
			}
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			for _, limit := range []int{1, 3, 4, 17, 50} {
				seen := map[fulfillment.ID]bool{}
				last, next := int64(0), ""
				for page := 0; page == 0 || next != ""; page++ {
					list, after, err := fulfillments.Page(r, s.Locations["A"], []string{fulfillment.Pending, fulfillment.Released}, fulfillments.ParseAfter(next), limit)
					if err != nil {
						return err
					}
					for _, f := range list {
						due := f.DueAt
						if due == 0 {
							due = 1<<63 - 1
						}
						if seen[f.ID] || due < last || len(f.Lines) != 1 {
							return fmt.Errorf("limit %d: %s again or out of order", limit, f.ID)
						}
						seen[f.ID], last = true, due
					}
					if next = after; len(list) == 0 || page > 20 {
						return fmt.Errorf("limit %d: an empty page %d", limit, page)
					}
				}
				if len(seen) != 17 {
					return fmt.Errorf("limit %d: %d of 17", limit, len(seen))
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
