package linear

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// operations is how many a test checks; ORDERLY_LINEAR asks for more.
func operations(t *testing.T) int64 {
	text := os.Getenv("ORDERLY_LINEAR")
	if text == "" {
		return 6_000
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		t.Fatalf("ORDERLY_LINEAR=%q is not a number of operations", text)
	}
	return n
}

// What clients at two desks are told of the stock could have happened one act
// after the other.
func TestStockIsLinearizable(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			for _, kind := range campaigns(t, engine).missing() {
				t.Errorf("no operation was %s", kind)
			}
		})
	}
}

// tally is what campaigns did, by kind of operation.
type tally struct{ made, refused map[string]int64 }

// missing says which kinds of operations were never made, and which of those
// that can be refused never were.
func (sum tally) missing() (kinds []string) {
	for _, kind := range []string{"place", "cancel", "release", "pick", "pack", "ship", "receive", "adjust", "count", "transfer", "read"} {
		if sum.made[kind] == 0 {
			kinds = append(kinds, kind)
		}
	}
	for _, kind := range []string{"place", "cancel", "pick", "adjust", "count", "transfer"} {
		if sum.refused[kind] == 0 {
			kinds = append(kinds, kind+", refused")
		}
	}
	return kinds
}

// campaigns runs one of one seed after another until none of the kinds is
// missing: on a quick machine few of one campaign's orders come as far as the
// carrier, or lie picked when somebody counts.
func campaigns(t *testing.T, engine store.Engine) tally {
	sum := tally{map[string]int64{}, map[string]int64{}}
	for seed := uint64(1); seed == 1 || seed <= 10 && len(sum.missing()) > 0; seed++ {
		r, err := Run(context.Background(), Options{Engine: engine, Operations: operations(t), Seed: seed, Clients: 16, Items: 60, Round: 3000, batch: 16, Dir: t.TempDir(), Log: t.Output()})
		if errors.Is(err, pgtest.ErrNotInstalled) && os.Getenv("ORDERLY_REQUIRE_POSTGRES") == "" {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", *r)
		for kind, n := range r.ByKind {
			sum.made[kind] += n
		}
		for kind, n := range r.Refused {
			sum.refused[kind] += n
		}
	}
	return sum
}
