package desk_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

// A full disk refuses writes in words, loses nothing that was acknowledged,
// lets reads go on, and is over as soon as there is room again.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("SKIP: cannot mount a small file system here: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
	db, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 1_000_000)
	var kept []order.ID
	place := func() error {
		r := s.Request("X", 1)
		r.Note = strings.Repeat("a long remark ", 600)
		got, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r})
		if err == nil {
			kept = append(kept, order.ID(got.ID))
		}
		return err
	}
	for err == nil && len(kept) < 5000 {
		err = place()
	}
	if fault.CodeOf(err) != "disk_full" || fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("after %d orders: %v", len(kept), err)
	}
	look := func() {
		t.Helper()
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			found, err := orders.Load(r, kept, orders.Parts{})
			if len(found) != len(kept) {
				t.Errorf("%d of %d acknowledged orders are there", len(found), len(kept))
			}
			return err
		})
		if err != nil {
			t.Errorf("reading on a full disk: %v", err)
		}
	}
	look()
	if out, err := exec.Command("mount", "-o", "remount,size=16m", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if err := place(); err != nil {
		t.Errorf("with room again: %v", err)
	}
	look()
}
