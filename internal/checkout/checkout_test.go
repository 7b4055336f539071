package checkout_test

import (
	"testing"

	"orderly/internal/checkout"
)

// A claim is over at its time and not before, and is never extended beyond an
// hour from now or a day from its beginning.
func TestTimes(t *testing.T) {
	c := checkout.Claim{State: checkout.Open, CreatedAt: 0, ExpiresAt: 100}
	if c.Over(99) || !c.Over(100) {
		t.Error("a claim is over from its time on")
	}
	if c.State = checkout.Used; c.Over(200) {
		t.Error("what was used is not over")
	}
	const second, day = 1_000_000, 24 * 3600 * 1_000_000
	if got := c.Latest(0); got != checkout.MaxSeconds*second {
		t.Errorf("at first it may last until %d", got)
	}
	if got := c.Latest(day - second); got != day {
		t.Errorf("near its end it may last until %d", got)
	}
	if id, err := checkout.ParseID(checkout.ID(7).String()); err != nil || id != 7 {
		t.Errorf("an id reads back as %d, %v", id, err)
	}
}
