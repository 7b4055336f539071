package torture_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func cut(t *testing.T, o torture.CutOptions) (*torture.CutReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	o.Seed, o.Server, o.Log = 1, pgtest.ForTest(t), t.Output()
	return torture.Cut(ctx, o)
}

// Whenever the connection is cut, above all during COMMIT: an act is
// acknowledged and there, refused and absent, or told as unknown.
func TestCuts(t *testing.T) {
	r, err := cut(t, torture.CutOptions{Cuts: 60, Nodes: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.AtCommit < 20 || r.Acknowledged < 20 {
		t.Errorf("%d cuts at a COMMIT, %d acts: too few to show anything", r.AtCommit, r.Acknowledged)
	}
}

// Looking for a lost COMMIT without the merchant's lock finds nothing while the
// server still commits: the act is done again, and so twice.
func TestCutsCatchAnUnlockedLook(t *testing.T) {
	_, err := cut(t, torture.CutOptions{Cuts: 150, Nodes: 4, Plant: store.PlantUnlockedResolve})
	if !errors.Is(err, torture.ErrUntrue) || !strings.Contains(err.Error(), "was done ") {
		t.Fatalf("acts that were done twice went unnoticed: %v", err)
	}
	t.Log(err)
}

// Without the merchant's lock two nodes decide on what is no longer so. The
// second nets stop that from being committed, and clients see it fail.
func TestCutsCatchAMissingLock(t *testing.T) {
	_, err := cut(t, torture.CutOptions{Cuts: 20, Nodes: 4, Plant: store.PlantNoLock})
	if !errors.Is(err, torture.ErrUntrue) {
		t.Fatalf("nodes without the merchant's lock went unnoticed: %v", err)
	}
	t.Log(err)
}
