package torture_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orderly/internal/kit/torture"
)

func jumps(t *testing.T, n int, plant bool) (*torture.ClockReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	return torture.Clock(ctx, torture.ClockOptions{Jumps: n, Seed: 1, Dir: inMemory(t), Nodes: 2, Every: 20, Plant: plant, Log: t.Output()})
}

// Clocks that jump under load do no harm.
func TestClocks(t *testing.T) {
	r, err := jumps(t, 40, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Alone == 0 || r.Restarts == 0 || r.Drawn < r.Jumps {
		t.Errorf("this shows too little: %+v", *r)
	}
}

// Two nodes on one slot must be noticed.
func TestClocksCatchASharedSlot(t *testing.T) {
	if _, err := jumps(t, 10, true); !errors.Is(err, torture.ErrClock) {
		t.Fatalf("an id that was made twice went unnoticed: %v", err)
	}
}
