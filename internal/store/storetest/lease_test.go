package storetest_test

import (
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// clock is a machine's clock that a test sets.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

func node(t *testing.T, o store.Options, c *clock) *store.DB {
	t.Helper()
	o.Now = c.now
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func slotOf(id int64) int64 { return id >> 12 & ident.MaxSlot }

// A node that was frozen beyond its lease commits none of the ids it had drawn,
// and draws no more of a slot that another node may have by now.
//
// Kills: a lease that is looked at only when a transaction begins; a slot that
// is taken over while its old holder goes on.
func TestFrozenNodeLosesItsIDs(t *testing.T) {
	for engine, o := range map[string]store.Options{"sqlite": {Dir: t.TempDir()}, "postgres": {URL: pgtest.ForTest(t)}} {
		t.Run(engine, func(t *testing.T) {
			var zombies, others clock
			zombie := node(t, o, &zombies)
			write := func(db *store.DB, freeze func()) (id int64, err error) {
				err = db.Transact(t.Context(), func(tx *store.Tx) error {
					freeze()
					id = tx.IDs().Next()
					_, err := tx.Exec("INSERT INTO node_slot (slot, owner, expires_at) VALUES ($1, $2, $3)", id, "test", int64(0))
					return err
				})
				return id, err
			}
			first, err := write(zombie, func() {})
			if err != nil {
				t.Fatal(err)
			}
			lost, err := write(zombie, func() { zombies.advance(31 * time.Second) })
			if fault.CodeOf(err) != "lease_lost" || fault.KindOf(err) != fault.Unavailable {
				t.Fatalf("an id drawn after the lease: %v", err)
			}
			if n := count(t, zombie, lost); n != 0 {
				t.Error("what a frozen node wrote is there")
			}
			others.advance(31 * time.Second)
			other := node(t, o, &others)
			second, err := write(other, func() {})
			if err != nil {
				t.Fatal(err)
			}
			third, err := write(zombie, func() {})
			if err != nil {
				t.Fatal(err)
			}
			if slotOf(second) != slotOf(first) || slotOf(third) == slotOf(second) {
				t.Errorf("slots: %d, then the other node's %d, then %d", slotOf(first), slotOf(second), slotOf(third))
			}
		})
	}
}

func count(t *testing.T, db *store.DB, slot int64) (n int64) {
	t.Helper()
	err := db.Lookup(t.Context(), func(r *store.Reader) error {
		return r.Row("SELECT count(*) FROM node_slot WHERE slot = $1", slot).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A clock that is set back while nobody runs makes no id twice.
func TestClockSetBackBetweenStarts(t *testing.T) {
	o := store.Options{Dir: t.TempDir()}
	var c clock
	first := o
	first.Now = c.now
	db, err := store.Open(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	before := db.IDs().Block(10)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c.advance(-time.Hour)
	after := node(t, o, &c).IDs().Next()
	if slotOf(after) == slotOf(before[9]) && after <= before[9] {
		t.Errorf("id %d after %d of the same slot", after, before[9])
	}
}
