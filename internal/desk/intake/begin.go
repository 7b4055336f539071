package intake

import (
	"slices"

	"orderly/internal/catalog"
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
		run := f.Begin(int64(o.ID), b.At, o.DueAt)
		return f, &run
	}
	f, old := b.Run(c.like)
	if f == nil {
		return nil, nil
	}
	run := flow.Run{Order: int64(o.ID), Flow: old.Flow, Version: old.Version, ReleaseAt: old.ReleaseAt}
	f.Wake(&run, b.At)
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

// sourcesNow reports whether a new order's units get their place at once. What
// is never backordered is claimed now or refused, however late the flow would
// do it: nobody is promised what may be gone then.
func sourcesNow(b *step.Batch, o *order.Order, f *flow.Flow, run *flow.Run) bool {
	if f.Source != flow.Due {
		return f.Source == flow.Self
	}
	if run.SourceAt != 0 && !refusesShort(b, o) {
		return false
	}
	run.SourceAt = 0
	f.Wake(run, b.At)
	return true
}

// refusesShort reports whether anything of an order is never backordered.
func refusesShort(b *step.Batch, o *order.Order) bool {
	return slices.ContainsFunc(o.Lines, func(l order.Line) bool {
		item := b.Catalog.ByID(catalog.ID(l.Item))
		return l.Stocked && item != nil && item.WhenShort == catalog.Refuse
	})
}
