package storetest_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// wound is a clock that a test sets while leases are renewed by it.
type wound struct{ micros atomic.Int64 }

func wind(at time.Time) *wound {
	w := &wound{}
	w.micros.Store(at.UnixMicro())
	return w
}

func (w *wound) now() time.Time       { return time.UnixMicro(w.micros.Load()) }
func (w *wound) leap(d time.Duration) { w.micros.Add(d.Microseconds()) }

func reopen(t *testing.T, o store.Options, w *wound) *store.DB {
	t.Helper()
	o.Now = w.now
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// drawn commits a write and gives the id that was drawn in it.
func drawn(db *store.DB, meanwhile func()) (id int64, err error) {
	err = db.Transact(context.Background(), func(tx *store.Tx) error {
		id = tx.IDs().Next()
		meanwhile()
		id = max(id, tx.IDs().Next())
		_, err := tx.Exec("UPDATE merchant_seq SET entry_seq = entry_seq WHERE m = $1", int64(1))
		return err
	})
	return id, err
}

func eachEngine(t *testing.T, f func(*testing.T, store.Options)) {
	t.Run("sqlite", func(t *testing.T) { f(t, store.Options{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { f(t, store.Options{URL: pgtest.ForTest(t)}) })
}

// However the clock is set between two runs, no id comes twice.
func TestIDsAcrossRunsAndClocks(t *testing.T) {
	eachEngine(t, func(t *testing.T, o store.Options) {
		noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		seen := map[int64]bool{}
		for _, at := range []time.Time{noon, noon, noon.Add(-time.Hour), noon, noon.Add(time.Hour), noon, time.Unix(0, 0), time.Unix(0, 0), time.Unix(0, 0), time.Unix(1<<31, 0), noon.Add(time.Second), time.Unix(1<<31, 0)} {
			db := reopen(t, o, wind(at))
			for range 3 {
				id, err := drawn(db, func() {})
				if err != nil || seen[id] {
					t.Errorf("at %s: id %d, made before: %t, %v", at, id, seen[id], err)
				}
				seen[id] = true
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A clock that leaps in the middle of a transaction takes its ids beyond the
// lease: they are refused. Whatever it does then, the next ones are greater.
func TestClockLeapsInATransaction(t *testing.T) {
	eachEngine(t, func(t *testing.T, o store.Options) {
		w := wind(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		db := reopen(t, o, w)
		defer db.Close()
		last, err := drawn(db, func() {})
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []time.Duration{time.Hour, 24 * time.Hour} {
			if _, err := drawn(db, func() { w.leap(by) }); fault.CodeOf(err) != "lease_lost" {
				t.Errorf("ids of %s after the lease were taken: %v", by, err)
			}
			w.leap(-by)
			id, err := drawn(db, func() {})
			if err != nil || id <= last {
				t.Errorf("after a leap of %s and back: id %d after %d, %v", by, id, last, err)
			}
			last = id
		}
	})
}

// A clock that is set back does not take the lease back with it.
func TestClockIsSetBackUnderALease(t *testing.T) {
	eachEngine(t, func(t *testing.T, o store.Options) {
		w := wind(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		o.Limits.Lease = 30 * time.Millisecond
		db := reopen(t, o, w)
		defer db.Close()
		w.leap(10 * time.Millisecond)
		last, err := drawn(db, func() {})
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); { // a renewal is due every ten milliseconds
			w.leap(-time.Minute)
			id, err := drawn(db, func() {})
			if err != nil || id <= last {
				t.Fatalf("id %d after %d: %v", id, last, err)
			}
			last = id
		}
	})
}
