package releasing

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/follow"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/flows"
	"orderly/internal/store/payments"
)

// Consumer is the name of the cursor.
const Consumer = "flows"

const pageEntries = 1000

// Follower follows the journal: what happens to an order is a reason to look
// whether it goes on by itself. Run belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger
	Wake <-chan struct{} // tells of commits of this process; nil to poll alone
}

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	l := follow.Loop{Log: f.Log, Wake: f.Wake, Failed: "orders are not released by themselves; trying again"}
	l.Run(ctx, func(ctx context.Context) (bool, error) { return follow.Round(ctx, f.Desk.DB, Consumer, f.Step) })
}

// CatchUp follows until nothing is left to read for any merchant.
func (f *Follower) CatchUp(ctx context.Context) error {
	return follow.CatchUp(ctx, f.Desk.DB, Consumer, f.Step)
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward. Where there is no flow it writes nothing.
func (f *Follower) Step(ctx context.Context, m int64) (moved bool, err error) {
	var s stretch
	if err := f.Desk.DB.Read(ctx, scopeOf(m), s.read); err != nil || s.to == s.from {
		return false, err
	}
	if err := proceed(ctx, f.Desk, m, s.orders); err != nil {
		return false, err
	}
	err = follow.Advance(ctx, f.Desk.DB, m, Consumer, s.from, s.to)
	return err == nil, err
}

// proceed has orders go on, of those that can: that is looked at on a snapshot
// first. Units whose time has come get their place before, and what is lacking
// is taken from lower priorities after.
func proceed(ctx context.Context, d *desk.Desk, m int64, list []order.ID) error {
	for some := range slices.Chunk(list, desk.MaxBatch) {
		now := d.DB.Now()
		if err := source(ctx, d, m, some, now); err != nil {
			return err
		}
		commands := make([]floor.ProceedCommand, len(some))
		for i, id := range some {
			commands[i] = floor.ProceedCommand{Order: id, Sourced: now}
		}
		short, err := goOn(ctx, d, m, commands)
		if err != nil {
			return err
		}
		if err := take(ctx, d, m, short); err != nil {
			return err
		}
	}
	return nil
}

// goOn asks for the act, and tells which orders lack what others may give up.
func goOn(ctx context.Context, d *desk.Desk, m int64, commands []floor.ProceedCommand) (short []order.ID, err error) {
	same := func(c floor.ProceedCommand) floor.ProceedCommand { return c }
	seen, err := foresee(ctx, d, flowScope(m), floor.Proceed, commands, same)
	if err != nil {
		return nil, err
	}
	var wanted []floor.ProceedCommand
	for i, r := range seen {
		if r.Err == nil && r.Status != floor.Nothing {
			wanted = append(wanted, commands[i])
		}
		if x, ok := r.Value.(floor.Stands); ok && x.Short {
			short = append(short, commands[i].Order)
		}
	}
	return short, each(ctx, d, flowScope(m), floor.Proceed, wanted, same, pointless...)
}

// pointless are the refusals of what has become pointless meanwhile.
var pointless = []fault.Kind{fault.Conflict, fault.NotFound}

// source has the units of orders get their place whose time has come by now.
func source(ctx context.Context, d *desk.Desk, m int64, list []order.ID, now int64) error {
	var ripe []order.ID
	if err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) error {
		ripe = ripe[:0]
		runs, err := flows.Runs(r, list)
		for _, id := range list {
			if x := runs[id]; x != nil && x.SourceAt != 0 && x.SourceAt <= now {
				ripe = append(ripe, id)
			}
		}
		return err
	}); err != nil {
		return err
	}
	return each(ctx, d, flowScope(m), intake.Source, ripe, func(id order.ID) intake.SourceCommand { return intake.SourceCommand{Order: id} }, pointless...)
}

// take has orders take what they lack, of those that would get any.
func take(ctx context.Context, d *desk.Desk, m int64, short []order.ID) error {
	command := func(id order.ID) intake.RebalanceCommand { return intake.RebalanceCommand{Order: id} }
	seen, err := foresee(ctx, d, flowScope(m), intake.Rebalance, short, command)
	if err != nil {
		return err
	}
	var wanted []order.ID
	for i, r := range seen {
		if r.Err == nil {
			wanted = append(wanted, short[i])
		}
	}
	return each(ctx, d, flowScope(m), intake.Rebalance, wanted, command, pointless...)
}

// stretch is a part of the journal, and the orders that it gives a reason to
// look at.
type stretch struct {
	from, to int64
	orders   []order.ID
	worked   []order.ID // work on them was released, by whomever: the next moment is another
}

// reason reports whether what happened may take away what an order waits for.
func reason(c *entries.Change) bool {
	switch c.Type {
	case journal.OrderPlaced, journal.OrderLifted, journal.OrderChanged, journal.OrderCanceled, journal.OrderPaid, journal.OrderServed, journal.OrderSourced,
		journal.OrderDisplaced, journal.OrderPromised, journal.OrderFlowed, journal.OrderApproved, journal.FulShortPicked,
		journal.FulRerouted, journal.FulAccepted, journal.FulRejected, journal.FulFailed, journal.FulCancellationAccepted: // units may have another place
		return true
	}
	return c.Kind == journal.Payment && strings.HasPrefix(c.Type, "payment.")
}

func (s *stretch) read(r *store.Reader) error {
	*s = stretch{}
	var err error
	if s.from, err = cursors.Of(r, Consumer); err != nil {
		return err
	}
	s.to = s.from
	all, err := flows.Current(r)
	if err != nil || len(all) == 0 {
		return err
	}
	since := all[0].Since // the oldest comes first
	heads, err := entries.Changes(r, max(s.from, since), pageEntries)
	if err != nil {
		return err
	}
	var of []payment.ID
	for i := range heads {
		h := &heads[i]
		s.to = h.Seq
		switch {
		case h.Type == journal.FulReleased:
			s.worked = append(s.worked, order.ID(h.Subject))
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
	if s.orders, err = flows.Concerned(r, distinct(s.orders, more)); err != nil {
		return err
	}
	waiting, err := flows.Waiting(r, distinct(s.worked))
	s.orders = distinct(s.orders, waiting)
	return err
}

// distinct are the orders of some lists, each once, by id.
func distinct(lists ...[]order.ID) []order.ID {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
