package run_test

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/imports/run"
	"orderly/internal/store"
)

// A full disk stops a run with a sentence; with more room the same command
// goes on, and nothing is lost or doubled.
func TestFullDisk(t *testing.T) {
	path, want := dataFile(t, month), readOracle(t, "expected-2011-03.json")
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skip("SKIP: this user may not mount a small disk to fill")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	t.Run("on it", func(t *testing.T) {
		db, err := store.Open(context.Background(), store.Options{Dir: filepath.Join(dir, "data")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		b := open(t, db)
		o := run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail, Rejects: filepath.Join(t.TempDir(), "rejects.csv")}
		s, err := b.fail(o)
		if fault.CodeOf(err) != "disk_full" {
			t.Fatalf("a full disk: %v", err)
		}
		if s.Orders == 0 {
			t.Fatal("nothing was imported before the disk was full; the test proves nothing")
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=200m"); err != nil {
			t.Fatal(err)
		}
		s = b.load(o)
		if !s.Resumed {
			t.Error("the run began anew")
		}
		checkRetail(b, s, want)
	})
}
