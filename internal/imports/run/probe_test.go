package run_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports/run"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestProbe(t *testing.T) {
	o := store.Options{Dir: t.TempDir()}
	if os.Getenv("PG") != "" {
		o = store.Options{URL: pgtest.ForTest(t)}
	}
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	admin.Setup(context.Background(), db, "x", "UTC", "EUR")
	d := desk.New(db, nil)
	defer d.Close()
	s, err := run.Import(context.Background(), run.Shop{DB: db, Desk: d, Scope: access.System(1, "command", "import")}, run.Options{
		What: "orders", Path: "/work/shared/data/online-retail/" + os.Getenv("FILE"), Mapping: "online-retail", As: os.Getenv("AS"), Rejects: t.TempDir() + "/r.csv",
		DryRun: os.Getenv("DRY") != "",
		Progress: func(p run.Progress) { if os.Getenv("P") != "" { fmt.Println(p) } },
	})
	if err != nil {
		t.Error(err)
	}
	text, _ := json.MarshalIndent(s, "", " ")
	fmt.Println(string(text))
}
