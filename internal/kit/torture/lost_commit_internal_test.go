package torture

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/counters"
	"orderly/internal/store/entries"
	"orderly/internal/store/receipts"
)

// struck opens a node behind a proxy that does one thing to the next COMMIT.
func struck(t *testing.T, limits store.Limits) (s *site, at stock.LocationID, next func(blow)) {
	t.Helper()
	var armed atomic.Int32
	server := pgtest.ForTest(t)
	if err := lay(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	p, url, err := newProxy(server, func(commit bool) blow {
		if !commit {
			return pass
		}
		return blow(armed.Swap(int32(pass)))
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	if s, err = openSite(t.Context(), "n", store.Options{URL: url, Limits: limits}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	if at, err = outfit(t.Context(), s.desk); err != nil {
		t.Fatal(err)
	}
	return s, at, func(b blow) { armed.Store(int32(b)) }
}

func lastEntry(t *testing.T, s *site) (n int) {
	t.Helper()
	err := s.db.Read(t.Context(), scope, func(r *store.Reader) error {
		list, err := entries.After(r, 0, 500)
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A lease longer than a test: its renewal ends in a COMMIT too, which a blow would strike.
var quick = store.Limits{Statement: time.Second, Idle: 500 * time.Millisecond, Lease: 10 * time.Minute, Resolve: 8 * time.Second}

// Whatever befalls a COMMIT, the client of a healthy server is told the truth at
// once: goods are received exactly once although nothing but the look under the
// lock could tell a second time from the first.
func TestLostCommitOfAnAct(t *testing.T) {
	s, at, next := struck(t, quick)
	for b := beforehand; b < blows; b++ {
		before := lastEntry(t, s)
		next(b)
		_, err := desk.One(t.Context(), s.desk, floor.Receive, scope, floor.ReceiveCommand{Lines: []stock.Line{{SKU: crewSKU(1), Location: at, Quantity: 1}}}, desk.Options{})
		if err != nil {
			t.Errorf("blow %d: %v", b, err)
		}
		if got := lastEntry(t, s) - before; got != 1 {
			t.Errorf("blow %d: the goods were received %d times", b, got)
		}
	}
}

// A refusal that is kept under an Idempotency-Key writes no entry: its receipt
// is the proof.
func TestLostCommitOfAReceipt(t *testing.T) {
	s, _, next := struck(t, quick)
	for b := beforehand; b < blows; b++ {
		key := "key-" + string(rune('a'+b))
		next(b)
		_, err := desk.One(t.Context(), s.desk, intake.Pay, scope, intake.PayCommand{Order: 1, Amount: 1}, desk.Options{Key: key, Route: "pay", Hash: []byte("h")})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("blow %d: %v", b, err)
		}
		err = s.db.Read(t.Context(), scope, func(r *store.Reader) error {
			_, ok, err := receipts.Find(r, receipts.Key{Principal: scope.Actor.String(), Route: "pay", Key: key})
			if !ok {
				t.Errorf("blow %d: the receipt is not there", b)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A transaction that wrote without leaving a proof is never told to have changed
// nothing; one that wrote nothing is.
func TestLostCommitWithoutProof(t *testing.T) {
	s, _, next := struck(t, quick)
	for b := beforehand; b < blows; b++ {
		next(b)
		err := s.db.Transact(t.Context(), func(tx *store.Tx) error {
			if err := tx.For(scope.Merchant); err != nil {
				return err
			}
			return counters.Add(tx, map[string]int64{"torture": 1})
		})
		if !errors.Is(err, store.ErrUnknownCommit) || fault.CodeOf(err) != "unknown_outcome" {
			t.Errorf("blow %d, written without proof: %v", b, err)
		}
		next(b)
		err = s.db.Transact(t.Context(), func(tx *store.Tx) error { return tx.For(scope.Merchant) })
		if errors.Is(err, store.ErrUnknownCommit) || fault.CodeOf(err) != "database_away" {
			t.Errorf("blow %d, nothing written: %v", b, err)
		}
	}
}

// While the server cannot be reached the outcome is unknown, and says so.
func TestLostCommitAndServer(t *testing.T) {
	cluster, err := pgtest.Start(t.Context(), pgtest.Options{KillSafe: true, TCP: true, Dir: "/tmp"})
	if errors.Is(err, pgtest.ErrNotInstalled) {
		pgtest.ForTest(t) // skips, visibly
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	if err := lay(t.Context(), cluster.URL("postgres")); err != nil {
		t.Fatal(err)
	}
	var armed atomic.Bool
	p, url, err := newProxy(cluster.URL("postgres"), func(commit bool) blow {
		if commit && armed.Swap(false) {
			if err := cluster.Kill(); err != nil {
				t.Error(err)
			}
			return beforehand
		}
		return pass
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	limits := quick
	limits.Resolve = 200 * time.Millisecond
	s, err := openSite(t.Context(), "n", store.Options{URL: url, Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	at, err := outfit(t.Context(), s.desk)
	if err != nil {
		t.Fatal(err)
	}
	receive := func() error {
		_, err := desk.One(context.Background(), s.desk, floor.Receive, scope, floor.ReceiveCommand{Lines: []stock.Line{{SKU: crewSKU(1), Location: at, Quantity: 1}}}, desk.Options{})
		return err
	}
	armed.Store(true)
	if err := receive(); fault.CodeOf(err) != "unknown_outcome" {
		t.Errorf("a COMMIT that went with its server: %v", err)
	}
	if err := receive(); fault.CodeOf(err) != "database_away" || !errors.Is(err, store.ErrNotBegun) {
		t.Errorf("no server: %v", err)
	}
	if err := cluster.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := receive(); err != nil {
		t.Errorf("the first act after the restart: %v", err)
	}
}
