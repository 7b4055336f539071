package backup_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/access"
	"orderly/internal/backup"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

var ctx = context.Background()

// open opens a database for the length of the test, and gives a way to close
// it sooner.
func open(t *testing.T, dir string) (*store.DB, func()) {
	t.Helper()
	db, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	end := sync.OnceFunc(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return db, end
}

func take(t *testing.T, dir, to string) *backup.Result {
	t.Helper()
	r, err := backup.Take(ctx, backup.Options{Dir: dir, To: to, Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func restore(from, dir string, force bool) (*backup.Restored, error) {
	return backup.Restore(ctx, backup.RestoreOptions{From: from, Dir: dir, Force: force, Now: time.Now})
}

// orderNumbers reads the numbers of all orders.
func orderNumbers(t *testing.T, db *store.DB) map[int64]bool {
	t.Helper()
	out := map[int64]bool{}
	err := db.Read(ctx, access.System(admin.Main, "command", "test"), func(r *store.Reader) error {
		rows, err := orders.List(r, orders.Filter{Limit: 1_000_000})
		for _, row := range rows.Rows {
			out[row.Order.Number] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestABackupIsThePastAndComesBack(t *testing.T) {
	dir := t.TempDir()
	db, end := open(t, dir)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 5)
	for range 3 {
		s.Place("X", 2)
	}
	r := take(t, dir, filepath.Join(t.TempDir(), "first.db"))
	before := orderNumbers(t, db)
	s.Place("X", 1) // after the backup
	if got := r.Manifest.Orders(); got != 3 || r.Manifest.Schema != store.Version() || r.Manifest.Version != "test" {
		t.Errorf("the manifest is %+v", r.Manifest)
	}
	if read, err := backup.Read(r.File); err != nil || !cmp.Equal(read, r.Manifest) {
		t.Errorf("the manifest reads as %+v, %v", read, err)
	}
	if info, err := os.Stat(r.File); err != nil || info.Mode().Perm() != 0o600 || info.Size() != r.Manifest.Bytes {
		t.Errorf("the file is %v, %v", info, err)
	}
	s.Desk.Close()
	end()

	elsewhere := filepath.Join(t.TempDir(), "new", "place")
	put, err := restore(r.File, elsewhere, false)
	if err != nil || put.Kept != "" {
		t.Fatalf("restore: %v, kept %+v", err, put)
	}
	again, _ := open(t, elsewhere)
	if diff := cmp.Diff(before, orderNumbers(t, again)); diff != "" {
		t.Errorf("the restored orders differ (-backed up +restored):\n%s", diff)
	}
	leftovers(t, elsewhere, store.FileName, store.FileName+"-shm", store.FileName+"-wal")
	leftovers(t, filepath.Dir(r.File), "first.db", "first.db.json")
}

// leftovers fails when a directory holds anything else.
func leftovers(t *testing.T, dir string, want ...string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s holds (-want +got):\n%s", dir, diff)
	}
}

// What was acknowledged before a backup began is in it, however much is
// written meanwhile, and its anchors are exact.
func TestABackupUnderLoadHoldsWhatWasAcknowledged(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 1_000_000)
	var acknowledged sync.Map
	var count atomic.Int64
	var writers sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := desk.One(ctx, s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: s.Request("X", 1)}, desk.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				acknowledged.Store(r.Value.(*intake.Placed).Order.Number, true)
				count.Add(1)
			}
		})
	}
	for n := range 4 {
		for goal := count.Load() + 200; count.Load() < goal && !t.Failed(); {
			time.Sleep(time.Millisecond) // let writers go on
		}
		must := map[int64]bool{}
		acknowledged.Range(func(number, _ any) bool { must[number.(int64)] = true; return true })
		r := take(t, dir, filepath.Join(t.TempDir(), "under-load.db"))
		place := t.TempDir()
		if _, err := restore(r.File, place, false); err != nil {
			t.Fatal(err)
		}
		copied, end := open(t, place)
		got := orderNumbers(t, copied)
		end()
		for number := range must {
			if !got[number] {
				t.Errorf("backup %d lacks order %d, which was acknowledged before it began", n, number)
			}
		}
		if int64(len(got)) != r.Manifest.Orders() || r.Manifest.Merchants[0].OrderNo != int64(1000+len(got)) {
			t.Errorf("backup %d has %d orders, its manifest says %+v", n, len(got), r.Manifest.Merchants)
		}
	}
	close(stop)
	writers.Wait()
}

// edited is a backup whose file was changed by a statement, with a manifest
// whose checksum is right all the same.
func edited(t *testing.T, from *backup.Result, statement string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "edited.db")
	text, err := os.ReadFile(from.File)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, text)
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(DELETE)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	db.Close()
	sign(t, file, from.Manifest)
	return file
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sign writes a manifest with the file's true checksum.
func sign(t *testing.T, file string, m backup.Manifest) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	m.SHA256 = hex.EncodeToString(sum[:])
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file+".json", out)
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 5)
	s.Place("X", 2)
	s.Place("X", 2)
	good := take(t, dir, t.TempDir())
	text, err := os.ReadFile(good.File)
	if err != nil {
		t.Fatal(err)
	}
	copyOf := func(t *testing.T, text []byte) string {
		file := filepath.Join(t.TempDir(), "copy.db")
		write(t, file, text)
		return file
	}
	flipped := append([]byte(nil), text...)
	flipped[len(flipped)/2] ^= 1
	manifest, err := os.ReadFile(good.File + ".json")
	if err != nil {
		t.Fatal(err)
	}

	for _, tc := range []struct {
		name string
		file func(t *testing.T) string
		code string
	}{
		{"nothing there", func(t *testing.T) string { return filepath.Join(t.TempDir(), "none.db") }, "no_backup"},
		{"no manifest", func(t *testing.T) string { return copyOf(t, text) }, "no_manifest"},
		{"another manifest", func(t *testing.T) string {
			file := copyOf(t, text)
			write(t, file+".json", []byte(`{"name":"package"}`))
			return file
		}, "not_a_manifest"},
		{"newer manifest", func(t *testing.T) string {
			file := copyOf(t, text)
			m := good.Manifest
			m.Format = 99
			sign(t, file, m)
			return file
		}, "newer_backup"},
		{"one bit differs", func(t *testing.T) string {
			file := copyOf(t, flipped)
			write(t, file+".json", manifest)
			return file
		}, "checksum_mismatch"},
		{"cut short", func(t *testing.T) string {
			file := copyOf(t, text[:len(text)-4096])
			write(t, file+".json", manifest)
			return file
		}, "checksum_mismatch"},
		{"one order less", func(t *testing.T) string {
			return edited(t, good, "DELETE FROM orders WHERE id = (SELECT max(id) FROM orders)")
		}, "anchor_mismatch"},
		{"journal cut", func(t *testing.T) string {
			return edited(t, good, "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
		}, "anchor_mismatch"},
		{"newer schema", func(t *testing.T) string {
			return edited(t, good, "INSERT INTO schema_version (version, applied_at) VALUES (9999, 0)")
		}, "newer_schema"},
		{"another program's", func(t *testing.T) string { return edited(t, good, "PRAGMA application_id = 7") }, "not_our_database"},
		{"no database at all", func(t *testing.T) string {
			file := copyOf(t, []byte(strings.Repeat("not a database\n", 1000)))
			sign(t, file, good.Manifest)
			return file
		}, "not_a_database"},
		{"damaged inside", func(t *testing.T) string {
			// a row count stays right while an index lies
			return edited(t, good, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'orders_number'; PRAGMA writable_schema = RESET")
		}, "damaged"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "data")
			_, err := restore(tc.file(t), place, false)
			if fault.CodeOf(err) != tc.code {
				t.Fatalf("restore: %v (%s), want %s", err, fault.CodeOf(err), tc.code)
			}
			if list, _ := os.ReadDir(place); len(list) != 0 {
				t.Errorf("the refused restore left %v", list)
			}
		})
	}
}

func TestRestoreOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	db, end := open(t, dir)
	s := desktest.Open(t, db)
	s.Goods("X", catalog.Backorder, "A", 5)
	s.Place("X", 1)
	first := take(t, dir, t.TempDir())
	s.Place("X", 1)
	if _, err := restore(first.File, dir, false); fault.CodeOf(err) != "not_empty" {
		t.Errorf("into a directory in use: %v", err)
	}
	if _, err := restore(first.File, dir, true); fault.CodeOf(err) != "in_use" {
		t.Errorf("with --force into a directory in use: %v", err)
	}
	s.Place("X", 1) // it still works
	s.Desk.Close()
	end()

	put, err := restore(first.File, dir, true)
	if err != nil || put.Kept == "" {
		t.Fatalf("with --force: %v, kept %+v", err, put)
	}
	again, _ := open(t, dir)
	if n := len(orderNumbers(t, again)); n != 1 {
		t.Errorf("%d orders after the restore, want 1", n)
	}
	was := t.TempDir()
	if err := os.Rename(put.Kept, filepath.Join(was, store.FileName)); err != nil {
		t.Fatal(err)
	}
	old, _ := open(t, was)
	if n := len(orderNumbers(t, old)); n != 3 {
		t.Errorf("%d orders in what was kept, want 3", n)
	}
}

// A broken database does not stand in the way of its own backup.
func TestRestoreOverABrokenFile(t *testing.T) {
	dir := t.TempDir()
	db, end := open(t, dir)
	desktest.Open(t, db).Desk.Close()
	first := take(t, dir, t.TempDir())
	end()
	broken := []byte("this was a database once")
	for _, part := range []string{"", "-wal", "-shm"} {
		write(t, filepath.Join(dir, store.FileName+part), broken)
	}
	put, err := restore(first.File, dir, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-wal"} {
		if got, err := os.ReadFile(put.Kept + part); err != nil || string(got) != string(broken) {
			t.Errorf("kept%s holds %q, %v", part, got, err)
		}
	}
	open(t, dir)
}

func TestTakeRefusals(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	desktest.Open(t, db)
	to := filepath.Join(t.TempDir(), "b.db")
	take(t, dir, to)
	foreign, text := t.TempDir(), t.TempDir()
	other, err := sql.Open("sqlite", "file:"+filepath.Join(foreign, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec("CREATE TABLE theirs (n INTEGER)"); err != nil {
		t.Fatal(err)
	}
	other.Close()
	write(t, filepath.Join(text, store.FileName), []byte(strings.Repeat("a text file\n", 500)))
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)

	for _, tc := range []struct{ name, dir, to, code string }{
		{"it exists", dir, to, "file_exists"},
		{"no database", t.TempDir(), filepath.Join(t.TempDir(), "x"), "no_database"},
		{"another program's", foreign, filepath.Join(t.TempDir(), "x"), "not_our_database"},
		{"no database file", text, filepath.Join(t.TempDir(), "x"), "not_a_database"},
		{"below a file", dir, filepath.Join(file, "x.db"), "unwritable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := backup.Take(ctx, backup.Options{Dir: tc.dir, To: tc.to, Now: time.Now}); fault.CodeOf(err) != tc.code {
				t.Errorf("take: %v (%s), want %s", err, fault.CodeOf(err), tc.code)
			}
		})
	}
	leftovers(t, filepath.Dir(to), "b.db", "b.db.json")
}

func TestACanceledBackupLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	db, _ := open(t, dir)
	desktest.Open(t, db)
	stopped, cancel := context.WithCancel(ctx)
	to := t.TempDir()
	_, err := backup.Take(stopped, backup.Options{Dir: dir, To: to, Now: time.Now, Progress: func(done, total int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("take: %v", err)
	}
	leftovers(t, to)
}
