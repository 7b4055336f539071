// Package follow is the loop of all who follow the journal: it wakes when
// something was committed, goes round the merchants whose journal is ahead, and
// tries again after a failure.
//
// What belongs here: when a round is made, of whom, and how far a reader has
// come. What does not: what is done with the entries, which each follower says.
package follow

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"orderly/internal/store"
	"orderly/internal/store/cursors"
)

// What holds for a Loop that does not say otherwise.
const (
	pollEvery = time.Second // for commits of other processes
	gather    = 300 * time.Millisecond
	rest      = time.Second
)

// Loop makes round after round. Run belongs to one goroutine.
type Loop struct {
	Log    *slog.Logger    // nil to say nothing
	Wake   <-chan struct{} // tells of commits of this process; nil to poll alone
	Failed string          // is said when a round fails

	// Fatal is called when the disk failed under the database. It must not
	// return. Without it the failure is logged and tried again.
	Fatal func(error)

	Poll   time.Duration // for commits of other processes
	Gather time.Duration // after a commit, so that one round serves many
}

// Run makes rounds until the context ends. Commits that come during a round
// wait for the next one, after a pause: under load there is always one more, and
// a round of its own for each would take the writer's time several times over.
func (l *Loop) Run(ctx context.Context, round func(context.Context) (more bool, err error)) {
	every, pause := l.Poll, l.Gather
	if every == 0 {
		every = pollEvery
	}
	if pause == 0 {
		pause = gather
	}
	poll := time.NewTicker(every)
	defer poll.Stop()
	for ctx.Err() == nil {
		more, err := round(ctx)
		if err != nil && ctx.Err() == nil {
			l.failed(err)
			wait(ctx, rest)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-poll.C:
		case <-l.Wake:
			wait(ctx, pause)
		}
	}
}

func (l *Loop) failed(err error) {
	if errors.Is(err, store.ErrIO) && l.Fatal != nil {
		l.Fatal(err)
	}
	if l.Log != nil {
		l.Log.Warn(l.Failed, "error", err)
	}
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward.
type Step func(ctx context.Context, m int64) (moved bool, err error)

// Round makes one step for every merchant whose journal is ahead of a consumer,
// and tells whether any came forward. The failure of one merchant does not keep
// others waiting.
func Round(ctx context.Context, db *store.DB, consumer string, step Step) (moved bool, err error) {
	list, err := cursors.Behind(ctx, db, consumer)
	if err != nil {
		return false, err
	}
	var errs []error
	for _, lag := range list {
		forward, err := step(ctx, lag.Merchant)
		moved, errs = moved || forward, append(errs, err)
	}
	return moved, errors.Join(errs...)
}

// CatchUp goes on until nothing is left to read for any merchant.
func CatchUp(ctx context.Context, db *store.DB, consumer string, step Step) error {
	for more := true; more; {
		var err error
		if more, err = Round(ctx, db, consumer, step); err != nil {
			return err
		}
	}
	return nil
}

// Advance moves a consumer's cursor of a merchant, unless another process was
// faster.
func Advance(ctx context.Context, db *store.DB, m int64, consumer string, from, to int64) error {
	return db.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		at, err := cursors.Lock(tx, consumer)
		if err != nil || at != from {
			return err
		}
		return cursors.Move(tx, consumer, to)
	})
}
