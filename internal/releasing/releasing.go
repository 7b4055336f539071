// Package releasing has orders go on by themselves: holds that end at a time
// are lifted, the work of orders is released when their flow says so, partners who
// are silent are reminded, what waits
// to be collected is followed to its last day, and offers for pre-order end and
// move.
//
// What belongs here: following the journal and the clock, and asking for the
// acts. What does not: when a hold ends (order), what a flow asks of an order
// (flow), and doing it (desk/intake, desk/floor).
//
// What happened to an order is a reason to look at it; what is done follows
// from how the order stands. What is due by the clock is found along indexes.
// Each act looks again under the merchant's lock, so it does no harm when two
// nodes ask, or when one that stopped in between asks again.
package releasing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/checks"
	"orderly/internal/store/flows"
	"orderly/internal/store/orders"
	"orderly/internal/verification"
)

const (
	sweepEvery = time.Minute
	sweepFirst = 10 * time.Second // what fell due while nobody ran

	followTimeout = 30 * time.Minute
)

// FlowID names who releases the work of orders by their flows.
const FlowID = "flows"

func scopeOf(m int64) access.Scope   { return access.System(m, "job", order.ClockID) }
func flowScope(m int64) access.Scope { return access.System(m, "job", FlowID) }

// Kinds are the jobs of the clock.
func Kinds(d *desk.Desk) []jobs.Kind {
	return []jobs.Kind{{Name: "orders_due", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Sweep(ctx, d, c.M)
	}}, {Name: "claims_end", Every: claimsEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return EndClaims(ctx, d, c.M)
	}}, {Name: "pickups_due", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return TickPickups(ctx, d, c.M)
	}}, {Name: "requests_due", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return TickRequests(ctx, d, c.M)
	}}, {Name: "preorders_end", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		return EndPreorders(ctx, d, c.M)
	}}, {Name: step.MovedJob, Timeout: followTimeout, AtOnce: 1, Run: func(ctx context.Context, c *jobs.Claim) error {
		return FollowOffer(ctx, d, c)
	}}, {Name: "traits_end", Every: time.Hour, First: time.Minute, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Forget(ctx, d, c.M)
	}}}
}

// forgetPage is how many traits are removed in one transaction.
const forgetPage = 1000

// Forget removes the traits of orders that no rule compares with any more.
func Forget(ctx context.Context, d *desk.Desk, m int64) error {
	before := order.ID(ident.First(time.UnixMicro(d.DB.Now()).Add(-verification.MaxHours * time.Hour)))
	for more := true; more; {
		err := d.DB.Transact(ctx, func(tx *store.Tx) (err error) {
			tx.Beside(m)
			more, err = checks.Forget(tx, before, forgetPage)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sweep does what has fallen due for a merchant.
func Sweep(ctx context.Context, d *desk.Desk, m int64) error {
	err := due(ctx, d, m, orders.Elapsed, func(list []order.ID) error { return lift(ctx, d, m, list) })
	if err != nil {
		return err
	}
	return due(ctx, d, m, flows.Due, func(list []order.ID) error { return proceed(ctx, d, m, list) })
}

// due goes through what has fallen due, which is not found any more once it is
// done.
func due[ID ~int64](ctx context.Context, d *desk.Desk, m int64, find func(*store.Reader, int64, int) ([]ID, error), do func([]ID) error) error {
	for last := ID(0); ; {
		var list []ID
		err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
			list, err = find(r, d.DB.Now(), desk.MaxBatch)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		if list[0] == last {
			return fmt.Errorf("%T %d is due and stays so", last, int64(last))
		}
		last = list[0]
		if err := do(list); err != nil {
			return err
		}
	}
}

func lift(ctx context.Context, d *desk.Desk, m int64, list []order.ID) error {
	return each(ctx, d, scopeOf(m), intake.LiftElapsed, list, func(id order.ID) intake.LiftElapsedCommand {
		return intake.LiftElapsedCommand{Order: id}
	}, fault.NotFound)
}

// each asks for one act on each of a list; refusals of some kinds are fine.
func each[ID, C any](ctx context.Context, d *desk.Desk, as access.Scope, op *desk.Operation[C], list []ID, command func(ID) C, fine ...fault.Kind) error {
	if len(list) == 0 {
		return nil
	}
	results, err := desk.Do(ctx, d, op, as, commands(list, command), desk.Options{Bulk: true})
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Err != nil && !slices.Contains(fine, fault.KindOf(r.Err)) {
			return r.Err
		}
	}
	return nil
}

// foresee tells what each would do now.
func foresee[ID, C any](ctx context.Context, d *desk.Desk, as access.Scope, op *desk.Operation[C], list []ID, command func(ID) C) ([]desk.Result, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return desk.Preview(ctx, d, op, as, commands(list, command))
}

func commands[ID, C any](list []ID, command func(ID) C) []C {
	out := make([]C, len(list))
	for i, id := range list {
		out[i] = command(id)
	}
	return out
}
