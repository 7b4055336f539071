package storetest_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// addMerchant makes a row to lock.
func addMerchant(t *testing.T, db *store.DB) {
	t.Helper()
	storetest.Exec(t, db, "INSERT INTO merchant_seq (m, entry_seq, order_no, config_epoch) VALUES (1, 0, 0, 0)")
}

// raise takes the merchant's lock and writes.
func raise(tx *store.Tx) error {
	if err := tx.For(1); err != nil {
		return err
	}
	tx.Seq.OrderNo++
	return nil
}

// After a restart every pooled connection is dead. The first transaction and
// the first read succeed all the same.
//
// Kills: trying the dead connections one by one until the tries are used up.
func TestFirstRequestAfterARestart(t *testing.T) {
	pgtest.ForTest(t) // skips, visibly, where there is no PostgreSQL
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := pgtest.Start(t.Context(), pgtest.Options{KillSafe: true, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}()
	db, err := store.Open(t.Context(), store.Options{URL: c.URL("postgres")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	addMerchant(t, db)
	for _, away := range []func() error{func() error { return nil }, c.Kill, c.Quit} {
		fill(t, db)
		if err := errors.Join(away(), c.Restart(t.Context())); err != nil {
			t.Fatal(err)
		}
		if err := db.Transact(t.Context(), raise); err != nil {
			t.Errorf("the first transaction: %v", err)
		}
		if err := db.Ping(t.Context()); err != nil {
			t.Errorf("the first read: %v", err)
		}
	}
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := db.Transact(t.Context(), raise); fault.CodeOf(err) != "database_away" || !errors.Is(err, store.ErrNotBegun) {
		t.Errorf("without a server: %v", err)
	}
}

// fill opens as many connections as the pools may have.
func fill(t *testing.T, db *store.DB) {
	t.Helper()
	var all, wg sync.WaitGroup
	all.Add(8)
	for range 8 {
		wg.Go(func() {
			err := db.Transact(t.Context(), func(*store.Tx) error {
				all.Done()
				all.Wait()
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// A node that is frozen while it holds the merchant's lock is put off by the
// server; what it goes on to do is refused as retryable.
func TestFrozenNodeFreesTheMerchant(t *testing.T) {
	o := store.Options{URL: pgtest.ForTest(t)}
	var c clock
	other := node(t, o, &c)
	o.Limits.Idle = 300 * time.Millisecond
	frozen := node(t, o, &c)
	addMerchant(t, other)
	err := frozen.Transact(t.Context(), func(tx *store.Tx) error {
		if err := raise(tx); err != nil {
			return err
		}
		if err := other.Transact(t.Context(), raise); err != nil { // waits until the server frees the merchant
			t.Errorf("the other node: %v", err)
		}
		return nil
	})
	if fault.KindOf(err) != fault.Unavailable || errors.Is(err, store.ErrUnknownCommit) {
		t.Errorf("the frozen node was told: %v", err)
	}
	var n int64
	err = other.Transact(t.Context(), func(tx *store.Tx) error {
		err := tx.For(1)
		n = tx.Seq.OrderNo
		return err
	})
	if err != nil || n != 1 {
		t.Errorf("%d of the two wrote: %v", n, err)
	}
	if err := frozen.Transact(t.Context(), raise); err != nil {
		t.Errorf("woken and tried again: %v", err)
	}
}

// PostgreSQL answers COMMIT with ROLLBACK, and no error, when a statement had
// failed. That is no success.
func TestOverlookedFailureIsNotCommitted(t *testing.T) {
	db := storetest.Postgres(t)
	addMerchant(t, db)
	err := db.Transact(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("INSERT INTO merchant_seq (m, entry_seq, order_no, config_epoch) VALUES (1, 0, 0, 0)"); err == nil {
			t.Error("a second row of one merchant")
		}
		return nil
	})
	if err == nil {
		t.Error("a transaction that the server rolled back was told to be committed")
	}
}

// A server that takes no writes is refused at the door.
func TestStandbyIsRefused(t *testing.T) {
	url := pgtest.ForTest(t)
	_, err := store.Open(t.Context(), store.Options{URL: url + "&default_transaction_read_only=on"})
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a server without writes: %v", err)
	}
}

// A primary that has been demoted refuses writes; that is no fault of a program.
func TestReadOnlyServerIsRetryable(t *testing.T) {
	db := storetest.Postgres(t)
	addMerchant(t, db)
	err := db.Transact(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("SET TRANSACTION READ ONLY"); err != nil {
			return err
		}
		return raise(tx)
	})
	if fault.CodeOf(err) != "database_away" {
		t.Errorf("a server without writes: %v", err)
	}
	if err := db.Transact(t.Context(), raise); err != nil {
		t.Errorf("the next transaction: %v", err)
	}
}
