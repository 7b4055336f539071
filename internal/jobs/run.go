package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/store"
	kept "orderly/internal/store/jobs"
	"orderly/internal/store/merchants"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// run carries out a claimed job and writes what became of it.
func (r *Runner) run(ctx context.Context, c *Claim) {
	began := r.db.Now()
	err := r.held(ctx, c)
	stats := r.Stats.kinds[c.Kind]
	stats.Nanos.Add((r.db.Now() - began) * 1000)
	log := r.opts.Log.With("job", c.Kind, "merchant", c.M, "id", c.ID, "attempt", c.Attempts)
	switch {
	case err == nil && c.finished:
		stats.Done.Add(1)
	case err == nil:
		stats.Done.Add(1)
		r.settle(c, func(tx *store.Tx, _ *kept.Job) error { return c.finish(tx) })
	case errors.Is(err, kept.ErrLost):
		r.Stats.Lost.Add(1)
		log.Warn("this node was away for too long; another takes the job over")
	case ctx.Err() != nil: // stopping
		r.settle(c, kept.Release)
	default:
		stats.Failed.Add(1)
		rest := c.kind.wait(c.Attempts, r.opts.Jitter())
		dead := c.kind.Every == 0 && c.Attempts >= int64(c.kind.Attempts)
		if dead {
			log.Error("job failed for the last time; it stays in the table job with its error", "error", err)
		} else {
			log.Warn("job failed; it is tried again", "again_in", rest, "error", err)
		}
		r.settle(c, func(tx *store.Tx, j *kept.Job) error {
			return kept.Fail(tx, j, tx.At+rest.Microseconds(), cut(err), dead)
		})
	}
}

// held runs the handler while its lease is renewed. When the lease is lost the
// handler's context ends with ErrLost as its cause.
func (r *Runner) held(ctx context.Context, c *Claim) error {
	ctx, end := context.WithCancelCause(ctx)
	ctx, cancel := context.WithTimeout(ctx, c.kind.Timeout)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		r.renew(ctx, c.Job, end)
	}()
	err := call(ctx, c)
	if lost := context.Cause(ctx); err != nil && errors.Is(lost, kept.ErrLost) {
		err = lost
	}
	cancel()
	<-renewed
	end(nil)
	return err
}

// renew extends the lease until ctx ends. A lease that could not be renewed in
// its time is as good as lost.
func (r *Runner) renew(ctx context.Context, j kept.Job, lose context.CancelCauseFunc) {
	tick := time.NewTicker(r.opts.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var until int64
		err := r.db.Transact(ctx, func(tx *store.Tx) error {
			tx.M = j.M
			until = tx.At + r.opts.Lease.Microseconds()
			return kept.Renew(tx, &j, until)
		})
		switch {
		case err == nil:
			j.Until = until
		case errors.Is(err, kept.ErrLost) || ctx.Err() == nil && r.db.Now() >= j.Until:
			lose(kept.ErrLost)
			return
		}
	}
}

func call(ctx context.Context, c *Claim) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return c.kind.Run(ctx, c)
}

// settle writes what became of a job, if it is still this worker's. It goes on
// when the node is stopping. When it fails for good the lease runs out, and the
// job is run again.
func (r *Runner) settle(c *Claim, write func(*store.Tx, *kept.Job) error) {
	var err error
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), r.opts.Lease)
		err = r.db.Transact(ctx, func(tx *store.Tx) error {
			tx.M = c.M
			return write(tx, &c.Job)
		})
		cancel()
		if err == nil {
			return
		}
		if errors.Is(err, kept.ErrLost) {
			break
		}
	}
	if errors.Is(err, kept.ErrLost) && c.finished {
		return // the commit that seemed to fail was there
	}
	r.Stats.Lost.Add(1)
	r.opts.Log.Warn("what became of a job could not be written; it may be run again", "job", c.Kind, "merchant", c.M, "id", c.ID, "error", err)
}

// arrange gives every merchant its schedules, brings those forward that a clock
// set back since would hold off, and counts the dead.
func (r *Runner) arrange(ctx context.Context) error {
	all, err := merchants.All(ctx, r.db)
	if err != nil {
		return err
	}
	for _, m := range all {
		for _, name := range r.names {
			if k := r.kinds[name]; k.Every > 0 {
				if err := r.schedule(ctx, m, k); err != nil {
					return err
				}
			}
		}
	}
	n, err := kept.Dead(ctx, r.db)
	r.Stats.Dead.Store(n)
	return err
}

// schedule makes one merchant's job of a kind, unless it is there.
func (r *Runner) schedule(ctx context.Context, m int64, k *Kind) error {
	var j kept.Job
	var ok bool
	err := r.db.Read(ctx, access.System(m, "system", "jobs"), func(x *store.Reader) (err error) {
		j, ok, err = kept.Find(x, k.Name, k.Name)
		return err
	})
	if ok && k.Noted != nil {
		k.Noted(m, j.Data)
	}
	now := r.db.Now()
	latest := now + max(k.Every, k.First, MaxBackoff).Microseconds()
	if err != nil || ok && j.Due <= latest {
		return err
	}
	return r.db.Transact(ctx, func(tx *store.Tx) error {
		tx.M = m
		if ok {
			return kept.Advance(tx, k.Name, k.Name, latest)
		}
		_, err := kept.Enqueue(tx, kept.Job{Kind: k.Name, Dedupe: k.Name, Due: now + k.First.Microseconds()})
		return err
	})
}
