// Package fix says which operation is the safe fix of a queue, and does it to
// many things at once: first as a preview, then for real, each with a result of
// its own.
//
// What belongs here: the one table from fixes to operations of the rooms. What
// does not: which things a fix may be done to (store/queues), and the
// operations, each of which decides again under the lock.
package fix

import (
	"context"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/duty"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/trouble"
)

// Thing is one thing of a queue. Seen is what it came to when it was looked at,
// of fixes where that matters; nil says that nobody has.
type Thing struct {
	ID   int64
	Seen *int64
}

// Things are things at which nobody has looked.
func Things(ids []int64) []Thing {
	out := make([]Thing, len(ids))
	for i, id := range ids {
		out[i].ID = id
	}
	return out
}

// call is one use of a fix.
type call struct {
	ctx     context.Context //nolint:containedctx // lives exactly as long as the call
	desk    *desk.Desk
	scope   access.Scope
	things  []Thing
	options desk.Options
	preview bool
}

// Preview tells what Do would do to things of a queue, and changes nothing.
func Preview(ctx context.Context, d *desk.Desk, scope access.Scope, q *queue.Queue, things []Thing) ([]desk.Result, error) {
	return call{ctx: ctx, desk: d, scope: scope, things: things, preview: true}.of(q)
}

// Do does a queue's fix to things of it.
func Do(ctx context.Context, d *desk.Desk, scope access.Scope, q *queue.Queue, things []Thing, o desk.Options) ([]desk.Result, error) {
	return call{ctx: ctx, desk: d, scope: scope, things: things, options: o}.of(q)
}

func (c call) of(q *queue.Queue) ([]desk.Result, error) {
	switch q.Fix {
	case queue.FixSource:
		return each(c, intake.Source, func(x Thing) intake.SourceCommand { return intake.SourceCommand{Order: order.ID(x.ID)} })
	case queue.FixLift:
		return each(c, intake.LiftEnded, func(x Thing) intake.LiftEndedCommand { return intake.LiftEndedCommand{Order: order.ID(x.ID)} })
	case queue.FixApprove:
		return each(c, intake.Approve, func(x Thing) intake.ApproveCommand {
			return intake.ApproveCommand{Order: order.ID(x.ID), Amount: x.Seen}
		})
	case queue.FixRelease:
		return each(c, floor.Release, func(x Thing) floor.WorkCommand { return floor.WorkCommand{Fulfillment: fulfillment.ID(x.ID)} })
	case queue.FixRetry:
		return each(c, duty.Retry, func(x Thing) duty.RetryCommand { return duty.RetryCommand{Job: x.ID} })
	case queue.FixSettle:
		return each(c, duty.SettleOf(q), func(x Thing) duty.SettleCommand { return duty.SettleCommand{Trouble: trouble.ID(x.ID)} })
	}
	return nil, fault.New(fault.Invalid, "no_fix", "nothing can be done to all of this queue at once; each needs a person")
}

func each[C any](c call, op *desk.Operation[C], command func(Thing) C) ([]desk.Result, error) {
	cmds := make([]C, len(c.things))
	for i, x := range c.things {
		cmds[i] = command(x)
	}
	if c.preview {
		return desk.Preview(c.ctx, c.desk, op, c.scope, cmds)
	}
	return desk.Do(c.ctx, c.desk, op, c.scope, cmds, c.options)
}
