package floor

import (
	"orderly/internal/desk/step"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
)

// loadLate reads what the last moments of orders are reckoned with, where a flow
// asks for them.
func loadLate(b *step.Batch, ids []order.ID) error {
	var late []order.ID
	for _, id := range ids {
		if f, _ := b.Run(id); f != nil && f.Timing == flow.Late {
			late = append(late, id)
		}
	}
	if len(late) == 0 {
		return nil
	}
	if err := b.LoadParties(late); err != nil {
		return err
	}
	return b.LoadBacklog()
}

// plan brings the moments of a run to how its order stands: when its units are
// to get their place, and when the next of its work is to be released at the
// latest.
func plan(b *step.Batch, f *flow.Flow, run *flow.Run, o *order.Order, sourced int64) {
	if run.SourceAt != 0 && (o.Sums[order.Unsourced] == 0 || run.SourceAt <= sourced) { // somebody did, or the clock
		run.Spare(placed(o), o.CreatedAt, b.At)
		run.SourceAt = 0
	}
	f.Postpone(run, b.At, o.DueAt)
	run.LateAt = 0
	if f.Timing != flow.Late || o.DueAt == 0 {
		return
	}
	next := func(at int64) {
		if run.LateAt == 0 || at < run.LateAt {
			run.LateAt = at
		}
	}
	for _, x := range b.FulfillmentsOf(o.ID) {
		if releases(b, f, run, x) {
			next(lateOf(b, f, o, x))
		}
	}
	if at := homeless(b, f, o); at != 0 {
		next(at)
	}
}

// placed are the whole units of an order that have a place.
func placed(o *order.Order) int64 {
	sum := int64(0)
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Leaf() && l.Stocked {
			n := l.Q[order.Ordered] - l.Q[order.Unsourced] - l.Q[order.Backordered] - l.Q[order.Canceled]
			for range l.Scale {
				n /= 10
			}
			sum += n
		}
	}
	return sum
}

// lateOf is when work is to be released at the latest, slack included.
func lateOf(b *step.Batch, f *flow.Flow, o *order.Order, x *fulfillment.Fulfillment) int64 {
	if o.DueAt == 0 {
		return 0
	}
	at, _ := b.Latest(o, x.Location)
	return at - f.Slack*minute
}

// minute is in microseconds.
const minute = 60_000_000

// homeless is until when units without a place can still be had in time: at the
// place that is the quickest. 0 when there are none.
func homeless(b *step.Batch, f *flow.Flow, o *order.Order) int64 {
	if o.Sums[order.Unsourced]+o.Sums[order.Backordered] == 0 {
		return 0
	}
	best := o.CreatedAt
	for _, l := range b.Catalog.Locations {
		if l.Active && b.Sends(o, l) {
			at, _ := b.Latest(o, l.ID)
			best = max(best, at)
		}
	}
	return best - f.Slack*minute
}
