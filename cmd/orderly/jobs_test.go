package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
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
	if n, err := sweepReceipts(ctx, db); n != 0 || err != nil {
		t.Fatalf("an hour before their time %d went, %v", n, err)
	}
	later(2 * time.Hour)
	if n, err := sweepReceipts(ctx, db); n != old || err != nil {
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

func TestAFailedDiskEndsTheProcess(t *testing.T) {
	var out strings.Builder
	status := 0
	stop := unsafeToGoOn(slog.New(slog.NewTextHandler(&out, nil)), func(s int) { status = s })
	stop(errors.New("the disk is gone"))
	if status != exitUnsafe || !strings.Contains(out.String(), "the disk is gone") {
		t.Errorf("it exits with %d and says %q", status, out.String())
	}
}

// Of several first starts at the same moment one shows a key.
func TestTheFirstKeyIsMadeOnce(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := admin.Setup(ctx, db, "Shop", "UTC", "EUR"); err != nil {
		t.Fatal(err)
	}
	d := desk.New(db, nil)
	defer d.Close()
	const starts = 8
	shown := make(chan string, starts)
	for range starts {
		go func() {
			key, err := firstKey(ctx, d)
			if err != nil {
				key = err.Error()
			}
			shown <- key
		}()
	}
	var keys []string
	for range starts {
		if key := <-shown; key != "" {
			keys = append(keys, key)
		}
	}
	if len(keys) != 1 || !strings.HasPrefix(keys[0], admin.KeyPrefix) {
		t.Errorf("the keys shown are %q", keys)
	}
}

func TestMasked(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://me:secret@db:5432/shop":           "postgres://me:xxxxx@db:5432/shop",
		"postgres://me@db/shop?password=secret&x=1":   "postgres://me@db/shop?password=xxxxx&x=1",
		"postgres://db/shop?password=secret":          "postgres://db/shop?password=xxxxx",
		"host=db user=me password=secret dbname=shop": "host=db user=me password=xxxxx dbname=shop",
		"host=db password = 'se cr\\'et' dbname=shop": "host=db password = xxxxx dbname=shop",
		"127.0.0.1:8080": "127.0.0.1:8080",
		"postgres://me:se%40cret@db/shop?sslmode=disable": "postgres://me:xxxxx@db/shop?sslmode=disable",
	} {
		if got := masked(in); got != want || strings.Contains(got, "secret") {
			t.Errorf("masked(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCells(t *testing.T) {
	for _, tc := range []struct {
		steps int64
		scale int
		want  string
	}{{0, 0, "0"}, {12, 0, "12"}, {1250, 3, "1.25"}, {5, 3, "0.005"}, {-5, 2, "-0.05"}, {1000, 3, "1"}, {-100, 1, "-10"}, {0, 3, "0"}} {
		if got := decimal(tc.steps, tc.scale); got != tc.want {
			t.Errorf("decimal(%d, %d) = %q, want %q", tc.steps, tc.scale, got, tc.want)
		}
	}
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+44 20": "'+44 20", "-x": "'-x", "@me": "'@me", "\tx": "'\tx", "\rx": "'\rx", "tea": "tea", "": "", "a=b": "a=b",
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
}
