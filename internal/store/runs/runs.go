// Package runs keeps how far each import of a file has come: one row for the
// run and one for each chunk of it, written in the chunk's own transaction.
package runs

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Run is a run, or a chunk of one: then the ID begins with the run's and a
// slash. State is JSON of whoever runs it.
type Run struct {
	ID        string
	Done      int64 // chunks of a run, rows of a chunk
	State     string
	StartedAt int64
	UpdatedAt int64
}

const columns = "id, done, state, started_at, updated_at"

// Get reads a run or a chunk; ok is false when there is none.
func Get(r *store.Reader, id string) (x Run, ok bool, err error) {
	err = r.Row("SELECT "+columns+" FROM import_run WHERE m = $1 AND id = $2", r.M, id).
		Scan(&x.ID, &x.Done, &x.State, &x.StartedAt, &x.UpdatedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return x, false, nil
	}
	return x, err == nil, err
}

// Chunks reads the chunks of a run by id, after one of them.
func Chunks(r *store.Reader, run, after string, limit int) ([]Run, error) {
	var out []Run
	if after == "" {
		after = run + "/"
	}
	err := r.Each("SELECT "+columns+" FROM import_run WHERE m = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4",
		[]any{r.M, after, run + "0", int64(limit)}, func(scan func(...any) error) error { // "0" follows "/"
			var x Run
			err := scan(&x.ID, &x.Done, &x.State, &x.StartedAt, &x.UpdatedAt)
			out = append(out, x)
			return err
		})
	return out, err
}

var save = store.Upsert("import_run", 2, "m", "id", "done", "state", "started_at", "updated_at")

// Save keeps a run or a chunk as it is now.
func Save(tx *store.Tx, x Run) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, x.ID, x.Done, x.State, x.StartedAt, tx.At)
	})
}

// Advance counts one more chunk of a run.
func Advance(tx *store.Tx, run string) error {
	_, err := tx.Exec("UPDATE import_run SET done = done + 1, updated_at = $1 WHERE m = $2 AND id = $3", tx.At, tx.M, run)
	return err
}

// Forget removes a run with its chunks.
func Forget(tx *store.Tx, run string) error {
	_, err := tx.Exec("DELETE FROM import_run WHERE m = $1 AND (id = $2 OR id > $3 AND id < $4)", tx.M, run, run+"/", run+"0")
	return err
}
