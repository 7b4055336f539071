package backup_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/backup"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func dump(t *testing.T, from store.Options) (string, *backup.Portable) {
	t.Helper()
	file, p, err := backup.Dump(ctx, backup.DumpOptions{From: from, To: filepath.Join(t.TempDir(), "all.ndjson.gz"), Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return file, p
}

func load(file string, to store.Options) (*backup.Portable, error) {
	p, _, err := backup.Load(ctx, backup.LoadOptions{From: file, To: to, Now: time.Now})
	return p, err
}

// books fills a database with a bit of everything that a shop does.
func books(t *testing.T, o store.Options) {
	t.Helper()
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 5, "B", 2)
	for n := range 4 {
		request := s.Request("X", 2)
		request.Note = fmt.Sprintf("“note” %d\nwith a line break, \\ and 🎁", n)
		key := desk.Options{Key: fmt.Sprint("key-", n), Route: "orders", Hash: []byte{0, 255, byte(n)}}
		if _, err := desk.One(ctx, s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: request}, key); err != nil {
			t.Fatal(err)
		}
	}
	s.Ship(s.Place("X", 1))
	s.Desk.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// lines are all rows of a portable backup, sorted within their tables.
func lines(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	begin := 0
	for _, line := range unpack(t, file) {
		switch {
		case strings.HasPrefix(line, `{"orderly_portable"`), strings.HasPrefix(line, `{"end"`):
			continue
		case strings.HasPrefix(line, `{"table"`):
			slices.Sort(out[begin:])
			begin = len(out) + 1
		}
		out = append(out, line)
	}
	slices.Sort(out[begin:])
	return out
}

func unpack(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for s := bufio.NewScanner(in); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}

func pack(t *testing.T, lines []string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprintln(w, strings.Join(lines, "\n"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "edited.ndjson.gz")
	write(t, file, b.Bytes())
	return file
}

// A shop moves to PostgreSQL and back, and not a byte of it changes.
func TestAShopMovesBetweenEngines(t *testing.T) {
	first := store.Options{Dir: t.TempDir()}
	books(t, first)
	file, p := dump(t, first)
	if p.Orders() != 5 || p.Engine != store.SQLite {
		t.Errorf("the backup is of %d orders, %s", p.Orders(), p.Engine)
	}
	second := store.Options{URL: pgtest.ForTest(t)}
	if got, err := load(file, second); err != nil || got.Orders() != 5 || got.Rows != p.Rows {
		t.Fatalf("into PostgreSQL: %+v, %v", got, err)
	}
	again, p := dump(t, second)
	if p.Engine != store.Postgres {
		t.Errorf("the second backup is of %s", p.Engine)
	}
	if diff := cmp.Diff(lines(t, file), lines(t, again)); diff != "" {
		t.Fatalf("rows changed on the way (-SQLite +PostgreSQL):\n%s", diff)
	}
	third := store.Options{Dir: filepath.Join(t.TempDir(), "back")}
	if _, err := load(again, third); err != nil {
		t.Fatal(err)
	}
	leftovers(t, third.Dir, store.FileName)
	last, _ := dump(t, third)
	if diff := cmp.Diff(lines(t, file), lines(t, last)); diff != "" {
		t.Errorf("rows changed on the way back (-first +last):\n%s", diff)
	}

	// it is a shop that works on
	db, _ := open(t, third.Dir)
	s := desktest.Open(t, db)
	next := s.Request("X", 1)
	next.ExternalID = "after the move"
	if r := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: next}); r.Value.(*intake.Placed).Order.Number != 1006 {
		t.Errorf("the next order is %d", r.Value.(*intake.Placed).Order.Number)
	}

	if _, err := load(file, second); fault.CodeOf(err) != "not_empty" {
		t.Errorf("into a database that has a shop: %v", err)
	}
	if _, err := load(file, third); fault.CodeOf(err) != "not_empty" {
		t.Errorf("into a directory that has a shop: %v", err)
	}
}

// resign gives edited lines a tail with a true checksum.
func resign(t *testing.T, all []string) []string {
	t.Helper()
	last := len(all) - 1
	var tail map[string]any
	if err := json.Unmarshal([]byte(all[last]), &tail); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(strings.Join(all[:last], "\n") + "\n"))
	tail["sha256"] = hex.EncodeToString(sum[:])
	ends, err := json.Marshal(tail["rows"])
	if err != nil {
		t.Fatal(err)
	}
	anchors, err := json.Marshal(tail["merchants"])
	if err != nil {
		t.Fatal(err)
	}
	return append(slices.Clone(all[:last]), fmt.Sprintf(`{"end":true,"rows":%s,"merchants":%s,"sha256":%q}`, ends, anchors, tail["sha256"]))
}

func TestAPortableBackupThatIsNotWholeIsRefused(t *testing.T) {
	from := store.Options{Dir: t.TempDir()}
	books(t, from)
	file, _ := dump(t, from)
	all := unpack(t, file)
	row := slices.IndexFunc(all, func(l string) bool { return strings.HasPrefix(l, `{"table":"orders"`) }) + 1
	edit := func(change func([]string) []string) []string { return change(slices.Clone(all)) }
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		file  func(*testing.T) string
		codes string
	}{
		{"nothing there", func(t *testing.T) string { return filepath.Join(t.TempDir(), "none.ndjson.gz") }, "no_backup"},
		{"no gzip", func(t *testing.T) string {
			file := filepath.Join(t.TempDir(), "x.ndjson.gz")
			write(t, file, []byte("plain"))
			return file
		}, "not_a_backup"},
		{"cut short", func(t *testing.T) string {
			file := filepath.Join(t.TempDir(), "x.ndjson.gz")
			write(t, file, whole[:len(whole)-100])
			return file
		}, "not_a_backup"},
		{"no tail", func(t *testing.T) string { return pack(t, all[:len(all)-1]) }, "not_a_backup"},
		{"other JSON", func(t *testing.T) string { return pack(t, []string{`{"name":"package"}`}) }, "not_a_backup"},
		{"a row changed", func(t *testing.T) string {
			return pack(t, edit(func(l []string) []string { l[row] = strings.Replace(l[row], "GBP", "EUR", 1); return l }))
		}, "checksum_mismatch"},
		{"a row removed and signed anew", func(t *testing.T) string {
			return pack(t, resign(t, edit(func(l []string) []string { return slices.Delete(l, row, row+1) })))
		}, "anchor_mismatch"},
		{"another schema", func(t *testing.T) string {
			return pack(t, edit(func(l []string) []string {
				l[0] = strings.Replace(l[0], `"schema_version":`, `"schema_version":9`, 1)
				return l
			}))
		}, "another_schema"},
		{"a column more", func(t *testing.T) string {
			return pack(t, resign(t, edit(func(l []string) []string {
				l[row-1] = strings.Replace(l[row-1], `"columns":[`, `"columns":["extra",`, 1)
				return l
			})))
		}, "not_a_backup"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "data")
			_, err := load(tc.file(t), store.Options{Dir: place})
			if fault.CodeOf(err) != tc.codes {
				t.Fatalf("load: %v (%s), want %s", err, fault.CodeOf(err), tc.codes)
			}
			if list, _ := os.ReadDir(place); len(list) != 0 {
				t.Errorf("the refused restore left %v", list)
			}
		})
	}
}
