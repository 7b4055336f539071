package releasing_test

import (
	"context"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/releasing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
)

// A claim whose time is over is ended by the clock, once, and who waits for its
// units gets them; one that goes on is left alone.
//
// Kills: a sweep that ends every claim; units that are freed and given to nobody.
func TestEndClaims(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("MUG", catalog.Backorder, "A", 5)
		claim := func(q int64) int64 {
			return desktest.Must(s, intake.MakeClaim, intake.ClaimCommand{Cart: intake.Cart{Channel: "web", Lines: []order.RequestLine{{SKU: "MUG", Quantity: q}}}}).ID
		}
		over, goes := claim(2), claim(3)
		waits := s.Place("MUG", 2)
		if waits.Order.Sums[order.Backordered] != 2 {
			t.Fatalf("taken from a checkout: %v", waits.Order.Sums)
		}
		if err := db.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(s.Scope.Merchant); err != nil {
				return err
			}
			_, err := tx.Exec("UPDATE checkout_claim SET created_at = $1, expires_at = $2 WHERE m = $3 AND id = $4", tx.At-2_000_000, tx.At-1_000_000, s.Scope.Merchant, over)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		s.Restart()
		for range 2 { // the second finds nothing to do
			if err := releasing.EndClaims(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			l, err := levels.Get(r, stock.Cell{Item: int64(item), Location: s.Locations["A"]})
			if l.Reserved != 5 {
				t.Errorf("%d reserved: three of the claim %d that goes on, two of who waited", l.Reserved, goes)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
