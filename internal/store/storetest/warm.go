package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// lasting is an open database that tests have one after the other.
type lasting struct {
	db *store.DB
	at *pgtest.Kept
}

// warm are those that no test has now.
var warm idle

type idle struct {
	mu  sync.Mutex
	all []*lasting
}

func (x *idle) take() *lasting {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.all) == 0 {
		return nil
	}
	w := x.all[len(x.all)-1]
	x.all = x.all[:len(x.all)-1]
	return w
}

// back takes a database back from a test. What cannot be made as if new is
// dropped: a test that failed may have left anything, and one may have closed it.
func (w *lasting) back(t testing.TB) {
	t.Helper()
	if !t.Failed() && w.db.Ping(context.Background()) == nil && w.at.Clean() {
		w.db.Shared.Clear()
		warm.mu.Lock()
		defer warm.mu.Unlock()
		warm.all = append(warm.all, w)
		return
	}
	if err := w.end(); err != nil {
		t.Error(err)
	}
}

func (w *lasting) end() error { return errors.Join(w.db.Close(), w.at.Drop()) }

// lastly ends the databases that tests have left, before their server ends.
type lastly struct{ tests interface{ Run() int } }

func (x lastly) Run() int {
	code := x.tests.Run()
	for w := warm.take(); w != nil; w = warm.take() {
		if err := w.end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	return code
}
