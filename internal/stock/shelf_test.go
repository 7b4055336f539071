package stock_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/stock"
)

// Kills: newest first; a shipped unit that is still shown; damaged units on
// the shelf; a bin that was emptied; units of which nothing is known left out.
func TestShelf(t *testing.T) {
	in := func(q int64, bin, lot string) stock.Movement {
		return stock.Movement{State: stock.OnHand, Quantity: q, Bin: bin, Lot: lot, Reason: "receive"}
	}
	out := stock.Movement{State: stock.OnHand, Quantity: -4, Reason: "ship"}
	for _, tc := range []struct {
		name   string
		onHand int64
		newest []stock.Movement
		want   []stock.Shelved
	}{
		{"nothing", 0, nil, nil},
		{"nothing told", 5, nil, []stock.Shelved{{"", "", 5}}},
		{"oldest first", 8, []stock.Movement{in(5, "B", "2"), in(3, "A", "1")}, []stock.Shelved{{"A", "1", 3}, {"B", "2", 5}}},
		{"the oldest have left", 6, []stock.Movement{out, in(5, "B", "2"), in(5, "A", "1")}, []stock.Shelved{{"A", "1", 1}, {"B", "2", 5}}},
		{"all of the oldest", 5, []stock.Movement{out, in(5, "B", "2"), in(4, "A", "1")}, []stock.Shelved{{"B", "2", 5}}},
		{"a bin was emptied", 3, []stock.Movement{in(-5, "B", "2"), in(5, "B", "2"), in(3, "A", "1")}, []stock.Shelved{{"A", "1", 3}}},
		{"put away", 9, []stock.Movement{{State: stock.OnHand, Quantity: 6, Bin: "A", Reason: stock.PutAway}, {State: stock.OnHand, Quantity: -6, Reason: stock.PutAway}, in(6, "", ""), in(3, "B", "1")}, []stock.Shelved{{"B", "1", 3}, {"A", "", 6}}},
		{"one bin twice", 8, []stock.Movement{in(5, "A", "1"), in(3, "A", "1")}, []stock.Shelved{{"A", "1", 8}}},
		{"damaged", 3, []stock.Movement{{State: stock.Damaged, Quantity: 9, Bin: "X"}, in(3, "A", "")}, []stock.Shelved{{"A", "", 3}}},
		{"brought back", 3, []stock.Movement{{State: stock.OnHand, Quantity: 2, Reason: "unship"}, {State: stock.OnHand, Quantity: -2, Reason: "ship"}, in(3, "A", "")}, []stock.Shelved{{"A", "", 3}}},
		{"the rest is older", 9, []stock.Movement{in(3, "A", "")}, []stock.Shelved{{"", "", 6}, {"A", "", 3}}},
	} {
		if diff := cmp.Diff(tc.want, stock.Shelf(tc.onHand, tc.newest)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
	}
	shelf := []stock.Shelved{{"A", "1", 3}, {"B", "2", 5}}
	for q, want := range map[int64][]stock.Shelved{0: nil, 2: {{"A", "1", 2}}, 4: {{"A", "1", 3}, {"B", "2", 1}}, 9: {{"A", "1", 3}, {"B", "2", 5}, {"", "", 1}}} {
		if diff := cmp.Diff(want, stock.Take(shelf, q)); diff != "" {
			t.Errorf("%d units (-want +got)\n%s", q, diff)
		}
	}
}
