package folders_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"orderly/internal/connect/folders"
)

func open(t *testing.T, dir string) (*folders.Box, string) {
	t.Helper()
	root := t.TempDir()
	b, err := folders.Open(root, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b, filepath.Join(root, dir)
}

// Kills: a file that is read while it is written, a directory or a link that is
// taken for a file.
func TestReady(t *testing.T) {
	b, dir := open(t, "acme/in")
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{"b.edi": time.Minute, "a.edi": time.Minute, "young.edi": time.Second, ".hidden": time.Minute, "x.tmp": time.Minute, "y.PART": time.Minute, "empty.edi": time.Minute} {
		body := "ISA"
		if name == "empty.edi" {
			body = ""
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.edi")); err != nil {
		t.Fatal(err)
	}
	got, err := b.Ready(now.Add(-folders.Settle))
	if err != nil || !slices.Equal(got, []string{"a.edi", "b.edi"}) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := b.Read("link.edi", 100); err == nil {
		t.Error("a link out of the root was followed")
	}
	if _, err := b.Read("../../x", 100); err == nil {
		t.Error("a path out of the folder was followed")
	}
}

// Kills: a file that is read whole though it is too large, that is put over
// another, or that is there half.
func TestReadPutAwayWrite(t *testing.T) {
	b, dir := open(t, "acme")
	for range 2 {
		if err := b.Write("one.edi", []byte("12345")); err != nil {
			t.Fatal(err)
		}
		if raw, err := b.Read("one.edi", 3); err != nil || len(raw) != 4 {
			t.Errorf("%q %v", raw, err)
		}
		if err := b.PutAway("one.edi", folders.Archive); err != nil {
			t.Fatal(err)
		}
	}
	list, _ := filepath.Glob(filepath.Join(dir, "archive", "*"))
	if len(list) != 2 || filepath.Base(list[1]) != "one.edi.1" {
		t.Errorf("%v", list)
	}
	if err := b.Say("one.edi", "it is no EDI"); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "failed", "one.edi.error.txt")); err != nil || string(raw) != "it is no EDI\n" {
		t.Errorf("%q %v", raw, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
