package order_test

import (
	"testing"

	"orderly/internal/order"
)

// Holds stand by id, as they are read from the books, also when a later one
// has a smaller id.
func TestHoldsStandByID(t *testing.T) {
	live, folded := at(t, order.Allocated), at(t, order.Allocated)
	for _, id := range []int64{20, 10, 30} {
		d, err := live.Hold(order.Hold{ID: id, Reason: "late"})
		if err != nil {
			t.Fatal(err)
		}
		if err := folded.Apply(&d, 1, 1); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int64{10, 20, 30} {
		if live.Holds[i].ID != want || folded.Holds[i].ID != want {
			t.Errorf("hold %d is %d live and %d folded, want %d", i, live.Holds[i].ID, folded.Holds[i].ID, want)
		}
	}
}
