package imports_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

func TestRejectsAppearWithTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rejects.csv")
	r, err := imports.NewRejects(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a file without a reject: %v", err)
	}

	var l fault.List
	l.Add("/sku", "missing", "is empty")
	l.Add("/price", "invalid_price", "is no price")
	for range 3 {
		l.Add("", "other", "and more")
	}
	if err := r.AddError(7, l.Err(), "=1+1,\"x\"\nnext"); err != nil {
		t.Fatal(err)
	}
	if err := r.Add(9, "field_count", "too few", strings.Repeat("é", imports.MaxRawBytes)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if r.Count() != 2 {
		t.Errorf("count %d", r.Count())
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"line", "code", "reason", "text"},
		{"7", "invalid", "sku: is empty; price: is no price; and more; and more; and more", "'=1+1,\"x\"\nnext"},
		{"9", "field_count", "too few", strings.Repeat("é", imports.MaxRawBytes/2)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if info, err := f.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestRejectsReplaceNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := imports.NewRejects(path); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v", err)
	}
}
