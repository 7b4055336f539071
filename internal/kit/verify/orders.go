package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

const (
	foldEvery = 50  // in a full run, orders whose number it divides are folded
	maxJudged = 500 // dossiers in memory at a time
)

// orderLaws are the laws of one order, each told under its id.
var orderLaws = []struct {
	id   string
	hold func(*subject)
}{
	{"T1", (*subject).people},
	{"K4", (*subject).lines},
	{"K4", (*subject).sums},
	{"K4", (*subject).statuses},
	{"K4", (*subject).work},
	{"K4", (*subject).parcels},
	{"K4", (*subject).returns},
	{"K7", (*subject).bundles},
	{"M1", (*subject).totals},
	{"M1", (*subject).lineTotals},
	{"M2", (*subject).bounds},
	{"M3", (*subject).ledger},
	{"M4", (*subject).refunds},
	{"E1", (*subject).history},
	{"A1", (*subject).hash},
	{"R1", (*subject).copies},
}

// subject is the order that is judged, and the law by which.
type subject struct {
	*audit.Dossier
	o        *order.Order
	rounding money.Rounding
	run      *run
	law      string
}

// tell names a breach of the law by the order.
func (s *subject) tell(format string, args ...any) {
	s.run.tell(s.law, s.ID.String(), "order %d: %s", s.o.Number, fmt.Sprintf(format, args...))
}

// orders judges orders with everything that belongs to them: all of them, or
// in a quick run those that the sieve holds back.
func (x *run) orders() error {
	absurd := audit.End // where the page begins whose figures cannot be added up
	return x.walk(audit.OrderPages, func(r *store.Reader, in audit.Range) error {
		if x.opts.Level >= Full || absurd == in.After {
			return x.judgePage(r, in)
		}
		found, err := audit.Sieve(r, in)
		if err != nil {
			if arithmetic(err) {
				absurd = in.After
				return errAgain
			}
			return err
		}
		for _, id := range found.Orphans {
			if err := x.orphaned(r, audit.Range{After: id - 1, UpTo: id}); err != nil {
				return err
			}
		}
		x.judged(found.Orders)
		return x.judgeAll(r, found.Suspects)
	})
}

// judgePage judges every order of a page.
func (x *run) judgePage(r *store.Reader, in audit.Range) error {
	list, err := audit.OrderIDs(r, in)
	if err != nil {
		return err
	}
	if x.opts.Level < Full { // the sieve would have seen them
		if err := x.orphaned(r, in); err != nil {
			return err
		}
	}
	x.judged(int64(len(list)))
	return x.judgeAll(r, list)
}

func (x *run) judged(n int64) {
	x.count(n, "K4", "K7", "M1", "M2", "M3", "M4", "E1", "A1")
	x.later(func() { x.report.Orders += n })
	x.progress(n, x.began.OrderNo-firstNumber+1)
}

func (x *run) judgeAll(r *store.Reader, list []order.ID) error {
	for some := range slices.Chunk(list, maxJudged) {
		if err := x.judge(r, some); err != nil {
			return err
		}
	}
	return nil
}

// arithmetic reports whether an error is of what was read rather than of the
// machinery.
func arithmetic(err error) bool {
	return fault.KindOf(err) != fault.Unavailable && !store.Lost(err) && !errors.Is(err, store.ErrIO) &&
		!errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

func (x *run) judge(r *store.Reader, list []order.ID) error {
	dossiers, err := audit.Dossiers(r, list)
	if err != nil {
		return err
	}
	var folded []*audit.Dossier
	for _, d := range dossiers {
		if d.Order != nil && (x.opts.Level == Deep || x.opts.Level == Full && d.Order.Number%foldEvery == 0) {
			folded = append(folded, d)
		}
	}
	if err := audit.AddHistories(r, folded); err != nil {
		return err
	}
	for _, d := range dossiers {
		if d.Order == nil {
			x.tell("K4", d.ID.String(), "the order cannot be read: %v", d.Unreadable)
			continue
		}
		s := &subject{Dossier: d, o: d.Order, rounding: x.rounding, run: x}
		for _, l := range orderLaws {
			s.law = l.id
			s.guarded(l.hold)
		}
	}
	for _, d := range folded {
		s := &subject{Dossier: d, o: d.Order, run: x, law: "E1"}
		s.guarded((*subject).fold)
	}
	return nil
}

// guarded holds the order to a law. Rows can be so wrong that a noun, which
// relies on its own laws, cannot work with them: that is a breach too.
func (s *subject) guarded(hold func(*subject)) {
	defer func() {
		if p := recover(); p != nil {
			s.tell("its rows contradict each other so much that this cannot be worked out: %v", p)
		}
	}()
	hold(s)
}
