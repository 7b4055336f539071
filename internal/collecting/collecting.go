// Package collecting has the policies of payments done by themselves: captures
// at authorization, at release and at shipment, orders of which no money came,
// and authorizations that are about to lapse. Promises to pay are followed
// likewise: what was delivered was collected, what is not owed is let go.
//
// What belongs here: following the journal and the clock, and asking for the
// acts. What does not: what a policy asks of an order (desk/pay, payment), and
// calling providers (teller).
//
// What an entry says of an order is a reason to look at it; what is done
// follows from how the order stands. So reading an entry twice, or never, does
// no harm: what the clock brings about, and captures that were missed, are
// looked for every five minutes.
package collecting

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/follow"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/payments"
)

// Consumer is the name of the cursor.
const Consumer = "payment_policies"

const pageEntries = 1000

// Follower follows the journal. Run belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger
	Wake <-chan struct{} // tells of commits of this process; nil to poll alone
}

func scopeOf(m int64) access.Scope { return access.System(m, "job", pay.FollowerID) }

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	l := follow.Loop{Log: f.Log, Wake: f.Wake, Failed: "payments are not captured by themselves; trying again"}
	l.Run(ctx, func(ctx context.Context) (bool, error) { return follow.Round(ctx, f.Desk.DB, Consumer, f.Step) })
}

// CatchUp follows until nothing is left to do for any merchant.
func (f *Follower) CatchUp(ctx context.Context) error {
	return follow.CatchUp(ctx, f.Desk.DB, Consumer, f.Step)
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward. Where there is no policy it writes nothing.
func (f *Follower) Step(ctx context.Context, m int64) (moved bool, err error) {
	var s stretch
	if err := f.Desk.DB.Read(ctx, scopeOf(m), s.read); err != nil || s.to == s.from {
		return false, err
	}
	if err := abide(ctx, f.Desk, m, s.orders); err != nil {
		return false, err
	}
	err = follow.Advance(ctx, f.Desk.DB, m, Consumer, s.from, s.to)
	return err == nil, err
}

// abide has the policies done to orders, of those where there is something to
// do: that is looked at on a snapshot first.
func abide(ctx context.Context, d *desk.Desk, m int64, list []order.ID) error {
	for some := range slices.Chunk(list, desk.MaxBatch) {
		commands := make([]pay.FollowCommand, len(some))
		for i, id := range some {
			commands[i] = pay.FollowCommand{Order: id}
		}
		seen, err := desk.Preview(ctx, d, pay.Follow, scopeOf(m), commands)
		if err != nil {
			return err
		}
		var wanted []pay.FollowCommand
		for i, r := range seen {
			if r.Err == nil && r.Status != pay.Nothing {
				wanted = append(wanted, commands[i])
			}
		}
		if len(wanted) == 0 {
			continue
		}
		results, err := desk.Do(ctx, d, pay.Follow, scopeOf(m), wanted, desk.Options{Bulk: true})
		if err != nil {
			return err
		}
		for _, r := range results {
			if k := fault.KindOf(r.Err); r.Err != nil && k != fault.Conflict && k != fault.NotFound {
				return r.Err
			}
		}
	}
	return nil
}

// stretch is a part of the journal, and the orders that it gives a reason to
// look at.
type stretch struct {
	from, to int64
	orders   []order.ID
}

// reason reports whether what happened may change what a policy asks for.
func reason(c *entries.Change) bool {
	switch c.Type {
	case journal.OrderCanceled, journal.OrderChanged, journal.OrderReturned, journal.OrderPaid, journal.FulReleased, journal.PaymentAnswered, journal.PaymentReported:
		return true
	}
	return strings.HasPrefix(c.Type, journal.ParcelStepped)
}

// wanted reports whether there is anything to follow for: a policy, or money
// that was promised.
func wanted(r *store.Reader) (bool, error) {
	policies, err := payments.Policies(r)
	if err != nil || len(policies) > 0 {
		return true, err
	}
	return payments.AnyPromised(r)
}

func (s *stretch) read(r *store.Reader) error {
	*s = stretch{}
	var err error
	if s.from, err = cursors.Of(r, Consumer); err != nil {
		return err
	}
	any, err := wanted(r)
	if s.to = s.from; err != nil || !any {
		return err
	}
	heads, err := entries.Changes(r, s.from, pageEntries)
	if err != nil {
		return err
	}
	var of []payment.ID
	for i := range heads {
		h := &heads[i]
		s.to = h.Seq
		switch {
		case !reason(h):
		case h.Kind == journal.Order:
			s.orders = append(s.orders, order.ID(h.Subject))
		case h.Kind == journal.Payment:
			of = append(of, payment.ID(h.Subject))
		}
	}
	more, err := payments.OrdersOf(r, of)
	if err != nil {
		return err
	}
	s.orders = append(s.orders, more...)
	slices.Sort(s.orders)
	s.orders, err = payments.Concerned(r, slices.Compact(s.orders))
	return err
}
