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
			r, err := Run(context.Background(), Options{Engine: engine, Operations: operations(t), Seed: 1, Clients: 16, Items: 60, Round: 3000, batch: 16, Dir: t.TempDir(), Log: t.Output()})
			if errors.Is(err, pgtest.ErrNotInstalled) && os.Getenv("ORDERLY_REQUIRE_POSTGRES") == "" {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%+v", *r)
			for _, kind := range []string{"place", "cancel", "release", "pick", "pack", "ship", "receive", "adjust", "count", "transfer", "read"} {
				if r.ByKind[kind] == 0 {
					t.Errorf("no operation of kind %s was made", kind)
				}
			}
			for _, kind := range []string{"place", "cancel", "pick", "adjust", "count", "transfer"} {
				if r.Refused[kind] == 0 {
					t.Errorf("no operation of kind %s was refused", kind)
				}
			}
		})
	}
}
