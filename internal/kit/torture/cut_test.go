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

func cut(t *testing.T, seed uint64, o torture.CutOptions) (*torture.CutReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	o.Seed, o.Server, o.Log = seed, pgtest.ForTest(t), t.Output()
	return torture.Cut(ctx, o)
}

// cutUntil goes on with further seeds until a planted fault shows as it must.
// Two turns have to meet for that, which on a busy machine they need not.
func cutUntil(t *testing.T, o torture.CutOptions, shows func(error) bool) {
	t.Helper()
	for seed := uint64(1); seed <= 6; seed++ {
		_, err := cut(t, seed, o)
		t.Log(err)
		if err != nil && !errors.Is(err, torture.ErrUntrue) {
			t.Fatal(err)
		}
		if err != nil && shows(err) {
			return
		}
	}
	t.Fatal("the fault went unnoticed")
}

// Whenever the connection is cut, above all during COMMIT: an act is
// acknowledged and there, refused and absent, or told as unknown.
func TestCuts(t *testing.T) {
	r, err := cut(t, 1, torture.CutOptions{Cuts: 60, Nodes: 4})
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
	cutUntil(t, torture.CutOptions{Cuts: 150, Nodes: 4, Plant: store.PlantUnlockedResolve}, func(err error) bool {
		return strings.Contains(err.Error(), "was done ")
	})
}

// Without the merchant's lock two nodes decide on what is no longer so. The
// second nets stop that from being committed, and clients see it fail.
func TestCutsCatchAMissingLock(t *testing.T) {
	cutUntil(t, torture.CutOptions{Cuts: 20, Nodes: 4, Plant: store.PlantNoLock}, func(error) bool { return true })
}
