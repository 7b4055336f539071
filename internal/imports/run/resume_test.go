package run_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/imports"
	"orderly/internal/imports/run"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// killed starts the run in a process of its own and kills it after so many
// chunks, wherever it is then: at most two chunks further. It gives how many
// it heard of, fewer when the run was over.
func killed(t *testing.T, dir string, o run.Options, chunks int) int {
	t.Helper()
	text, err := json.Marshal(childRun{Dir: dir, Most: chunks + 2, Options: o})
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), child+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	done := 0
	for done < chunks && lines.Scan() {
		done++
	}
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	return done
}

// Killed at any chunk and started again, a run ends in the books and with the
// summary of one that was never stopped.
func TestKilledAndResumed(t *testing.T) {
	path, want := dataFile(t, month), readOracle(t, "expected-2011-03.json")
	whole := open(t, storetest.SQLite(t))
	o := run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail}
	never := whole.load(o)

	dir := t.TempDir()
	o.Rejects = filepath.Join(t.TempDir(), "rejects.csv")
	prepare(t, dir)
	for _, chunks := range []int{3, 6, 11} { // in items, in customers and orders, in orders
		if n := killed(t, dir, o, chunks); n != chunks {
			t.Fatalf("the run was over after %d chunks", n)
		}
	}
	db := reopen(t, dir)
	b := open(t, db)
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1"); n == 0 || n >= never.Orders {
		t.Fatalf("%d orders when it was killed; the test kills too early or too late", n)
	}
	s := b.load(o)
	if !s.Resumed || s.ChunksSkipped < 6 {
		t.Errorf("resumed %v, %d chunks skipped", s.Resumed, s.ChunksSkipped)
	}
	sameRun(t, never, s)
	checkRetail(b, s, want)
}

func prepare(t *testing.T, dir string) {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	open(t, db).Desk.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func reopen(t *testing.T, dir string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// stopAt cancels a run after some chunks of each phase.
func stopAt(stop func(), phase string, chunks int) func(run.Progress) {
	return func(p run.Progress) {
		if p.Phase == phase {
			if chunks--; chunks == 0 {
				stop()
			}
		}
	}
}

// A signal stops a run between two chunks, in whatever phase, and the same
// command goes on from there.
func TestStoppedAndResumed(t *testing.T) {
	text := beginning(t, dataFile(t, month), 5000)
	whole := open(t, storetest.SQLite(t))
	never := whole.load(run.Options{What: run.Orders, Path: whole.file("days.csv", text), Mapping: run.OnlineRetail, As: run.Live})

	b := open(t, storetest.SQLite(t))
	o := b.beside(run.Options{What: run.Orders, Path: b.file("days.csv", text), Mapping: run.OnlineRetail, As: run.Live})
	for _, stop := range []struct {
		phase  string
		chunks int
	}{{"receive", 2}, {"place", 2}, {"cancel", 1}, {"pick", 3}, {"deliver", 1}} {
		ctx, cancel := context.WithCancel(context.Background())
		o.Progress = stopAt(cancel, stop.phase, stop.chunks)
		if _, err := run.Import(ctx, b.Shop, o); !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped in %s: %v", stop.phase, err)
		}
		cancel()
	}
	o.Progress = nil
	s := b.load(o)
	sameRun(t, never, s)
	checkRetail(b, s, oracle{Lines: never.LinesRead, Net: never.NetExact})
	checkLive(b, s)
}

// beginning is the text of the first lines of a file, the header with them.
func beginning(t *testing.T, path string, lines int) string {
	t.Helper()
	f, err := imports.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out strings.Builder
	in := bufio.NewScanner(f)
	for n := 0; n < lines && in.Scan(); n++ {
		out.WriteString(in.Text() + "\n")
	}
	return out.String()
}

// What a restart forgets, the external ids of orders remember.
func TestRestart(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	path := b.file("retail.csv", oddBook)
	o := run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail}
	first := b.load(o)
	entries := b.number("SELECT count(*) FROM entry WHERE m = $1 AND kind = 'ord'")
	o.Restart = true
	again := b.load(o)
	if again.Resumed || again.ChunksSkipped != 0 || again.Unchanged != again.Orders || again.NetExact != first.NetExact {
		t.Errorf("%+v", again)
	}
	if n := b.number("SELECT count(*) FROM entry WHERE m = $1 AND kind = 'ord'"); n != entries {
		t.Errorf("orders have %d entries, had %d", n, entries)
	}
	b.clean()
}
