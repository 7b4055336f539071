// Package storetest opens real databases for tests, on both engines: what a
// test sees on one it must see on the other.
package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// Each runs f on a fresh SQLite database and on a fresh PostgreSQL one.
// Without PostgreSQL's binaries that half is skipped with a visible line, or
// fails when ORDERLY_REQUIRE_POSTGRES=1. Under the race detector SQLite is
// enough: what is shared between goroutines is the same, and a server that is
// waited for shows the detector nothing.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	if !race {
		t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
	}
}

// SQLite opens a fresh database in a temporary directory.
func SQLite(t testing.TB) *store.DB { return open(t, store.Options{Dir: t.TempDir()}) }

// Postgres opens a fresh database of the test process's throw-away cluster.
func Postgres(t testing.TB) *store.DB { return open(t, store.Options{URL: migrated(t)}) }

// URL is that of a fresh PostgreSQL database with the schema in it, for who
// opens it with options of its own.
func URL(t testing.TB) string {
	t.Helper()
	return migrated(t)
}

// migrated is a database with the schema of this build in it.
var migrated = pgtest.Model(func(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		return err
	}
	return db.Close()
})

func open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	o.Now = Clock()
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// Clock is the time of tests: it starts at the wall clock and is read as is.
func Clock() func() time.Time { return time.Now }

// planted are texts of tests, which may do what ours may not.
var planted sync.Map

// Exec runs a raw statement on the database, to plant what no act would do.
func Exec(t testing.TB, db *store.DB, text string, args ...any) {
	t.Helper()
	planted.Store(text, true)
	err := db.Transact(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(text, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
