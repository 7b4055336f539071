package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// ScheduleCommand says when work on an order may begin; At 0 is from now on.
type ScheduleCommand struct {
	Order order.ID
	At    int64
}

// Scheduled is the Value of a Schedule result.
type Scheduled struct {
	Order *order.Order
	Until int64 // the last moment that keeps what was promised; 0 when nothing was, or no work waits
	Late  bool  // it is scheduled for after that
}

// Schedule keeps an order from being released before a moment, at which the
// clock lets it go: its work is released then as it would have been. What was
// promised stays promised; the result says when it would be missed.
var Schedule = step.Act[ScheduleCommand]{
	Name: "orders.schedule", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[ScheduleCommand]) error {
		return b.LoadOrdersForServing(ids(asked, func(c ScheduleCommand) order.ID { return c.Order }))
	},
	Decide: decideSchedule,
}.Operation()

func decideSchedule(b *step.Batch, a desk.Asked[ScheduleCommand]) (desk.Result, error) {
	o := b.Order(a.Command.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(a.Command.Order)
	}
	var old order.Hold
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && h.Reason == order.Scheduled {
			old = h
		}
	}
	r := desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}
	next := scheduledFor(a.Command.At)
	if err := maySchedule(b, o, old, next); err != nil {
		return r, err
	}
	if old.Until != next.Until {
		if err := reschedule(b, a.Scope, o, old, next); err != nil {
			return r, err
		}
		r.Seq, r.Status = o.Version, "done"
	}
	out := &Scheduled{Order: o, Until: lastMoment(b, o)}
	out.Late = out.Until != 0 && next.Until > out.Until
	r.Value = out
	return r, nil
}

// maySchedule refuses a schedule.
func maySchedule(b *step.Batch, o *order.Order, old, next order.Hold) error {
	var l fault.List
	order.CheckBegin("/not_before", next.Until, b.At, &l)
	switch {
	case l.Len() > 0:
		return l.Err()
	case next.Until == 0 && old.ID == 0:
		return fault.New(fault.Conflict, "not_scheduled", "order %d is not scheduled for a day of its own", o.Number)
	case o.Sums.Open() == 0:
		return fault.New(fault.Conflict, "nothing_open", "nothing of order %d is still to be sent", o.Number)
	case len(o.Holds) >= order.MaxHolds:
		return fault.New(fault.Conflict, "too_many_holds", "order %d has had %d holds, the most there may be", o.Number, order.MaxHolds)
	}
	return nil
}

func reschedule(b *step.Batch, by access.Scope, o *order.Order, old, next order.Hold) error {
	if old.ID != 0 {
		d, err := o.Lift(old.ID, by.Actor.String())
		if err != nil {
			return err
		}
		if err := b.Apply(by, journal.OrderLifted, o.ID, &d); err != nil {
			return err
		}
	}
	if next.Until == 0 {
		return nil
	}
	return b.PlaceHold(by, o, next)
}

// lastMoment is until when all work of an order that waits has to begin.
func lastMoment(b *step.Batch, o *order.Order) int64 {
	first := int64(0)
	for _, x := range b.FulfillmentsOf(o.ID) {
		if x.WorkStatus != fulfillment.Pending || o.DueAt == 0 {
			continue
		}
		if at, _ := b.Latest(o, x.Location); first == 0 || at < first {
			first = at
		}
	}
	return first
}

// scheduledFor keeps work from beginning before a moment.
func scheduledFor(at int64) order.Hold {
	return order.Hold{Reason: order.Scheduled, Blocks: []string{"release"}, Until: at}
}

// begins is when work on an order that is asked for may begin.
func begins(b *step.Batch, r *order.Request) int64 {
	at := max(b.At, r.NotBefore)
	for i := range r.Holds {
		if h := &r.Holds[i]; h.Reason == order.Scheduled {
			at = max(at, h.Until)
		}
	}
	return at
}
