package automate

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store/flows"
)

// flow has the order go on under another flow, as it is now. What the one
// before has released stays released; units keep the places that they have.
func (t *turn) flow(a rule.Action) (bool, error) {
	if t.o.Sums.Open() == 0 {
		return false, fault.New(fault.Conflict, "nothing_open", "order %d has no open work that a flow could tell how to do", t.o.Number)
	}
	all, err := flows.Current(t.b.R)
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(all, func(f flow.Flow) bool { return f.Name == a.Flow })
	if at < 0 {
		return false, fault.New(fault.Conflict, "no_such_flow", "there is no flow called %q", a.Flow)
	}
	f := &all[at]
	_, was := t.b.Run(t.o.ID)
	if was != nil && was.Flow == f.ID {
		return false, nil // it keeps the version that it goes on under
	}
	run := f.Begin(int64(t.o.ID), t.o.CreatedAt, t.o.DueAt)
	if was != nil {
		run.Released, run.Spared = was.Released, was.Spared
		if was.SourceAt != 0 && run.SourceAt == 0 && f.Source != flow.Person {
			run.SourceAt = t.b.At + 1 // its units waited for a day that is not waited for any more
		}
	}
	f.Wake(&run, t.b.At) // what is over needs no clock: the entry is a reason to look at it
	d := order.Delta{Flow: &order.Flowed{ID: int64(f.ID), Version: f.Version}}
	if err := t.b.Apply(t.by, journal.OrderFlowed, t.o.ID, &d); err != nil {
		return false, err
	}
	t.b.ChooseFlow(f, &run)
	return true, t.look(f)
}

// look holds the order until somebody has looked at it, where its flow says so
// and nobody was to before.
func (t *turn) look(f *flow.Flow) error {
	before := func(h order.Hold) bool { return h.Reason == flow.VerifyHold }
	if f.Verify == flow.Self || slices.ContainsFunc(t.o.Holds, before) || len(t.o.Holds) >= order.MaxHolds {
		return nil
	}
	return t.b.PlaceHold(t.by, t.o, order.Hold{Reason: flow.VerifyHold})
}
