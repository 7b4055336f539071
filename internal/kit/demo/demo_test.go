package demo_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"orderly/internal/desk"
	"orderly/internal/kit/demo"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestScratch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		d := desk.New(db, nil)
		defer d.Close()
		start := time.Now()
		m, err := demo.Open(ctx, db, d, demo.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("open", time.Since(start))
		if err := m.Furnish(ctx); err != nil {
			t.Fatal(err)
		}
		t.Log("furnished", time.Since(start))
		n := 0
		for m.Clock() < demo.Opening {
			if _, err := m.Step(ctx); err != nil {
				t.Fatal(err)
			}
			n++
			if y := m.Tally(); y.Count[demo.Delivered] > 0 && y.Count[demo.Delivered] < 5 {
				t.Log("delivered", time.Since(start), y.Last[demo.Delivered])
			}
		}
		t.Log("opening", time.Since(start), n)
		for range 1500 {
			if _, err := m.Step(ctx); err != nil {
				t.Fatal(err)
			}
		}
		t.Log("1500", time.Since(start), m.Clock())
		fmt.Printf("%+v\n", m.Tally())
	})
}
