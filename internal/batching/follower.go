package batching

import (
	"context"
	"log/slog"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/profiles"
)

// look is how often it is looked whether a batch is due.
const look = 15 * time.Second

// Follower runs the batches of merchants whose profile asks for them. Several
// nodes may do so: what one has found places for, another finds gone. Run
// belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger

	last map[int64]int64 // by merchant, when this process ran the last
}

// Run goes on until the context ends.
func (f *Follower) Run(ctx context.Context) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := f.Due(ctx); err != nil && ctx.Err() == nil {
			f.Log.Warn("orders that wait for a batch were not sourced; trying again", "error", err)
		}
	}
}

// Due runs the batches that are due. The first of a process is due at once: a
// stopped one may have left orders waiting.
func (f *Follower) Due(ctx context.Context) error {
	all, err := merchants.All(ctx, f.Desk.DB)
	if err != nil {
		return err
	}
	if f.last == nil {
		f.last = map[int64]int64{}
	}
	for _, m := range all {
		scope := access.System(m, "job", "batches")
		every, err := f.every(ctx, scope)
		if err != nil {
			return err
		}
		now := f.Desk.DB.Now()
		if every == 0 || now-f.last[m] < every {
			continue
		}
		f.last[m] = now
		if err := f.until(ctx, scope); err != nil {
			return err
		}
	}
	return nil
}

// until runs batches until nothing is left that they have not looked at.
func (f *Follower) until(ctx context.Context, scope access.Scope) error {
	for {
		r, err := Run(ctx, f.Desk, scope, ByClock)
		if err != nil {
			return err
		}
		if r.Asked > 0 {
			f.Log.Info("sourced a batch", "orders", r.Asked, "full", r.Full, "units", r.Allocated)
		}
		if !r.More || r.Allocated == 0 {
			return nil
		}
	}
}

// every is how long after a batch the next is due, in microseconds; zero where
// none are.
func (f *Follower) every(ctx context.Context, scope access.Scope) (us int64, err error) {
	err = f.Desk.DB.Read(ctx, scope, func(r *store.Reader) error {
		active, _, err := profiles.Deciding(r)
		if err == nil && active != nil && active.Batches() {
			us = int64(active.Every) * int64(time.Minute/time.Microsecond)
		}
		return err
	})
	return us, err
}
