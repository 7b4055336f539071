// Package jobs runs durable work beside the desk: on any number of nodes each
// piece runs on one, and what a node leaves behind when it dies another takes
// over when its lease has run out.
//
// What belongs here: claiming, leases, trying again, schedules. What does not:
// what any job does (whoever declares a Kind says it) and its rows
// (store/jobs).
//
// There is no leader. A node finds due work by a read without a lock, claims it
// by a conditional update, and every later write about it is conditional on the
// token of that claim. A node that was frozen past its lease can therefore
// neither finish the job nor, when its handler asks the Claim in the
// transaction of the effect, have an effect.
package jobs

import (
	"context"
	"strings"
	"time"

	"orderly/internal/store"
	kept "orderly/internal/store/jobs"
)

// Limits that hold where a Kind does not say otherwise.
const (
	DefaultAttempts = 12
	DefaultTimeout  = 5 * time.Minute
	DefaultBackoff  = 2 * time.Second
	MaxBackoff      = time.Hour
	maxError        = 500 // bytes of an error that are kept
)

// Kind is a declared kind of work. All nodes that run it declare the same.
type Kind struct {
	Name string
	Run  func(context.Context, *Claim) error

	// Every makes it a schedule: each merchant has one such job, first due
	// First after it is declared and then at every interval. Times that passed
	// while nobody ran are run once, not once each. A schedule is never dead.
	Every, First time.Duration

	// Noted is told what a merchant's job of the schedule has as its Data,
	// whichever node left it there: once a minute, and by one caller at a time.
	Noted func(m int64, data string)

	Attempts int           // after so many it is dead
	Timeout  time.Duration // of one run
	Backoff  time.Duration // before the second attempt; doubles up to MaxBackoff
	AtOnce   int           // on one node, 0 for as many as there are workers
}

func (k Kind) withDefaults() *Kind {
	if k.Attempts == 0 {
		k.Attempts = DefaultAttempts
	}
	if k.Timeout == 0 {
		k.Timeout = DefaultTimeout
	}
	if k.Backoff == 0 {
		k.Backoff = DefaultBackoff
	}
	return &k
}

// wait is how long a job rests after an attempt has failed: doubling from
// Backoff, of which jitter (0 to 1) takes away up to half so that what failed
// together is not tried again together.
func (k *Kind) wait(attempt int64, jitter float64) time.Duration {
	d := MaxBackoff
	if attempt < 30 {
		d = min(d, k.Backoff<<max(attempt-1, 0))
	}
	return d - time.Duration(float64(d/2)*jitter)
}

// next is the first time on the schedule's grid that lies after now.
func (k *Kind) next(due, now int64) int64 {
	every := k.Every.Microseconds()
	if due > now {
		return now + every
	}
	return due + ((now-due)/every+1)*every
}

// Claim is a job in the hands of one worker. What a schedule's handler leaves
// in Data is there at its next time.
type Claim struct {
	kept.Job
	db   *store.DB
	kind *Kind
	// lease is how long a renewal holds.
	lease    time.Duration
	finished bool
}

// Hold makes sure, inside the transaction of an effect, that the job is still
// this worker's, and keeps it so until the transaction ends. With ErrLost the
// transaction must be rolled back.
//
// An effect that was held and committed happens again when the process dies
// before the job is finished: work in chunks that may repeat holds, an effect
// that must not repeat finishes.
func (c *Claim) Hold(tx *store.Tx) error {
	return kept.Renew(tx, &c.Job, tx.At+c.lease.Microseconds())
}

// Finish ends the job inside the transaction of its effect: both are there or
// neither, whoever dies when. The worker writes nothing after it. Call it once,
// last in the transaction.
func (c *Claim) Finish(tx *store.Tx) error {
	err := c.finish(tx)
	c.finished = err == nil // should the commit fail, so does the handler
	return err
}

func (c *Claim) finish(tx *store.Tx) error {
	if c.kind.Every > 0 {
		return kept.Rearm(tx, &c.Job, c.kind.next(c.Due, tx.At), c.Data)
	}
	return kept.Done(tx, &c.Job)
}

// Transact runs f in a transaction under the merchant's lock that holds the
// job.
func (c *Claim) Transact(ctx context.Context, f func(*store.Tx) error) error {
	return c.db.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(c.M); err != nil {
			return err
		}
		if err := c.Hold(tx); err != nil {
			return err
		}
		return f(tx)
	})
}

// Add keeps a job outside any act. Inside of one, use Enqueue of store/jobs
// with the act's transaction.
func Add(ctx context.Context, db *store.DB, m int64, j kept.Job) (added bool, err error) {
	err = db.Transact(ctx, func(tx *store.Tx) error {
		tx.M = m // its row is all that is touched: the merchant's lock is not needed
		added, err = kept.Enqueue(tx, j)
		return err
	})
	return added, err
}

// cut is what is kept of an error: some bytes that every engine takes as text.
func cut(err error) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "?"), "\x00", "?")
	if len(text) > maxError {
		text = strings.ToValidUTF8(text[:maxError], "")
	}
	return text
}
