// Package storetest opens real databases for tests, on both engines: what a
// test sees on one it must see on the other.
package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
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

// EachOptions is Each for who opens the database, with options of its own.
func EachOptions(t *testing.T, f func(t *testing.T, o store.Options)) {
	t.Run("sqlite", func(t *testing.T) { f(t, file(t)) })
	if !race {
		t.Run("postgres", func(t *testing.T) { f(t, store.Options{URL: URL(t)}) })
	}
}

// EachClock is Each with a clock that can be set forward.
func EachClock(t *testing.T, f func(t *testing.T, db *store.DB, c *Ahead)) {
	EachOptions(t, func(t *testing.T, o store.Options) {
		c := &Ahead{}
		o.Now = c.Now
		f(t, open(t, o), c)
	})
}

// Ahead is a clock that goes as the wall clock does, ahead of it.
type Ahead struct{ by atomic.Int64 }

// Now is the clock's time.
func (c *Ahead) Now() time.Time { return time.Now().Add(time.Duration(c.by.Load())) }

// Pass sets the clock forward.
func (c *Ahead) Pass(d time.Duration) { c.by.Add(int64(d)) }

// SQLiteAt is SQLite with a clock of the test's own.
func SQLiteAt(t testing.TB, now func() time.Time) *store.DB {
	o := file(t)
	o.Now = now
	return open(t, o)
}

// SQLite opens a fresh database in a temporary directory.
func SQLite(t testing.TB) *store.DB { return open(t, file(t)) }

// file is a directory with an empty database of this build in it, which takes a
// tenth of the time of making its tables. Nothing is flushed: a test that pulls
// the plug opens a database of its own.
func file(t testing.TB) store.Options {
	t.Helper()
	content, err := model()
	if err != nil {
		t.Fatalf("make an empty database: %v", err)
	}
	o := store.Options{Dir: t.TempDir(), Unsafe: true}
	if err := os.WriteFile(filepath.Join(o.Dir, store.FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return o
}

// model is the content of an empty database, once for the process.
var model = sync.OnceValues(func() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "orderly-model-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(context.Background(), store.Options{Dir: dir, Unsafe: true})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil { // brings what the log holds into the file
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.FileName))
})

// Postgres opens an empty database of the test process's throw-away cluster.
// Tests of a process have it one after the other, with its connections: what a
// fresh one costs is that each of them meets every table anew.
func Postgres(t testing.TB) *store.DB {
	t.Helper()
	w := warm.take()
	if w == nil {
		w = &lasting{at: migrated.Keep(t)}
		var err error
		if w.db, err = store.Open(context.Background(), store.Options{URL: w.at.URL, Now: Clock()}); err != nil {
			t.Fatal(errors.Join(err, w.at.Drop()))
		}
	}
	t.Cleanup(func() { w.back(t) })
	return w.db
}

// URL is that of a fresh PostgreSQL database with the schema in it, for who
// opens it with options of its own.
func URL(t testing.TB) string {
	t.Helper()
	return migrated.ForTest(t)
}

// migrated is a database with the schema of this build in it.
var migrated = pgtest.NewModel(func(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		return err
	}
	return db.Close()
})

func open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	if o.Now == nil {
		o.Now = Clock()
	}
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
