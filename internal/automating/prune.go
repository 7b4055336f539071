package automating

import (
	"context"
	"time"

	"orderly/internal/desk"
	"orderly/internal/jobs"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/rules"
)

// The log of rules is kept for so long. An hour removes at most prunePages of
// prunePage turns of each rule, so that the first one after years is no burden.
const (
	Keeps      = 180 * 24 * time.Hour
	prunePage  = 1000
	prunePages = 50
)

// Kinds are the jobs of the clock.
func Kinds(d *desk.Desk) []jobs.Kind {
	return []jobs.Kind{{Name: "rule_runs_end", Every: time.Hour, First: 2 * time.Minute, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Prune(ctx, d, c.M)
	}}}
}

// Prune removes what rules did longer ago than it is kept.
func Prune(ctx context.Context, d *desk.Desk, m int64) error {
	var all []*rule.Rule
	err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
		all, err = rules.All(r)
		return err
	})
	if err != nil {
		return err
	}
	before := d.DB.Now() - Keeps.Microseconds()
	for _, x := range all {
		more := true
		for n := 0; more && n < prunePages; n++ {
			err := d.DB.Transact(ctx, func(tx *store.Tx) (err error) {
				tx.Beside(m)
				more, err = rules.Prune(tx, x.ID, before, prunePage)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
