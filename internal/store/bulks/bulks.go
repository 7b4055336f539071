// Package bulks keeps runs of one act on many orders, and the rows of each in
// chunks.
//
// What belongs here: the rows. What does not: what a run does (runs) and what
// may be asked of it (bulk).
package bulks

import (
	"database/sql"
	"errors"

	"orderly/internal/bulk"
	"orderly/internal/store"
)

// The words of Run.State.
const (
	Waiting = "waiting" // for a node that begins it
	Running = "running"
	Ended   = "done"
	Stopped = "stopped"
	Failed  = "failed" // Why says what stands in the way
)

// Run is one act on many orders. Filter is the query string of the orders, ""
// when they were named one by one.
type Run struct {
	ID        bulk.ID
	Kind      bulk.Kind
	Data      string // the act as JSON
	Filter    string
	Actor     string // who asked, as the journal writes it
	State     string
	Why       string
	Stopping  bool
	Place     string // where the walk goes on
	Walked    bool   // every row is planned
	Chunks    int64
	Planned   int64
	Counts    bulk.Counts
	CreatedAt int64
	UpdatedAt int64
	EndedAt   int64
}

// Over reports whether nothing more will happen.
func (x *Run) Over() bool { return x.EndedAt != 0 }

// Settled is how many rows have come to an end.
func (x *Run) Settled() int64 { return x.Counts.Done + x.Counts.Unchanged + x.Counts.Refused }

const columns = "id, act, data, filter, actor, state, why, stopping, place, walked, chunks, planned, done, unchanged, refused, created_at, updated_at, ended_at"

func scanRun(scan func(...any) error) (Run, error) {
	var x Run
	var stopping, walked int64
	err := scan(&x.ID, &x.Kind, &x.Data, &x.Filter, &x.Actor, &x.State, &x.Why, &stopping, &x.Place, &walked, &x.Chunks, &x.Planned,
		&x.Counts.Done, &x.Counts.Unchanged, &x.Counts.Refused, &x.CreatedAt, &x.UpdatedAt, &x.EndedAt)
	x.Stopping, x.Walked = stopping != 0, walked != 0
	return x, err
}

// ErrUnknown says that there is no such run, or no longer.
var ErrUnknown = errors.New("no such run")

// Get reads a run.
func Get(r *store.Reader, id bulk.ID) (Run, error) {
	x, err := scanRun(r.Row("SELECT "+columns+" FROM bulk_run WHERE m = $1 AND id = $2", r.M, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return x, err
}

// Recent reads the newest runs.
func Recent(r *store.Reader, limit int) ([]Run, error) {
	var out []Run
	err := r.Each("SELECT "+columns+" FROM bulk_run WHERE m = $1 ORDER BY id DESC LIMIT $2", []any{r.M, int64(limit)}, func(scan func(...any) error) error {
		x, err := scanRun(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

var save = store.Upsert("bulk_run", 2, "m", "id", "act", "data", "filter", "actor", "state", "why", "stopping", "place", "walked", "chunks", "planned", "done", "unchanged", "refused", "created_at", "updated_at", "ended_at")

// Save keeps a run as it is now.
func Save(tx *store.Tx, x Run) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, x.ID, x.Kind, x.Data, x.Filter, x.Actor, x.State, x.Why, store.Bool(x.Stopping), x.Place, store.Bool(x.Walked), x.Chunks, x.Planned,
			x.Counts.Done, x.Counts.Unchanged, x.Counts.Refused, x.CreatedAt, tx.At, x.EndedAt)
	})
}

// Chunk is some rows of a run.
type Chunk struct {
	N       int64 // from 1
	Settled bool
	Rows    []bulk.Row
}

// Chunks reads chunks of a run after one of them, in their order.
func Chunks(r *store.Reader, run bulk.ID, after int64, limit int) ([]Chunk, error) {
	return chunks(r, "SELECT n, settled, entries FROM bulk_chunk WHERE m = $1 AND run = $2 AND n > $3 ORDER BY n LIMIT $4", r.M, run, after, int64(limit))
}

// Open is the first chunk from one on that is not settled; ok is false when
// every one is.
func Open(r *store.Reader, run bulk.ID, from int64) (c Chunk, ok bool, err error) {
	got, err := chunks(r, "SELECT n, settled, entries FROM bulk_chunk WHERE m = $1 AND run = $2 AND n >= $3 AND settled = 0 ORDER BY n LIMIT 1", r.M, run, from)
	if len(got) == 0 {
		return c, false, err
	}
	return got[0], true, err
}

func chunks(r *store.Reader, text string, args ...any) ([]Chunk, error) {
	var out []Chunk
	err := r.Each(text, args, func(scan func(...any) error) error {
		var c Chunk
		var settled int64
		var entries string
		err := scan(&c.N, &settled, &entries)
		if err == nil {
			c.Settled = settled != 0
			c.Rows, err = bulk.Unpack(entries)
		}
		out = append(out, c)
		return err
	})
	return out, err
}

var saveChunk = store.Upsert("bulk_chunk", 3, "m", "run", "n", "settled", "entries")

// SaveChunk keeps a chunk as it is now.
func SaveChunk(tx *store.Tx, run bulk.ID, c Chunk) error {
	text, err := bulk.Pack(c.Rows)
	if err != nil {
		return err
	}
	return saveChunk.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, run, c.N, store.Bool(c.Settled), text)
	})
}

// Sweep removes runs from before an id, at most some of them, and tells how many.
func Sweep(tx *store.Tx, before bulk.ID, limit int) (int64, error) {
	var last bulk.ID
	n := int64(0)
	err := tx.Each("SELECT id FROM bulk_run WHERE m = $1 AND id < $2 ORDER BY id LIMIT $3", []any{tx.M, before, int64(limit)}, func(scan func(...any) error) error {
		n++
		return scan(&last)
	})
	if err != nil || n == 0 {
		return 0, err
	}
	if _, err := tx.Exec("DELETE FROM bulk_chunk WHERE m = $1 AND run <= $2", tx.M, last); err != nil {
		return 0, err
	}
	return tx.Exec("DELETE FROM bulk_run WHERE m = $1 AND id <= $2", tx.M, last)
}
