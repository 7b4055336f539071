package torture_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/pgtest"
)

// openDir is a directory that the server's account can enter, which above
// t.TempDir it can not where the tests run as root.
func openDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func restarts(t *testing.T, o torture.RestartOptions) (*torture.RestartReport, error) {
	t.Helper()
	pgtest.ForTest(t) // skips, visibly, where there is no PostgreSQL
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	o.Seed, o.Dir, o.Log = 1, openDir(t), t.Output()
	return torture.Restarts(ctx, o)
}

// Whatever way the server goes away under load, clients are told the truth,
// nothing is done twice, and the nodes come back by themselves.
func TestRestarts(t *testing.T) {
	r, err := restarts(t, torture.RestartOptions{Restarts: 5})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Acknowledged < 15 {
		t.Errorf("only %d acts were acknowledged: the load was too thin to show anything", r.Acknowledged)
	}
}
