package collecting

import (
	"context"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/pay"
	"orderly/internal/ident"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/payments"
)

const (
	sweepEvery = 5 * time.Minute
	sweepPage  = 500

	// lapseSoon is how long before an authorization falls back people are told:
	// over a weekend.
	lapseSoon = 3 * 24 * time.Hour

	// maxForesee bounds at how many orders a look at a policy looks.
	maxForesee = 1000
)

// waiting are the stages of orders that can be held and canceled.
var waiting = []string{order.StageOnHold, order.StageUnsourced, order.StageBackordered, order.StageInWork}

// Kinds are the jobs of policies of payments.
func Kinds(d *desk.Desk) []jobs.Kind {
	return []jobs.Kind{{Name: "payment_policies", Every: sweepEvery, First: time.Minute, Timeout: sweepEvery, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Sweep(ctx, d, c.M)
	}}}
}

// Sweep does what the clock and new policies ask for: unpaid orders, captures
// of what is held, and authorizations that are about to lapse.
func Sweep(ctx context.Context, d *desk.Desk, m int64) error {
	all, err := policies(ctx, d, scopeOf(m))
	if err != nil {
		return err
	}
	if err := lapsing(ctx, d, m); err != nil {
		return err
	}
	any := false
	err = d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
		any, err = wanted(r)
		return err
	})
	if err != nil || !any {
		return err
	}
	err = owing(ctx, d, scopeOf(m), all, func(page []order.ID) (bool, error) { return true, abide(ctx, d, m, page) })
	if err != nil {
		return err
	}
	return held(ctx, d, scopeOf(m), func(page []payments.Held) (bool, error) {
		var list []order.ID
		for _, h := range page {
			list = append(list, h.Order)
		}
		slices.Sort(list)
		return true, abide(ctx, d, m, slices.Compact(list))
	})
}

func policies(ctx context.Context, d *desk.Desk, scope access.Scope) (all map[string]payment.Policy, err error) {
	err = d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
		all, err = payments.Policies(r)
		return err
	})
	return all, err
}

// owing goes through the orders of which no money came and whose policy says
// when they expire, page by page, as long as more is wanted.
func owing(ctx context.Context, d *desk.Desk, scope access.Scope, all map[string]payment.Policy, f func([]order.ID) (bool, error)) error {
	soonest := int64(0)
	for _, p := range all {
		if p.HoldAfter > 0 && (soonest == 0 || p.HoldAfter < soonest) {
			soonest = p.HoldAfter
		}
	}
	before := order.ID(ident.First(time.UnixMicro(d.DB.Now()).Add(-time.Duration(soonest) * time.Hour)))
	for _, stage := range waiting {
		if soonest == 0 && stage != order.StageOnHold { // there holds end whose policy was given up
			continue
		}
		for after := order.ID(0); ; {
			var page []payments.Owing
			err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
				page, err = payments.OwingAt(r, stage, after, before, sweepPage)
				return err
			})
			if err != nil || len(page) == 0 {
				if err != nil {
					return err
				}
				break
			}
			var list []order.ID
			for _, o := range page {
				if after = o.Order; stage == order.StageOnHold || payment.PolicyOf(all, o.Channel).HoldAfter > 0 {
					list = append(list, o.Order)
				}
			}
			if more, err := f(list); err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// held goes through what is authorized and waits, page by page.
func held(ctx context.Context, d *desk.Desk, scope access.Scope, f func([]payments.Held) (bool, error)) error {
	for after := payment.ID(0); ; {
		var page []payments.Held
		err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
			page, err = payments.HeldAfter(r, after, sweepPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Payment
		if more, err := f(page); err != nil || !more {
			return err
		}
	}
}

// lapsing tells people of authorizations that fall back soon, and of promises
// that are overdue.
func lapsing(ctx context.Context, d *desk.Desk, m int64) error {
	soon := d.DB.Now() + lapseSoon.Microseconds()
	return held(ctx, d, scopeOf(m), func(page []payments.Held) (bool, error) {
		for _, h := range page {
			if (h.ExpiresAt == 0 || h.ExpiresAt > soon) && (h.DueAt == 0 || h.DueAt > d.DB.Now()) {
				continue
			}
			seen, err := desk.Preview(ctx, d, pay.Lapse, scopeOf(m), []pay.LapseCommand{{Payment: h.Payment}})
			if err != nil {
				return false, err
			}
			if seen[0].Err != nil || seen[0].Status == pay.Nothing {
				continue
			}
			if _, err := desk.One(ctx, d, pay.Lapse, scopeOf(m), pay.LapseCommand{Payment: h.Payment}, desk.Options{}); err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

// Foreseen is what a policy would do now.
type Foreseen struct {
	Hold    int // orders that it would hold
	Cancel  int
	Lift    int // holds that it would lift
	Capture int // orders of which it would capture
	Looked  int // at so many orders
	More    bool
}

// Foresee tells what a policy would do now to the orders of its channel; one
// for all channels, to those without their own. It changes nothing.
func Foresee(ctx context.Context, d *desk.Desk, scope access.Scope, would payment.Policy) (Foreseen, error) {
	var out Foreseen
	all, err := policies(ctx, d, scope)
	if err != nil {
		return out, err
	}
	delete(all, would.Channel)
	own := all
	with := map[string]payment.Policy{would.Channel: would}
	for c := range own {
		with[c] = payment.Policy{Capture: payment.ByHand} // others' own are not looked at
	}
	seen := map[order.ID]bool{}
	look := func(page []order.ID) (bool, error) { return out.look(ctx, d, scope, would, own, seen, page) }
	if would.HoldAfter > 0 {
		if err := owing(ctx, d, scope, with, look); err != nil {
			return out, err
		}
	}
	err = held(ctx, d, scope, func(page []payments.Held) (bool, error) {
		var list []order.ID
		for _, h := range page {
			list = append(list, h.Order)
		}
		return look(list)
	})
	return out, err
}

// look counts what the policy would do to a page of orders.
func (n *Foreseen) look(ctx context.Context, d *desk.Desk, scope access.Scope, would payment.Policy, own map[string]payment.Policy, seen map[order.ID]bool, page []order.ID) (bool, error) {
	page = slices.DeleteFunc(slices.Clone(page), func(id order.ID) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
	for some := range slices.Chunk(page, desk.MaxBatch) {
		if n.Looked >= maxForesee {
			n.More = true
			return false, nil
		}
		commands := make([]pay.FollowCommand, len(some))
		for i, id := range some {
			commands[i] = pay.FollowCommand{Order: id, Would: &would}
		}
		results, err := desk.Preview(ctx, d, pay.Follow, scope, commands)
		if err != nil {
			return false, err
		}
		n.Looked += len(some)
		for _, r := range results {
			f, ok := r.Value.(*pay.Followed)
			if r.Err != nil || !ok {
				continue
			}
			if _, others := own[f.Order.Channel]; f.Order.Channel != would.Channel && (would.Channel != "" || others) {
				continue
			}
			n.count(f.Did)
		}
	}
	return true, nil
}

func (n *Foreseen) count(did string) {
	switch did {
	case pay.Held:
		n.Hold++
	case pay.Expired:
		n.Cancel++
	case pay.Lifted:
		n.Lift++
	case pay.Took:
		n.Capture++
	}
}
