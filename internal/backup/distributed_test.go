package backup_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"orderly/internal/backup"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// The machines of a distributed database share no snapshot: nobody may be
// there when its rows are copied, and nobody may come meanwhile.
func TestAPortableBackupOfManyMachinesIsTakenAlone(t *testing.T) {
	at := store.Options{URL: pgtest.ForTest(t)}
	books(t, at)
	plain, err := sql.Open("pgx", at.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	// What Citus calls its list of tables, as a view, which no backup copies.
	if _, err := plain.ExecContext(ctx, "CREATE VIEW pg_dist_partition AS SELECT 'orders'::regclass AS logicalrelid"); err != nil {
		t.Fatal(err)
	}
	node, err := store.Open(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = backup.Dump(ctx, backup.DumpOptions{From: at, To: filepath.Join(t.TempDir(), "x.ndjson.gz"), Version: "test", Now: time.Now})
	if fault.CodeOf(err) != "in_use" {
		t.Errorf("beside a node: %v", err)
	}
	if err := node.Close(); err != nil {
		t.Fatal(err)
	}
	file, p := dump(t, at)
	if p.Orders() != 5 {
		t.Errorf("%d orders were copied", p.Orders())
	}
	if node, err = store.Open(ctx, at); err != nil { // the lock has gone with the copy
		t.Fatal(err)
	}
	if err := node.Close(); err != nil {
		t.Error(err)
	}
	if _, err := load(file, store.Options{Dir: t.TempDir()}); err != nil {
		t.Error(err)
	}
}
