package torture_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/counters"
)

// The primary dies under load and its standby takes over: nodes whose address
// names both go on there, and nothing that was acknowledged is lost.
func TestFailovers(t *testing.T) {
	pgtest.ForTest(t) // skips, visibly, where there is no PostgreSQL
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := torture.Failovers(ctx, torture.FailoverOptions{Failovers: 1, Seed: 2, Dir: openDir(t), Log: t.Output()})
	if errors.Is(err, pgtest.ErrNotInstalled) {
		t.Skipf("SKIP: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Acknowledged < 5 { // on a busy machine
		t.Errorf("only %d acts were acknowledged", r.Acknowledged)
	}
}

// A commit that no standby confirmed is there, but would be lost with the
// server. PostgreSQL says so with a warning; it must not be acknowledged.
func TestUnconfirmedCommitIsNotAcknowledged(t *testing.T) {
	pgtest.ForTest(t)
	c, err := pgtest.Start(t.Context(), pgtest.Options{KillSafe: true, Dir: openDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}()
	nodes(t, 1, store.Options{URL: c.URL("postgres")}) // makes the schema without haste
	db, err := store.Open(t.Context(), store.Options{URL: c.URL("postgres"), Limits: store.Limits{Statement: 500 * time.Millisecond, Resolve: 1500 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := c.Confirm(t.Context(), "nobody"); err != nil {
		t.Fatal(err)
	}
	count := func() error {
		return db.Transact(t.Context(), func(tx *store.Tx) error {
			if err := tx.For(scope.Merchant); err != nil {
				return err
			}
			return counters.Add(tx, map[string]int64{"test": 1})
		})
	}
	for range 1000 { // until the server has heard of its setting
		if err = count(); err != nil {
			break
		}
	}
	if !errors.Is(err, store.ErrUnknownCommit) {
		t.Errorf("a commit that nobody confirmed: %v", err)
	}
	err = write(db, func(tx *store.Tx) int64 { return tx.IDs().Next() }, func() error { return nil })
	if !errors.Is(err, store.ErrUnknownCommit) {
		t.Errorf("an entry that nobody confirmed: %v", err)
	}
	if err := c.Confirm(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}
