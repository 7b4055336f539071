package storetest_test

import (
	"database/sql"
	"testing"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// A connection to a server that has become a standby is thrown away: the next
// one finds the server that writes.
func TestStandbyIsLeft(t *testing.T) {
	url := pgtest.ForTest(t)
	db := openAt(t, url)
	defer db.Close()
	write(t, db, func(*store.Tx) error { return nil })
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	plain, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	become := func(readOnly string) {
		t.Helper()
		var name string
		if err := plain.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
		if _, err := plain.ExecContext(t.Context(), `ALTER DATABASE "`+name+`" SET default_transaction_read_only = `+readOnly); err != nil {
			t.Fatal(err)
		}
	}
	become("on")
	if _, err := plain.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
		t.Fatal(err)
	}
	try := func() error {
		return db.Transact(t.Context(), func(tx *store.Tx) error { return tx.For(admin.Main) })
	}
	refused := 0
	for range 20 { // connections that were ended, and then new ones that only read
		if err := try(); err != nil {
			refused++
			if fault.KindOf(err) != fault.Unavailable {
				t.Fatalf("on a standby: %v", err)
			}
		}
	}
	if refused != 20 {
		t.Fatalf("%d of 20 transactions were refused on a standby", refused)
	}
	become("off")
	if err := try(); err != nil {
		t.Errorf("when the server writes again: %v", err)
	}
}
