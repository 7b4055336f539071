package torture_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orderly/internal/kit/torture"
)

func failures(t *testing.T, n int, role string, careless bool) (*torture.FsyncReport, error) {
	t.Helper()
	if err := torture.CanBreak(); err != nil {
		skipVisibly(t, "seccomp", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	return torture.Fsync(ctx, torture.FsyncOptions{
		Failures: n, Seed: 1, Dir: inMemory(t), Start: starter(t, role), Most: 30, Careless: careless, Log: t.Output(),
	})
}

// A process whose commit met a failing disk stops, and the next one has all
// that was acknowledged.
func TestFailingDisk(t *testing.T) {
	r, err := failures(t, 25, "worker", false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Stopped < r.Failures/2 || r.InStart == 0 || r.Writes == 0 || r.Syncs == 0 {
		t.Errorf("this shows too little: %+v", *r)
	}
}

// A process that ignores its failed disk and acknowledges more is noticed.
func TestFailingDiskCatchesWhoGoesOn(t *testing.T) {
	_, err := failures(t, 10, "careless", true)
	if !errors.Is(err, torture.ErrWentOn) || !strings.Contains(err.Error(), "were acknowledged after") {
		t.Fatalf("a process that went on was not noticed: %v", err)
	}
}

// Should the process not stop, the store refuses: it acknowledges nothing, and
// that it lives on is noticed.
func TestNothingIsAcknowledgedAfterAFailure(t *testing.T) {
	_, err := failures(t, 10, "deaf", false)
	if !errors.Is(err, torture.ErrWentOn) || !strings.Contains(err.Error(), "it ended with") {
		t.Fatalf("a process that does not stop: %v", err)
	}
}
