package run_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports/run"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// child names the run that this test program is to carry out instead of tests,
// so that a test can kill it: JSON of childRun.
const child = "ORDERLY_TEST_IMPORT"

func TestMain(m *testing.M) {
	if text := os.Getenv(child); text != "" {
		os.Exit(runChild(text))
	}
	os.Exit(storetest.Main(m))
}

type childRun struct {
	Dir     string
	Most    int // chunks; then it waits to be killed
	Options run.Options
}

// runChild imports, and writes a line for each chunk that is done.
func runChild(text string) int {
	var c childRun
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		fmt.Println(err)
		return 1
	}
	db, err := store.Open(context.Background(), store.Options{Dir: c.Dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer db.Close()
	s := newShop(db)
	defer s.Desk.Close()
	c.Options.Progress = func(p run.Progress) {
		fmt.Println(p.Phase)
		if c.Most--; c.Most == 0 {
			select {}
		}
	}
	if _, err := run.Import(context.Background(), s, c.Options); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func newShop(db *store.DB) run.Shop {
	return run.Shop{DB: db, Desk: desk.New(db, nil), Scope: access.System(admin.Main, "command", "import")}
}

// books is a shop to import into, and what tests want to know of it.
type books struct {
	*testing.T
	run.Shop
	dir string // for files
}

// open makes a shop on a fresh database, in UTC and with euros.
func open(t *testing.T, db *store.DB) *books {
	t.Helper()
	if _, err := admin.Setup(context.Background(), db, "Test shop", "UTC", "EUR"); err != nil {
		t.Fatal(err)
	}
	b := &books{T: t, Shop: newShop(db), dir: t.TempDir()}
	t.Cleanup(b.Desk.Close)
	return b
}

// file writes a file to import.
func (b *books) file(name, text string) string {
	b.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// load imports what must be imported.
func (b *books) load(o run.Options) *run.Summary {
	b.Helper()
	s, err := run.Import(context.Background(), b.Shop, b.beside(o))
	if err != nil {
		b.Fatal(err)
	}
	if s.LinesImported+s.LinesRejected != s.LinesRead {
		b.Errorf("%d lines imported and %d rejected of %d", s.LinesImported, s.LinesRejected, s.LinesRead)
	}
	return s
}

// fail imports what must end with an error.
func (b *books) fail(o run.Options) (*run.Summary, error) {
	b.Helper()
	s, err := run.Import(context.Background(), b.Shop, b.beside(o))
	if err == nil {
		b.Fatalf("the import of %s succeeded", o.Path)
	}
	return s, err
}

// beside keeps rejects out of the folders of the data.
func (b *books) beside(o run.Options) run.Options {
	if o.Rejects == "" {
		o.Rejects = filepath.Join(b.TempDir(), "rejects.csv")
	}
	return o
}

// clean asserts that every law holds.
func (b *books) clean() {
	b.Helper()
	r, err := verify.Run(context.Background(), b.DB, verify.Options{Level: verify.Full})
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range r.Violations {
		b.Errorf("%s %s: %s", v.ID, v.Subject, v.Message)
	}
}

// read asks the database.
func (b *books) read(f func(*store.Reader) error) {
	b.Helper()
	if err := b.DB.Read(context.Background(), b.Scope, f); err != nil {
		b.Fatal(err)
	}
}

// number asks for one figure.
func (b *books) number(query string, args ...any) int64 {
	b.Helper()
	var n int64
	b.read(func(r *store.Reader) error { return r.Row(query, append([]any{r.M}, args...)...).Scan(&n) })
	return n
}

// sameRun compares summaries of one file but for what differs between runs.
func sameRun(t *testing.T, want, got *run.Summary) {
	t.Helper()
	ignored := cmpopts.IgnoreFields(run.Summary{}, "Seconds", "PeakRSSMB", "Resumed", "ChunksSkipped", "Rejects")
	if d := cmp.Diff(want, got, ignored, cmpopts.IgnoreUnexported(run.Summary{})); d != "" {
		t.Errorf("summary (-want +got):\n%s", d)
	}
}

// summaryFields are the names by which --json tells a summary, those that may
// be left out included.
func summaryFields(t *testing.T) []string {
	t.Helper()
	var out []string
	of := reflect.TypeFor[run.Summary]()
	for i := range of.NumField() {
		if name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ","); name != "" {
			out = append(out, name)
		}
	}
	if len(out) < 11 {
		t.Fatalf("the summary has only %v", out)
	}
	return out
}
