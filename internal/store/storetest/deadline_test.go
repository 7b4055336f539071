package storetest_test

import (
	"context"
	"errors"
	"testing"

	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

const addNote = "INSERT INTO order_note (m, order_id, id, text, at, actor) VALUES ($1, $2, $3, $4, $5, $6)"

// SQLite's driver is not told of a caller's deadline: the store looks between
// statements.
func TestNoStatementAfterTheDeadline(t *testing.T) {
	db := storetest.SQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := db.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(1)
		if _, err := tx.Exec(addNote, tx.M, int64(1), int64(1), "one", tx.At, "test"); err != nil {
			t.Fatal(err)
		}
		cancel()
		_, err := tx.Exec(addNote, tx.M, int64(1), int64(2), "two", tx.At, "test")
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a statement after the end: %v", err)
		}
		return err
	})
	if err == nil {
		t.Error("the transaction is said to be there")
	}
	n := 0
	err = db.Lookup(t.Context(), func(r *store.Reader) error {
		return r.Row("SELECT count(*) FROM order_note WHERE m = $1", int64(1)).Scan(&n)
	})
	if err != nil || n != 0 {
		t.Errorf("%d notes are there, %v", n, err)
	}
}
