package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"orderly/internal/automating"
	"orderly/internal/collecting"
	"orderly/internal/connect/deliver"
	"orderly/internal/desk"
	"orderly/internal/eraser"
	"orderly/internal/exchanging"
	"orderly/internal/feeding"
	"orderly/internal/imports/upload"
	"orderly/internal/jobs"
	"orderly/internal/lifecycle"
	"orderly/internal/mailroom"
	"orderly/internal/post"
	"orderly/internal/releasing"
	"orderly/internal/restocking"
	"orderly/internal/runs"
	"orderly/internal/store"
	"orderly/internal/store/receipts"
	carrying "orderly/internal/teller"
)

// When the jobs beside the server run.
const (
	sweepFirst = time.Minute
	sweepEvery = time.Hour
	sweepChunk = 500 // receipts in one transaction, so that nobody waits for it
	statsEvery = time.Minute
)

// beside is what runs beside the server: durable jobs, of which any node runs
// each, and what every process does for itself.
type beside struct {
	runner *jobs.Runner
	own    *lifecycle.Jobs
	scrub  *scrub
}

func startJobs(d *desk.Desk, partners string, log *slog.Logger) *beside {
	b := newJobs(d, partners, log)
	b.runner.Start()
	b.own.Every("log statistics", statsEvery, statsEvery, statsLogger(d, log))
	return b
}

func newJobs(d *desk.Desk, partners string, log *slog.Logger) *beside {
	b := &beside{own: lifecycle.NewJobs(log), scrub: newScrub(d.DB, log)}
	kinds := append([]jobs.Kind{sweepKind(d.DB, log), b.scrub.kind()},
		slices.Concat(wordsKinds(d.DB), runs.Kinds(d, log), upload.Kinds(d, log), deliver.Kinds(d.DB), post.Kinds(d, log), mailroom.Kinds(d, log), eraser.Kinds(d, log), carrying.Kinds(d, log), collecting.Kinds(d), releasing.Kinds(d), automating.Kinds(d), restocking.Kinds(d, log), exchanging.Kinds(d, partners, log), feeding.Kinds(d, partners, log))...)
	b.runner = jobs.New(d.DB, kinds, jobs.Options{Log: log, Node: nodeName(), Jitter: rand.Float64})
	return b
}

// Stop ends what is under way; unfinished jobs are given back.
func (b *beside) Stop() {
	b.own.Stop()
	b.runner.Stop()
}

// nodeName tells people which process has a job.
func nodeName() string {
	host, _ := os.Hostname()
	return host + "/" + strconv.Itoa(os.Getpid())
}

func sweepKind(db *store.DB, log *slog.Logger) jobs.Kind {
	return jobs.Kind{Name: "sweep_receipts", Every: sweepEvery, First: sweepFirst, Timeout: sweepEvery / 2, Run: func(ctx context.Context, c *jobs.Claim) error {
		n, err := sweepReceipts(ctx, db, c.M, c.Hold)
		if n > 0 {
			log.Info("removed receipts that were past their time", "receipts", n, "merchant", c.M)
		}
		return err
	}}
}

// sweepReceipts removes a merchant's receipts of idempotent requests that are
// past their time, in chunks; hold is asked in each.
func sweepReceipts(ctx context.Context, db *store.DB, m int64, hold func(*store.Tx) error) (removed int64, err error) {
	for full := true; full && err == nil; {
		var n int64
		err = db.Transact(ctx, func(tx *store.Tx) (err error) {
			if err = tx.For(m); err == nil {
				err = hold(tx)
			}
			if err == nil {
				n, err = receipts.Sweep(tx, sweepChunk)
			}
			return err
		})
		if err == nil {
			removed += n
		}
		full = n >= sweepChunk
	}
	return removed, err
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
