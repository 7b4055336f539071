package endpoints

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/outbound"
	"orderly/internal/store"
)

// Progress is how far an endpoint is in the journal, and how it has answered.
type Progress struct {
	Seq      int64
	Hungry   bool
	DueAt    int64
	Nudges   int64
	Attempts int64
	outbound.Health
}

// Begin makes the progress of a new endpoint: it is sent what comes after a
// sequence.
func Begin(tx *store.Tx, id outbound.ID, seq int64) error {
	_, err := tx.Exec("INSERT INTO endpoint_progress (m, endpoint, seq, hungry, due_at, nudges, attempts, failing_since, misses, hold_until, taken_at, failed_at, answer, error, taken, failures) "+
		"VALUES ($1, $2, $3, 1, $4, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0)", tx.M, id, seq, outbound.Never)
	return err
}

// ProgressOf reads how far an endpoint is.
func ProgressOf(r *store.Reader, id outbound.ID) (p Progress, err error) {
	var hungry int64
	err = r.Row("SELECT seq, hungry, due_at, nudges, attempts, failing_since, misses, hold_until, taken_at, failed_at, answer, error, taken, failures FROM endpoint_progress WHERE m = $1 AND endpoint = $2", r.M, id).
		Scan(&p.Seq, &hungry, &p.DueAt, &p.Nudges, &p.Attempts, &p.FailingSince, &p.Misses, &p.HoldUntil, &p.TakenAt, &p.FailedAt, &p.Status, &p.Error, &p.Taken, &p.Failures)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	p.Hungry = hungry != 0
	return p, err
}

// Nudge has whoever sends look at the endpoint again: something was changed.
func Nudge(tx *store.Tx, id outbound.ID) error {
	_, err := tx.Exec("UPDATE endpoint_progress SET nudges = nudges + 1, due_at = 0 WHERE m = $1 AND endpoint = $2", tx.M, id)
	return err
}

// Back sets an endpoint back in the journal: what follows is sent again.
func Back(tx *store.Tx, id outbound.ID, seq int64) error {
	_, err := tx.Exec("UPDATE endpoint_progress SET seq = $1, nudges = nudges + 1, due_at = 0 WHERE m = $2 AND endpoint = $3 AND seq > $1", seq, tx.M, id)
	return err
}

// Forward moves an endpoint from one sequence to a later one. It reports false
// when it is no longer where it was.
func Forward(tx *store.Tx, id outbound.ID, from, to int64) (bool, error) {
	n, err := tx.Exec("UPDATE endpoint_progress SET seq = $1 WHERE m = $2 AND endpoint = $3 AND seq = $4", to, tx.M, id, from)
	return n == 1, err
}

// SaveHealth keeps how an endpoint has answered.
func SaveHealth(tx *store.Tx, id outbound.ID, p Progress) error {
	_, err := tx.Exec("UPDATE endpoint_progress SET attempts = $1, failing_since = $2, misses = $3, hold_until = $4, taken_at = $5, failed_at = $6, answer = $7, error = $8, taken = $9, failures = $10 WHERE m = $11 AND endpoint = $12",
		p.Attempts, p.FailingSince, p.Misses, p.HoldUntil, p.TakenAt, p.FailedAt, p.Status, p.Error, p.Taken, p.Failures, tx.M, id)
	return err
}

// Forgive lets an endpoint begin anew, and has whoever sends look at it.
func Forgive(tx *store.Tx, id outbound.ID) error {
	_, err := tx.Exec("UPDATE endpoint_progress SET failing_since = 0, misses = 0, hold_until = 0, nudges = nudges + 1, due_at = 0 WHERE m = $1 AND endpoint = $2", tx.M, id)
	return err
}

// Rest says what is to be done next and when, unless somebody has changed
// something since the nudges that were seen; then it reports false.
func Rest(tx *store.Tx, id outbound.ID, hungry bool, due, nudges int64) (bool, error) {
	n, err := tx.Exec("UPDATE endpoint_progress SET hungry = $1, due_at = $2 WHERE m = $3 AND endpoint = $4 AND nudges = $5", store.Bool(hungry), due, tx.M, id, nudges)
	return n == 1, err
}

// Key names an endpoint of any merchant.
type Key struct {
	M  int64
	ID outbound.ID
}

// WithWork lists the endpoints of all merchants for which something is to be
// done now: a new entry, or something that waited until now. Those that are
// served at the moment are among them.
func WithWork(ctx context.Context, db *store.DB, limit int) ([]Key, error) {
	var out []Key
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each("SELECT p.m, p.endpoint FROM endpoint_progress AS p JOIN merchant_seq AS s ON s.m = p.m WHERE p.due_at <= $1 OR p.hungry = 1 AND p.seq < s.entry_seq ORDER BY p.due_at LIMIT $2",
			[]any{db.Now(), int64(limit)}, func(scan func(...any) error) error {
				var k Key
				err := scan(&k.M, &k.ID)
				out = append(out, k)
				return err
			})
	})
	return out, err
}
