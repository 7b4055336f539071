// Package runs carries one act on many orders out: a durable job that walks the
// orders of a filter, or those that were named, in chunks through the desk.
//
// What belongs here: planning a chunk, doing it, and what it would do. What
// does not: the rows (store/bulks), what may be asked (bulk), and any rule of
// an act (the desk's rooms).
//
// A chunk is planned in one transaction, done by the desk under a key of its
// own, and settled in another. Who takes a run over finds the chunk planned and
// does it again under the same key: what was done already is answered by its
// receipt, so no order is done twice.
package runs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"orderly/internal/access"
	"orderly/internal/bulk"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
)

// How long a run may take before it is given to a worker anew, and when old
// ones are removed.
const (
	timeout    = 30 * time.Minute
	sweepEvery = 6 * time.Hour
	sweepFirst = 5 * time.Minute
	sweepChunk = 20
)

// The words of a run's Why.
const (
	TooMany = "too_many"  // more orders than one run takes
	Denied  = "denied"    // who asked may no longer
	Broken  = "bad_query" // the filter names what is gone
)

// Kinds are the jobs by which runs are carried out and removed.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{
		{Name: admin.RunJob, Timeout: timeout, AtOnce: 2, Run: func(ctx context.Context, c *jobs.Claim) error { return carryOut(ctx, d, c) }},
		{Name: "sweep_runs", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
			n, err := sweep(ctx, c)
			if n > 0 {
				log.Info("removed reports that were past their time", "runs", n, "merchant", c.M)
			}
			return err
		}},
	}
}

func sweep(ctx context.Context, c *jobs.Claim) (removed int64, err error) {
	for n := int64(sweepChunk); n == sweepChunk && err == nil; removed += n {
		err = c.Transact(ctx, func(tx *store.Tx) (err error) {
			before := time.UnixMicro(tx.At).AddDate(0, 0, -bulk.KeptDays)
			n, err = bulks.Sweep(tx, bulk.ID(ident.First(before)), sweepChunk)
			return err
		})
	}
	return removed, err
}

// work is a run in the hands of its job.
type work struct {
	desk  *desk.Desk
	claim *jobs.Claim
	run   bulks.Run
	act   bulk.Act
	scope access.Scope
	chunk bulks.Chunk
}

func carryOut(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	id, err := bulk.ParseID(c.Data)
	if err != nil {
		return err
	}
	w := &work{desk: d, claim: c, run: bulks.Run{ID: id}}
	for {
		over, err := w.step(ctx)
		if over || err != nil {
			return err
		}
	}
}

// step reads how far the run is and does the next thing; over is true when
// there is none.
func (w *work) step(ctx context.Context) (over bool, err error) {
	open := false
	err = w.desk.DB.Read(ctx, access.System(w.claim.M, "system", "runs"), func(r *store.Reader) (err error) {
		if w.run, err = bulks.Get(r, w.run.ID); err != nil {
			return err
		}
		if w.scope, err = scopeOf(r, w.run); err != nil {
			return err
		}
		w.chunk, open, err = bulks.Open(r, w.run.ID, 1)
		return err
	})
	switch {
	case errors.Is(err, bulks.ErrUnknown):
		return true, nil
	case fault.KindOf(err) == fault.Denied:
		return true, w.end(ctx, bulks.Failed, Denied)
	case err != nil:
		return false, err
	case w.run.Over():
		return true, nil
	case w.run.Stopping:
		return true, w.end(ctx, bulks.Stopped, "")
	case !open && w.run.Walked:
		return true, w.end(ctx, bulks.Ended, w.run.Why)
	}
	if err := json.Unmarshal([]byte(w.run.Data), &w.act); err != nil {
		return false, err
	}
	if !open {
		return w.plan(ctx)
	}
	return false, w.carry(ctx)
}

// end closes the run and tells of it.
func (w *work) end(ctx context.Context, state, why string) error {
	return w.save(ctx, func(tx *store.Tx, x *bulks.Run) error {
		x.State, x.Why, x.EndedAt = state, why, tx.At
		return admin.EndRun(tx, w.system(), *x)
	})
}

// system tells of the run's own steps.
func (w *work) system() access.Scope {
	s := access.System(w.claim.M, "system", "runs")
	s.Cause = w.run.ID.String()
	return s
}

// save changes the run under the merchant's lock, as it is then: somebody may
// have asked it to stop meanwhile.
func (w *work) save(ctx context.Context, change func(*store.Tx, *bulks.Run) error) error {
	return w.claim.Transact(ctx, func(tx *store.Tx) error {
		x, err := bulks.Get(&tx.Reader, w.run.ID)
		if err == nil {
			err = change(tx, &x)
		}
		if err == nil {
			err = bulks.Save(tx, x)
		}
		w.run = x
		return err
	})
}

// plan chooses the next chunk's orders along the filter.
func (w *work) plan(ctx context.Context) (over bool, err error) {
	var p page
	err = w.desk.DB.Read(ctx, w.scope, func(r *store.Reader) (err error) {
		limit := min(bulk.Chunk, bulk.MaxOrders-int(w.run.Planned))
		p, err = pageOf(r, w.run.Filter, w.run.Place, w.run.CreatedAt, order.ID(w.run.ID), limit) // ids rise, whatever they are of
		if err == nil {
			err = target(r, w.act, p.rows)
		}
		return err
	})
	if fault.KindOf(err) == fault.Invalid {
		return true, w.end(ctx, bulks.Failed, Broken)
	}
	if err != nil {
		return false, err
	}
	return false, w.save(ctx, func(tx *store.Tx, x *bulks.Run) error {
		x.State, x.Place = bulks.Running, p.next
		x.Planned += int64(len(p.rows))
		x.Walked = p.next == "" || x.Planned >= bulk.MaxOrders
		if p.next != "" && x.Walked {
			x.Why = TooMany
		}
		if len(p.rows) == 0 {
			return nil
		}
		x.Chunks++
		return bulks.SaveChunk(tx, x.ID, bulks.Chunk{N: x.Chunks, Rows: p.rows})
	})
}

// carry does the open chunk and settles it.
func (w *work) carry(ctx context.Context) error {
	if !planned(w.chunk.Rows) {
		return w.name(ctx)
	}
	key := w.run.ID.String() + "/" + number(w.chunk.N)
	w.scope.Cause = w.run.ID.String()
	if err := do(ctx, w.desk, w.scope, w.act, w.chunk.Rows, key); err != nil {
		return err
	}
	return w.save(ctx, func(tx *store.Tx, x *bulks.Run) error {
		x.State = bulks.Running
		x.Counts.Count(w.chunk.Rows)
		w.chunk.Settled = true
		return bulks.SaveChunk(tx, x.ID, w.chunk)
	})
}

// name finds the numbers and targets of orders that were named by their ids.
func (w *work) name(ctx context.Context) error {
	err := w.desk.DB.Read(ctx, w.scope, func(r *store.Reader) error { return target(r, w.act, w.chunk.Rows) })
	if err != nil {
		return err
	}
	return w.save(ctx, func(tx *store.Tx, x *bulks.Run) error { return bulks.SaveChunk(tx, x.ID, w.chunk) })
}

// planned reports whether every row has its number, or is settled without one.
func planned(rows []bulk.Row) bool {
	for i := range rows {
		if rows[i].Number == 0 && rows[i].Status == "" {
			return false
		}
	}
	return true
}
