package intake

import (
	"orderly/internal/desk/step"
	"orderly/internal/flow"
	"orderly/internal/order"
)

// flowOf is the flow under which a new order goes on, and what it is to it; nil
// when nothing happens to it by itself, or when it is handed over at once.
func flowOf(b *step.Batch, o *order.Order, c PlaceCommand) (*flow.Flow, *flow.Run) {
	if c.only != 0 {
		return nil, nil
	}
	if c.like == 0 {
		f := b.Catalog.Flow(o.Channel)
		if f == nil {
			return nil, nil
		}
		run := f.Begin(int64(o.ID), b.At)
		return f, &run
	}
	f, old := b.Run(c.like)
	if f == nil {
		return nil, nil
	}
	run := flow.Run{Order: int64(o.ID), Flow: old.Flow, Version: old.Version, ReleaseAt: old.ReleaseAt}
	if f.Releases() && run.ReleaseAt > b.At {
		run.DueAt = run.ReleaseAt
	}
	return f, &run
}

// looked is the hold of an order at which somebody is to look before anything
// begins. What was split from one that was looked at has been, too.
func looked(f *flow.Flow, c PlaceCommand) []order.Hold {
	if f == nil || f.Verify == flow.Self || c.trusted {
		return nil
	}
	return []order.Hold{{Reason: flow.VerifyHold}}
}
