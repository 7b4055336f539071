package admin

import (
	"context"
	"slices"
	"time"

	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/attempts"
)

// Throttled is a try that came too early. It is a fault too, for who only tells
// it; After is for the header Retry-After.
type Throttled struct {
	After time.Duration
	fault *fault.Error
}

func (t *Throttled) Error() string { return t.fault.Error() }
func (t *Throttled) Unwrap() error { return t.fault }

func throttled(after time.Duration) error {
	seconds := max(1, int64((after+time.Second-1)/time.Second))
	return &Throttled{
		After: time.Duration(seconds) * time.Second,
		fault: fault.New(fault.Unavailable, "too_many_requests", "there were too many tries that were wrong; wait for %d seconds and try again", seconds),
	}
}

// guess is one way in which a try counts: of whom, and how patient we are.
type guess struct {
	subject string
	rule    account.Throttle
	clears  bool // a right try forgets the wrong ones before it
}

func newGuess(kind, who string, rule account.Throttle, clears bool) guess {
	return guess{subject: Hash(kind + "\x00" + who), rule: rule, clears: clears}
}

// allow counts a try under every guess, or refuses it when one of them has to
// wait. The rows are held in the order of their names, so that two tries never
// wait for each other, and no merchant's lock is taken: guessing does not slow
// down those who work.
func allow(ctx context.Context, d *desk.Desk, m int64, guesses []guess) error {
	sorted := slices.SortedFunc(slices.Values(guesses), func(a, b guess) int {
		if a.subject < b.subject {
			return -1
		}
		return 1
	})
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		next := make([]account.Attempts, len(sorted))
		wait := time.Duration(0)
		for i, g := range sorted {
			if err := attempts.Hold(tx, g.subject); err != nil {
				return err
			}
			a, err := attempts.Get(&tx.Reader, g.subject)
			if err != nil {
				return err
			}
			wait = max(wait, g.rule.Wait(a, tx.At))
			next[i] = g.rule.Try(a, tx.At)
		}
		if wait > 0 {
			return throttled(wait)
		}
		for i, g := range sorted {
			if err := attempts.Set(tx, g.subject, next[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepAttempts is how long a wrong try is remembered at the most.
const keepAttempts = 24 * time.Hour

// right takes back what allow has counted.
func right(ctx context.Context, d *desk.Desk, m int64, guesses []guess) error {
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		for _, g := range guesses {
			var err error
			if g.clears {
				err = attempts.Forget(tx, g.subject)
			} else {
				err = attempts.Forgive(tx, g.subject)
			}
			if err != nil {
				return err
			}
		}
		return attempts.Sweep(tx, tx.At-keepAttempts.Microseconds())
	})
}
