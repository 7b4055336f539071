// Package releasing has orders go on by themselves when the clock says so:
// holds that end at a time are lifted.
//
// What belongs here: finding what is due, and asking for the acts. What does
// not: when a hold ends (order) and lifting it (desk/intake).
//
// What is due is found along an index, and each act looks again under the
// merchant's lock. So it does no harm when two nodes ask, or when one that
// stopped in between asks again.
package releasing

import (
	"context"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

const (
	sweepEvery = time.Minute
	sweepFirst = 10 * time.Second // what fell due while nobody ran
)

func scopeOf(m int64) access.Scope { return access.System(m, "job", order.ClockID) }

// Kinds are the jobs of the clock.
func Kinds(d *desk.Desk) []jobs.Kind {
	return []jobs.Kind{{Name: "holds_end", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Sweep(ctx, d, c.M)
	}}}
}

// Sweep does what has fallen due for a merchant.
func Sweep(ctx context.Context, d *desk.Desk, m int64) error {
	for {
		var due []order.ID
		err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
			due, err = orders.Elapsed(r, d.DB.Now(), desk.MaxBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		if err := lift(ctx, d, m, due); err != nil {
			return err
		}
	}
}

func lift(ctx context.Context, d *desk.Desk, m int64, due []order.ID) error {
	commands := make([]intake.LiftElapsedCommand, len(due))
	for i, id := range due {
		commands[i].Order = id
	}
	results, err := desk.Do(ctx, d, intake.LiftElapsed, scopeOf(m), commands, desk.Options{Bulk: true})
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Err != nil && fault.KindOf(r.Err) != fault.NotFound {
			return r.Err
		}
	}
	return nil
}
