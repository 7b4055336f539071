package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/receipts"
)

// Receipts past their time go, in chunks; the others stay and go on to work.
func TestSweepReceipts(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testSweep(t, store.Options{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { testSweep(t, store.Options{URL: pgtest.ForTest(t)}) })
}

func testSweep(t *testing.T, o store.Options) {
	ctx := context.Background()
	var ahead atomic.Int64
	o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 10)
	tag := func(key string) bool {
		t.Helper()
		replayed := false
		order := s.Request("X", 1)
		order.ExternalID = ""
		_, err := desk.One(ctx, s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: order}, desk.Options{Key: key, Route: "test", Hash: []byte(key), Replayed: &replayed})
		if err != nil {
			t.Fatal(err)
		}
		return replayed
	}
	later := func(by time.Duration) { // and the node has joined again
		ahead.Add(int64(by))
		for end := time.Now().Add(waitLimit); db.Transact(ctx, func(*store.Tx) error { return nil }) != nil; {
			if time.Now().After(end) {
				t.Fatal("the node did not join again")
			}
		}
	}
	const old = sweepChunk + 3
	for n := range old {
		tag(fmt.Sprint("old-", n))
	}
	later(receipts.Keep*time.Microsecond - time.Hour)
	tag("new")
	if n, err := sweepReceipts(ctx, db, s.Scope.Merchant, func(*store.Tx) error { return nil }); n != 0 || err != nil {
		t.Fatalf("an hour before their time %d went, %v", n, err)
	}
	later(2 * time.Hour)
	if n, err := sweepReceipts(ctx, db, s.Scope.Merchant, func(*store.Tx) error { return nil }); n != old || err != nil {
		t.Errorf("%d of %d went, %v", n, old, err)
	}
	if !tag("new") {
		t.Error("a receipt went before its time")
	}
	if tag("old-0") {
		t.Error("a receipt past its time is still there")
	}
}

// The statistics tell of each minute alone, and of idle ones nothing.
func TestStatistics(t *testing.T) {
	db, err := store.Open(context.Background(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := desktest.Open(t, db)
	var out strings.Builder
	tell := statsLogger(s.Desk, slog.New(slog.NewTextHandler(&out, nil)))
	lines := func() int {
		if err := tell(context.Background()); err != nil {
			t.Fatal(err)
		}
		return strings.Count(out.String(), "\n")
	}
	if lines() != 1 || !strings.Contains(out.String(), "commands=3 turns=3") { // the shop's locations
		t.Errorf("the log says %q", out.String())
	}
	if lines() != 1 {
		t.Errorf("an idle minute is told: %q", out.String())
	}
	s.Goods("X", catalog.Backorder)
	if lines() != 2 || !strings.HasSuffix(out.String(), "commands=1 turns=1 mean_turn="+lastValue(out.String(), "mean_turn")+" sent_away=0 waiting=0\n") {
		t.Errorf("the log says %q", out.String())
	}
}

// lastValue is what the last attribute of a name holds in a text log.
func lastValue(log, name string) string {
	_, value, _ := strings.Cut(log[strings.LastIndex(log, name+"="):], "=")
	value, _, _ = strings.Cut(value, " ")
	return value
}
