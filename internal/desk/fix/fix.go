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

// call is one use of a fix.
type call struct {
	ctx     context.Context //nolint:containedctx // lives exactly as long as the call
	desk    *desk.Desk
	scope   access.Scope
	ids     []int64
	options desk.Options
	preview bool
}

// Preview tells what Do would do to things of a queue, and changes nothing.
func Preview(ctx context.Context, d *desk.Desk, scope access.Scope, q *queue.Queue, ids []int64) ([]desk.Result, error) {
	return call{ctx: ctx, desk: d, scope: scope, ids: ids, preview: true}.of(q)
}

// Do does a queue's fix to things of it.
func Do(ctx context.Context, d *desk.Desk, scope access.Scope, q *queue.Queue, ids []int64, o desk.Options) ([]desk.Result, error) {
	return call{ctx: ctx, desk: d, scope: scope, ids: ids, options: o}.of(q)
}

func (c call) of(q *queue.Queue) ([]desk.Result, error) {
	switch q.Fix {
	case queue.FixSource:
		return each(c, intake.Source, func(id int64) intake.SourceCommand { return intake.SourceCommand{Order: order.ID(id)} })
	case queue.FixLift:
		return each(c, intake.LiftEnded, func(id int64) intake.LiftEndedCommand { return intake.LiftEndedCommand{Order: order.ID(id)} })
	case queue.FixApprove:
		return each(c, intake.Approve, func(id int64) intake.ApproveCommand { return intake.ApproveCommand{Order: order.ID(id)} })
	case queue.FixRelease:
		return each(c, floor.Release, func(id int64) floor.WorkCommand { return floor.WorkCommand{Fulfillment: fulfillment.ID(id)} })
	case queue.FixRetry:
		return each(c, duty.Retry, func(id int64) duty.RetryCommand { return duty.RetryCommand{Job: id} })
	case queue.FixSettle:
		return each(c, duty.SettleOf(q), func(id int64) duty.SettleCommand { return duty.SettleCommand{Trouble: trouble.ID(id)} })
	}
	return nil, fault.New(fault.Invalid, "no_fix", "nothing can be done to all of this queue at once; each needs a person")
}

func each[C any](c call, op *desk.Operation[C], command func(int64) C) ([]desk.Result, error) {
	cmds := make([]C, len(c.ids))
	for i, id := range c.ids {
		cmds[i] = command(id)
	}
	if c.preview {
		return desk.Preview(c.ctx, c.desk, op, c.scope, cmds)
	}
	return desk.Do(c.ctx, c.desk, op, c.scope, cmds, c.options)
}
