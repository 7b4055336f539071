package demo_test

import (
	"context"
	"fmt"
	"testing"

	"orderly/internal/desk"
	"orderly/internal/kit/demo"
	"orderly/internal/store/storetest"
)

func TestTune(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		db := storetest.SQLite(t)
		ctx := context.Background()
		d := desk.New(db, nil)
		m, err := demo.Open(ctx, db, d, demo.Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Furnish(ctx); err != nil {
			t.Fatal(err)
		}
		next := demo.Opening
		for range 7 {
			for m.Clock() < next {
				if _, err := m.Step(ctx); err != nil {
					t.Fatal(err)
				}
			}
			y := m.Tally()
			fmt.Println(next, y.Count, y.Refusals, y.Entries["order.backorder_served"])
			next += 12 * 3600e9
		}
		d.Close()
	}
}
