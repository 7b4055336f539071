// Package restocking looks at what is there and what is wanted, and proposes what
// to buy and what to move.
//
// What belongs here: counting demand by following the journal, reading what a
// policy is decided on, and keeping what comes of it. What does not: what a policy
// proposes (replenish), and what people make of proposals (desk/buy, desk/floor).
//
// It decides on a snapshot, some items at a time, so that nobody waits for it: a
// proposal is looked at by a person, and is decided anew by the next run.
package restocking

import (
	"context"
	"log/slog"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/jobs"
	"orderly/internal/replenish"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
)

// Limits of a run.
const (
	pageItems  = 200 // read and decided on at once
	MaxLines   = 5000
	MaxMissing = 200

	runEvery   = 24 * time.Hour
	runFirst   = time.Minute
	runTimeout = time.Hour
)

// Report is what a run came to.
type Report struct {
	Items, Cells         int
	Lines                []replenish.Line
	Missing              []Missing
	Made, Same, Replaced int
	More                 bool // there were more proposals than a run makes
}

// Mode says how a run is asked for.
type Mode int

// The modes.
const (
	ByPerson Mode = iota // every policy
	ByClock              // those whose day has come
	Dry                  // as for a person, and nothing is kept
)

// Run proposes for all that a merchant replenishes, or for some items.
func Run(ctx context.Context, d *desk.Desk, scope access.Scope, mode Mode, items []int64) (Report, error) {
	var out Report
	if err := CatchUp(ctx, d.DB, scope.Merchant); err != nil {
		return out, err
	}
	for after := int64(0); ; {
		c := chunk{clock: mode == ByClock, now: d.DB.Now()}
		err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
			any, all, err := replenishment.Any(r)
			if err != nil || !any {
				return err
			}
			if c.goods, err = replenishment.Goods(r, !all, after, pageItems); err != nil {
				return err
			}
			return c.read(d, r)
		})
		if err != nil || len(c.goods) == 0 {
			return out, err
		}
		after = c.goods[len(c.goods)-1].ID
		c.narrow(items)
		c.look()
		if err := out.keep(ctx, d, scope, mode, &c); err != nil {
			return out, err
		}
		if len(out.Lines) >= MaxLines {
			out.More = true
			return out, nil
		}
	}
}

// narrow leaves out what was not asked for.
func (c *chunk) narrow(items []int64) {
	if len(items) == 0 {
		return
	}
	var some []replenishment.Good
	for _, g := range c.goods {
		for _, id := range items {
			if g.ID == id {
				some = append(some, g)
			}
		}
	}
	c.goods = some
}

// keep keeps what a chunk came to.
func (out *Report) keep(ctx context.Context, d *desk.Desk, scope access.Scope, mode Mode, c *chunk) error {
	out.Items += len(c.goods)
	out.Cells += len(c.looked)
	out.Lines = append(out.Lines, c.lines...)
	if n := min(len(c.missing), MaxMissing-len(out.Missing)); n > 0 {
		out.Missing = append(out.Missing, c.missing[:n]...)
	}
	if mode == Dry || len(c.looked) == 0 {
		return nil
	}
	results, err := desk.Do(ctx, d, buy.Propose, scope, []buy.ProposeCommand{{Looked: c.looked, Lines: c.lines}}, desk.Options{Bulk: true})
	if err != nil {
		return err
	}
	if results[0].Err != nil {
		return results[0].Err
	}
	if done, ok := results[0].Value.(*buy.Proposed); ok {
		out.Made, out.Same, out.Replaced = out.Made+done.Made, out.Same+done.Same, out.Replaced+done.Replaced
	}
	return nil
}

// JobID names who proposes by the clock.
const JobID = "replenishment"

// Kinds are the jobs of this package: once a day each merchant that replenishes
// anything is looked at.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{{Name: "replenishment", Every: runEvery, First: runFirst, Timeout: runTimeout, AtOnce: 1, Run: func(ctx context.Context, c *jobs.Claim) error {
		scope := access.System(c.M, "job", JobID)
		any := false
		err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
			any, _, err = replenishment.Any(r)
			return err
		})
		if err != nil || !any {
			return err
		}
		out, err := Run(ctx, d, scope, ByClock, nil)
		if err == nil && out.Made > 0 {
			log.Info("proposed what to order", "lines", out.Made, "items", out.Items, "merchant", c.M)
		}
		return err
	}}}
}
