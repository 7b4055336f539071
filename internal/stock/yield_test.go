package stock_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/stock"
)

// Nobody loses to an equal or a lower priority, nobody loses more than waits on
// the shelf, and nobody stands who should have lost first.
//
// Kills: an order that takes from its own rank; one that takes picked units; a
// higher priority that loses before a lower; one that loses more than it has.
func TestYield(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := make([]stock.Claim, rapid.IntRange(0, 8).Draw(t, "claims"))
		for i := range claims {
			claims[i] = stock.Claim{
				Fulfillment: int64(i + 1), Order: int64(i + 1), Line: 1, Allocated: rapid.Int64Range(0, 4).Draw(t, "allocated"), Fixed: rapid.Int64Range(0, 3).Draw(t, "picked"),
				Priority: rapid.Int64Range(-2, 5).Draw(t, "priority"), CreatedAt: rapid.Int64Range(0, 3).Draw(t, "at"), DueAt: rapid.Int64Range(0, 3).Draw(t, "due"),
				Location: stock.LocationID(rapid.IntRange(1, 3).Draw(t, "where")),
			}
		}
		need, priority := rapid.Int64Range(0, 12).Draw(t, "need"), rapid.Int64Range(-2, 5).Draw(t, "wins with")
		near := func(at stock.LocationID) int { return int(at) - 2 } // the first sends nothing there
		lost, sum, could := map[int64]int64{}, int64(0), int64(0)
		for _, d := range stock.Yield(need, priority, claims, near) {
			if d.Quantity <= 0 || lost[d.Order] != 0 {
				t.Fatalf("%+v gives up %d", d.Claim, d.Quantity)
			}
			lost[d.Order] = d.Quantity
			sum += d.Quantity
		}
		for _, c := range claims {
			may := c.Priority < priority && near(c.Location) >= 0
			if may {
				could += c.Allocated
			}
			if lost[c.Order] > c.Allocated || lost[c.Order] > 0 && !may {
				t.Fatalf("%+v lost %d to priority %d", c, lost[c.Order], priority)
			}
			for _, other := range claims {
				if may && other.Priority > c.Priority && lost[other.Order] > 0 && lost[c.Order] < c.Allocated {
					t.Fatalf("%+v lost while %+v stands", other, c)
				}
			}
		}
		if sum != min(need, could) {
			t.Fatalf("%d of %d were had, %d could be", sum, need, could)
		}
	})
}
