package storetest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"orderly/internal/store"
)

// A commit of SQLite that takes longer than a statement may is waited for: it
// will be there, so that "nothing was changed" would be untrue, and trying
// again would do it twice.
//
// Kills: a COMMIT that is interrupted by the limit of a statement.
func TestSlowCommitIsWaitedFor(t *testing.T) {
	db := node(t, store.Options{Dir: t.TempDir(), Limits: store.Limits{Statement: time.Second}}, &clock{})
	large := strings.Repeat("x", 64<<20)
	shorter, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := db.Transact(shorter, func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO node_slot (slot, owner, expires_at) VALUES ($1, $2, $3)", int64(900), large, int64(0))
		time.AfterFunc(2*time.Millisecond, cancel) // in the commit, which writes 64 MiB
		return err
	})
	if n := count(t, db, 900); (err == nil) != (n == 1) {
		t.Fatalf("the answer is %v, and %d rows are there", err, n)
	}
}
