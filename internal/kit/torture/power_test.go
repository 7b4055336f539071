package torture_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"orderly/internal/kit/torture"
)

// skipVisibly skips a test that this machine cannot run, and says so where a
// run of all tests can be told from one of half of them.
func skipVisibly(t *testing.T, what string, err error) {
	t.Helper()
	if path := os.Getenv("ORDERLY_TEST_REPORT"); path != "" {
		info, _ := debug.ReadBuildInfo()
		f, failed := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
		if failed == nil {
			_, failed = f.WriteString("skip " + what + " " + strings.TrimSuffix(info.Path, ".test") + "\n")
			failed = errors.Join(failed, f.Close())
		}
		if failed != nil {
			t.Error(failed)
		}
	}
	t.Skipf("SKIP: %v", err)
}

// inMemory is a directory of the test, in memory where that is possible.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(torture.InMemory(), "orderly-torture-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func powerCuts(t *testing.T, cuts int, unsafe bool) (*torture.PowerReport, error) {
	t.Helper()
	if err := torture.CanCutPower(); err != nil {
		if !errors.Is(err, torture.ErrCannot) {
			t.Fatal(err)
		}
		skipVisibly(t, "loop", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	dir := inMemory(t)
	r, err := torture.Power(ctx, torture.PowerOptions{
		Cuts: cuts, Seed: 1, Dir: dir, Start: starter(t, "worker"), Most: 100 * time.Millisecond, Unsafe: unsafe, Log: t.Output(),
	})
	if mounts, failed := os.ReadFile("/proc/mounts"); failed != nil || strings.Contains(string(mounts), filepath.Base(dir)) {
		t.Errorf("the file system is still mounted (%v)", failed)
	}
	return r, err
}

// Whatever had reached the device when the power went away opens, and holds
// all that was acknowledged.
func TestPowerCuts(t *testing.T) {
	r, err := powerCuts(t, 15, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cuts, %d acts acknowledged, %d orders, %.0f s", r.Cuts, r.Acknowledged, r.Orders, r.Seconds)
	if r.Acknowledged < int64(r.Cuts) {
		t.Errorf("only %d acts were acknowledged: the load was too thin to show anything", r.Acknowledged)
	}
}

// With a log that is not synced at each commit, the cuts must find the loss.
func TestPowerCutsCatchALoss(t *testing.T) {
	if _, err := powerCuts(t, 20, true); !errors.Is(err, torture.ErrLost) {
		t.Fatalf("lowered durability lost nothing that was noticed: %v", err)
	}
}
