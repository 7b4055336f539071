package run

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/runs"
)

const (
	retries    = 6 // of a chunk that could not be done just now
	firstPause = 200 * time.Millisecond
	analyzeAt  = 4 // chunks after which the engine first looks at the tables anew, then 4 times as many
)

// phase carries out chunks in their order, one at a time, while the next one
// is being made. It stops between two chunks when the context ends.
func (x *importer) phase(ctx context.Context, name, unit string, total func() int64, chunks iter.Seq2[*chunk, error]) error {
	ctx, stop := context.WithCancel(ctx)
	type made struct {
		c   *chunk
		err error
	}
	ready := make(chan made)
	go func() {
		defer close(ready)
		for c, err := range chunks {
			select {
			case ready <- made{c, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	defer func() { // the maker must have ended before anybody closes its file
		stop()
		for range ready {
		}
	}()
	n := 0
	for m := range ready {
		if m.err != nil {
			return m.err
		}
		m.c.key = fmt.Sprintf("%s/%s/%06d", x.run, name, n)
		n++
		if err := x.carryChunk(ctx, m.c); err != nil {
			return err
		}
		x.tell(Progress{Phase: name, Unit: unit, Done: m.c.done, Total: total()})
	}
	return ctx.Err()
}

// inChunks cuts a list into chunks of MaxRows with a result for each.
func inChunks[T any](list []T, fill func(*chunk, []T)) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		done := int64(0)
		for part := range slices.Chunk(list, MaxRows) {
			done += int64(len(part))
			c := &chunk{rows: len(part), weight: len(part), done: done}
			fill(c, part)
			if !yield(c, nil) {
				return
			}
		}
	}
}

func runOf(key string) string {
	run, _, _ := strings.Cut(key, "/")
	return run
}

func (x *importer) tell(p Progress) {
	p.Lines, p.Rejected = x.sum.LinesRead, x.sum.LinesRejected
	if x.o.Progress != nil {
		x.o.Progress(p)
	}
}

func (x *importer) carryChunk(ctx context.Context, c *chunk) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	got, err := x.results(ctx, c)
	if err != nil {
		return err
	}
	if len(got) != c.rows {
		return fmt.Errorf("chunk %s: %d results for %d rows", c.key, len(got), c.rows)
	}
	return c.after(got)
}

func (x *importer) results(ctx context.Context, c *chunk) ([]desk.Result, error) {
	if k, ok := x.done[c.key]; ok {
		x.sum.ChunksSkipped++
		return k.results(c.rows), nil
	}
	if c.rows == 0 {
		return nil, nil
	}
	if x.o.DryRun {
		var got []desk.Result
		err := x.read(ctx, func(r *store.Reader) (err error) {
			got, err = c.preview(r)
			return err
		})
		return got, err
	}
	return x.commit(ctx, c)
}

// commit does a chunk, and again when the database was away or busy: because
// a chunk that is done answers so, trying again is safe whatever happened.
func (x *importer) commit(ctx context.Context, c *chunk) ([]desk.Result, error) {
	pause := firstPause
	for try := 0; ; try++ {
		r, err := desk.One(ctx, x.shop.Desk, carryOut, x.shop.Scope, c, desk.Options{Bulk: true})
		if err == nil {
			x.look(ctx)
			return r.Value.([]desk.Result), nil
		}
		if !passing(err) || try == retries {
			return nil, err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// passing is whether the same may succeed in a moment.
func passing(err error) bool {
	switch fault.CodeOf(err) {
	case "disk_full", "read_only", "stopping":
		return false
	}
	return fault.KindOf(err) == fault.Unavailable
}

// look lets PostgreSQL look at the tables while they grow from nothing: until
// then it plans every statement for empty tables. When it cannot, because it
// is looking at them already, plans are worse for a while and nothing else.
func (x *importer) look(ctx context.Context) {
	x.carried++
	for n := int64(analyzeAt); n <= x.carried; n *= analyzeAt {
		if n == x.carried {
			_ = x.shop.DB.Analyze(ctx)
		}
	}
}

// header is what the books remember of a run.
type header struct {
	File    string `json:"file"`
	What    string `json:"what"`
	Status  string `json:"status"`
	Rejects string `json:"rejects,omitempty"` // the file that the run writes them to
}

const (
	running  = "running"
	complete = "complete"
)

// resume reads what earlier runs of the same file have done.
func (x *importer) resume(ctx context.Context) error {
	if x.o.Restart && !x.o.DryRun {
		err := x.write(ctx, func(tx *store.Tx) error { return runs.Forget(tx, x.run) })
		if err != nil {
			return err
		}
	}
	if x.o.Restart {
		return nil
	}
	found := false
	err := x.read(ctx, func(r *store.Reader) error {
		row, ok, err := runs.Get(r, x.run)
		if err != nil || !ok {
			return err
		}
		found = true
		return json.Unmarshal([]byte(row.State), &x.header)
	})
	for after := ""; err == nil && found; {
		var page []runs.Run
		err = x.read(ctx, func(r *store.Reader) (err error) {
			page, err = runs.Chunks(r, x.run, after, MaxRows)
			return err
		})
		if len(page) == 0 {
			break
		}
		for _, row := range page {
			k, bad := decodeKept(row)
			if bad != nil {
				return bad
			}
			x.done[row.ID] = k
			after = row.ID
		}
	}
	x.sum.Resumed = len(x.done) > 0
	return err
}

func (x *importer) saveHeader(ctx context.Context, status string) error {
	x.header.File, x.header.What = x.from.label, x.o.What
	if x.header.Status != complete {
		x.header.Status = status
	}
	x.header.Rejects = x.rejects.path
	state, err := json.Marshal(x.header)
	if err != nil {
		return err
	}
	return x.write(ctx, func(tx *store.Tx) error {
		row, ok, err := runs.Get(&tx.Reader, x.run)
		if err != nil {
			return err
		}
		if !ok {
			row = runs.Run{ID: x.run, StartedAt: tx.At}
		}
		row.State = string(state)
		return runs.Save(tx, row)
	})
}

// write changes what is remembered of the run, outside of any chunk.
func (x *importer) write(ctx context.Context, f func(*store.Tx) error) error {
	return x.shop.DB.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(x.shop.Scope.Merchant); err != nil {
			return err
		}
		return f(tx)
	})
}
