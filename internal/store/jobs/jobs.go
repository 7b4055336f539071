// Package jobs keeps work that is due at a time or is tried again, and who has
// leased it until when.
//
// What runs a job, how often and how long it waits between tries is decided
// above. Nothing here takes the merchant's lock: each statement is conditional
// and the number of rows that it touched decides, so that claiming never waits
// for placing orders, nor needs a lock over shards.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"orderly/internal/store"
)

// Job is a piece of work. There is one for each merchant, kind and dedupe.
type Job struct {
	M         int64
	ID        int64
	Kind      string
	Dedupe    string // "" is made the id: then nothing is like it
	Due       int64
	Data      string
	Token     string // of the lease, "" when nobody has it
	Until     int64  // of the lease
	Attempts  int64  // the one under way included
	LastError string
	DeadAt    int64 // when it was given up, 0 while it is not
}

// ErrLost says that a lease has run out and another took the job, or that the
// job is done. Who gets it stops and writes nothing more.
var ErrLost = errors.New("the lease of this job is lost: another has taken it, or it is done")

// absurd is how far ahead a lease's end cannot be: it was written by a clock
// that has been set back since, and holds nobody off.
const absurd = int64(time.Hour / time.Microsecond)

const insertText = "INSERT INTO job (m, id, kind, dedupe, due_at, data, lease_owner, lease_until, attempts, last_error, created_at, dead_at) " +
	"VALUES ($1, $2, $3, $4, $5, $6, '', 0, 0, '', $7, 0) ON CONFLICT (m, kind, dedupe) DO NOTHING"

// Enqueue keeps a job of the transaction's merchant, in the transaction of the
// act that wants it. When one of the same kind and dedupe is there, that one
// stays as it is, be it waiting, under way or dead, and added is false: who
// wants a second run after the one under way says so in dedupe.
func Enqueue(tx *store.Tx, j Job) (added bool, err error) {
	id := tx.IDs().Next()
	if j.Dedupe == "" {
		j.Dedupe = strconv.FormatInt(id, 10)
	}
	n, err := tx.Exec(insertText, tx.M, id, j.Kind, j.Dedupe, j.Due, j.Data, tx.At)
	return n == 1, err
}

// Key names a job.
type Key struct{ M, ID, Due int64 }

// Due lists jobs of these kinds that are due and that nobody has leased, of all
// merchants, those that are due the longest first. It takes no lock: what it
// tells may be taken before it is claimed.
func Due(ctx context.Context, db *store.DB, kinds []string, limit int) ([]Key, error) {
	now := db.Now()
	args := []any{now, now + absurd, int64(limit)}
	for _, k := range kinds {
		args = append(args, k)
	}
	text := "SELECT m, id, due_at FROM job WHERE dead_at = 0 AND due_at <= $1 AND (lease_until <= $1 OR lease_until > $2) AND kind IN (" +
		store.Params(4, len(kinds)) + ") ORDER BY due_at LIMIT $3"
	var out []Key
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each(text, args, func(scan func(...any) error) error {
			var k Key
			err := scan(&k.M, &k.ID, &k.Due)
			out = append(out, k)
			return err
		})
	})
	return out, err
}

// Claim leases a job until a time if it is still due and nobody else has it.
func Claim(tx *store.Tx, k Key, token string, until int64) (j Job, ok bool, err error) {
	n, err := tx.Exec("UPDATE job SET lease_owner = $1, lease_until = $2, attempts = attempts + 1 WHERE m = $3 AND id = $4 "+
		"AND dead_at = 0 AND due_at <= $5 AND (lease_until <= $5 OR lease_until > $6)", token, until, k.M, k.ID, tx.At, tx.At+absurd)
	if err != nil || n == 0 {
		return j, false, err
	}
	j = Job{M: k.M, ID: k.ID, Token: token, Until: until}
	err = tx.Row("SELECT kind, dedupe, due_at, data, attempts, last_error FROM job WHERE m = $1 AND id = $2", k.M, k.ID).
		Scan(&j.Kind, &j.Dedupe, &j.Due, &j.Data, &j.Attempts, &j.LastError)
	return j, err == nil, err
}

// Renew moves the end of a lease, and holds the row until the transaction ends.
func Renew(tx *store.Tx, j *Job, until int64) error {
	return ours(tx.Exec("UPDATE job SET lease_until = $1 WHERE m = $2 AND id = $3 AND lease_owner = $4", until, j.M, j.ID, j.Token))
}

// Done removes a job that is done.
func Done(tx *store.Tx, j *Job) error {
	return ours(tx.Exec("DELETE FROM job WHERE m = $1 AND id = $2 AND lease_owner = $3", j.M, j.ID, j.Token))
}

// Rearm gives a job of a schedule back until its next time, with what it wants
// to know then.
func Rearm(tx *store.Tx, j *Job, due int64, data string) error {
	return ours(tx.Exec("UPDATE job SET due_at = $1, data = $2, attempts = 0, last_error = '', lease_owner = '', lease_until = 0 WHERE m = $3 AND id = $4 AND lease_owner = $5",
		due, data, j.M, j.ID, j.Token))
}

// Fail gives a job back until it is tried again, or for good when dead.
func Fail(tx *store.Tx, j *Job, due int64, why string, dead bool) error {
	at := int64(0)
	if dead {
		at = tx.At
	}
	return ours(tx.Exec("UPDATE job SET due_at = $1, last_error = $2, dead_at = $3, lease_owner = '', lease_until = 0 WHERE m = $4 AND id = $5 AND lease_owner = $6",
		due, why, at, j.M, j.ID, j.Token))
}

// Release gives a job back as if it had not been claimed.
func Release(tx *store.Tx, j *Job) error {
	return ours(tx.Exec("UPDATE job SET attempts = attempts - 1, lease_owner = '', lease_until = 0 WHERE m = $1 AND id = $2 AND lease_owner = $3", j.M, j.ID, j.Token))
}

func ours(n int64, err error) error {
	if err == nil && n != 1 {
		err = ErrLost
	}
	return err
}

// Advance brings a waiting job forward to a time: a clock that has been set
// back since must not hold it off.
func Advance(tx *store.Tx, kind, dedupe string, due int64) error {
	_, err := tx.Exec("UPDATE job SET due_at = $1 WHERE m = $2 AND kind = $3 AND dedupe = $4 AND due_at > $1", due, tx.M, kind, dedupe)
	return err
}

// Find reads the merchant's job of a kind and dedupe; ok is false when there is
// none.
func Find(r *store.Reader, kind, dedupe string) (j Job, ok bool, err error) {
	j = Job{M: r.M, Kind: kind, Dedupe: dedupe}
	err = r.Row("SELECT id, due_at, data, lease_owner, lease_until, attempts, last_error, dead_at FROM job WHERE m = $1 AND kind = $2 AND dedupe = $3", r.M, kind, dedupe).
		Scan(&j.ID, &j.Due, &j.Data, &j.Token, &j.Until, &j.Attempts, &j.LastError, &j.DeadAt)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	return j, err == nil, err
}

// Dead counts the jobs that were given up, of all merchants.
func Dead(ctx context.Context, db *store.DB) (n int64, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) error {
		return r.Row("SELECT count(*) FROM job WHERE dead_at > 0").Scan(&n)
	})
	return n, err
}
