package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"orderly/internal/fault"
)

// proof is a row that only one transaction can have written: when it is there,
// so is the rest of that transaction.
type proof struct {
	m    int64
	text string
	args []any
}

// Prove says how this transaction can be recognized when its COMMIT gets no
// answer: text asks for one number and finds a row only if this very
// transaction wrote it. The first proof is as good as any other.
func (tx *Tx) Prove(text string, args ...any) {
	if tx.proof == nil {
		tx.proof = &proof{m: tx.M, text: text, args: args}
	}
}

// inDoubt reports whether a failed COMMIT on PostgreSQL may have succeeded. It
// certainly has not when the server itself said so in a session that goes on;
// everything else, whatever it is, is doubt.
func inDoubt(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return Lost(err)
	}
	return !errors.Is(err, errRolledBack)
}

// Waits between two looks for a transaction in doubt.
const (
	firstLook = 20 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// resolve answers what became of a transaction whose COMMIT got no answer.
func (tx *Tx) resolve(cause error) error {
	switch {
	case !tx.wrote:
		return absent(cause)
	case tx.proof == nil:
		return unknown(cause)
	}
	ctx, cancel := context.WithTimeout(context.Background(), tx.db.limits.Resolve)
	defer cancel()
	for wait := firstLook; ; wait = min(2*wait, lastLook) {
		there, err := tx.db.look(ctx, tx.proof)
		switch {
		case err == nil && there:
			return nil
		case err == nil:
			return absent(cause)
		}
		select {
		case <-ctx.Done():
			return unknown(errors.Join(cause, err))
		case <-time.After(wait):
		}
	}
}

// look asks for the proof under the merchant's lock. The server may still be
// busy with the lost COMMIT, or have it yet to read: until that session ends it
// holds the lock, so who gets the lock sees what became of it. A network that
// is cut one way only does not make that wait long, for the server ends a
// session that idles in a transaction.
//
// It ends in a COMMIT of its own. Where a standby must confirm commits, that one
// is confirmed after the one in doubt: what was found is safe there too.
func (db *DB) look(ctx context.Context, p *proof) (there bool, err error) {
	c, err := db.write.begin(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED", 0)
	if err != nil {
		return false, err
	}
	r := &Reader{c: c, ctx: ctx, M: p.m}
	var n int64
	if db.plant != PlantUnlockedResolve {
		var seq, no, epoch int64
		err = r.Row(lockText, p.m).Scan(&seq, &no, &epoch)
	}
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		err = r.Row(p.text, p.args...).Scan(&n)
	}
	there = err == nil
	if there || errors.Is(err, sql.ErrNoRows) {
		err = c.commit(ctx)
	}
	db.write.give(c, err != nil)
	return there, err
}

func absent(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "database_away", "the database went away before the commit; nothing was changed: try again")
}

func unknown(cause error) error {
	return errors.Join(ErrUnknownCommit, fault.Wrap(cause, fault.Unavailable, "unknown_outcome",
		"the database went away during the commit; repeat the request with the same external_id or Idempotency-Key to learn the outcome"))
}
