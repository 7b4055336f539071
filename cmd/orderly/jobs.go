package main

import (
	"context"
	"log/slog"
	"time"

	"orderly/internal/desk"
	"orderly/internal/lifecycle"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/receipts"
)

// When the jobs beside the server run.
const (
	sweepFirst = time.Minute
	sweepEvery = time.Hour
	sweepChunk = 500 // receipts in one transaction, so that nobody waits for it
	statsEvery = time.Minute
)

func startJobs(d *desk.Desk, log *slog.Logger) *lifecycle.Jobs {
	jobs := lifecycle.NewJobs(log)
	jobs.Every("sweep receipts", sweepFirst, sweepEvery, func(ctx context.Context) error {
		n, err := sweepReceipts(ctx, d.DB)
		if n > 0 {
			log.Info("removed receipts that were past their time", "receipts", n)
		}
		return err
	})
	jobs.Every("log statistics", statsEvery, statsEvery, statsLogger(d, log))
	return jobs
}

// sweepReceipts removes the receipts of idempotent requests that are past
// their time, of every merchant, in chunks.
func sweepReceipts(ctx context.Context, db *store.DB) (removed int64, err error) {
	list, err := merchants.All(ctx, db)
	if err != nil {
		return 0, err
	}
	for _, m := range list {
		for full := true; full; {
			err := db.Transact(ctx, func(tx *store.Tx) error {
				if err := tx.For(m); err != nil {
					return err
				}
				n, err := receipts.Sweep(tx, sweepChunk)
				removed += n
				full = n >= sweepChunk
				return err
			})
			if err != nil {
				return removed, err
			}
		}
	}
	return removed, nil
}

// statsLogger logs what the desk did since the last time, when it did anything.
func statsLogger(d *desk.Desk, log *slog.Logger) func(context.Context) error {
	var commands, turns, nanos, shed int64
	return func(context.Context) error {
		c, t, n, s := d.Stats.Commands.Load(), d.Stats.Turns.Load(), d.Stats.TurnNanos.Load(), d.Stats.Shed.Load()
		if t > turns {
			log.Info("worked", "commands", c-commands, "turns", t-turns, "mean_turn", time.Duration((n-nanos)/(t-turns)).Round(time.Microsecond),
				"sent_away", s-shed, "waiting", d.Waiting())
		}
		commands, turns, nanos, shed = c, t, n, s
		return nil
	}
}
