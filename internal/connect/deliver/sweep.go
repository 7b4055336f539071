package deliver

import (
	"context"
	"math"
	"time"

	"orderly/internal/jobs"
	"orderly/internal/outbound"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
)

// Kept is how long what was given up is shown. The entries stay in the journal
// for ever, and can be sent again by their sequence.
const Kept = 30 * 24 * time.Hour

const (
	sweepEvery = 24 * time.Hour
	sweepFirst = 5 * time.Minute
	sweepChunk = 500
	sweepMost  = 1000 // endpoints of a merchant, those that have ended among them
)

// Kinds are the schedules beside the engine.
func Kinds(db *store.DB) []jobs.Kind {
	return []jobs.Kind{{Name: "sweep_deliveries", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return sweep(ctx, db, c.M, c.Hold)
	}}}
}

// sweep removes a merchant's deliveries that were given up or skipped long ago,
// in chunks; hold is asked in each.
func sweep(ctx context.Context, db *store.DB, m int64, hold func(*store.Tx) error) error {
	var list []outbound.Endpoint
	err := db.Read(ctx, scope(m), func(r *store.Reader) (err error) {
		list, err = endpoints.Before(r, math.MaxInt64, sweepMost)
		return err
	})
	for _, e := range list {
		for _, state := range []string{outbound.GivenUp, outbound.Skipped} {
			for n := int64(sweepChunk); n == sweepChunk && err == nil; {
				err = db.Transact(ctx, func(tx *store.Tx) (err error) {
					tx.Beside(m)
					if err = hold(tx); err == nil {
						n, err = endpoints.Sweep(tx, e.ID, state, tx.At-Kept.Microseconds(), sweepChunk)
					}
					return err
				})
			}
		}
	}
	return err
}
