package admin

import (
	"encoding/json"
	"errors"
	"slices"

	"orderly/internal/access"
	"orderly/internal/bulk"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
	"orderly/internal/store/jobs"
)

// RunJob is the kind of the durable job that carries a run out.
const RunJob = "bulk_run"

// RunCommand begins one act on many orders: those of a filter, or those named.
type RunCommand struct {
	Act    bulk.Act
	Filter *string // the query string of a list; nil when orders are named
	Orders []order.ID
}

// BeginRun keeps a run and the job that carries it out.
var BeginRun = act("runs.begin", access.OrdersWrite, checkRun, func(t *desk.Turn, a desk.Asked[RunCommand]) (desk.Result, error) {
	c := a.Command
	if err := a.Scope.Require(c.Act.Kind.Needs()); err != nil {
		return desk.Result{}, err
	}
	if err := c.Act.CheckAt(t.At); err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(c.Act)
	if err != nil {
		return desk.Result{}, err
	}
	x := bulks.Run{ID: bulk.ID(t.IDs().Next()), Kind: c.Act.Kind, Data: string(data), Actor: a.Scope.Actor.String(), State: bulks.Waiting, CreatedAt: t.At}
	if c.Filter != nil {
		x.Filter = *c.Filter
	} else if err := nameRows(t, &x, c.Orders); err != nil {
		return desk.Result{}, err
	}
	if err := bulks.Save(t.Tx, x); err != nil {
		return desk.Result{}, err
	}
	if _, err := jobs.Enqueue(t.Tx, jobs.Job{Kind: RunJob, Dedupe: x.ID.String(), Due: t.At, Data: x.ID.String()}); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Run, int64(x.ID), journal.RunBegun, map[string]any{"act": c.Act.Kind, "orders": len(c.Orders)})
	return desk.Result{Kind: journal.Run, ID: int64(x.ID), Seq: seq, Status: "created", Value: x}, err
})

// nameRows keeps the orders that were named as the run's rows. Their targets
// are chosen when their chunk is begun.
func nameRows(t *desk.Turn, x *bulks.Run, ids []order.ID) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), bulk.Chunk) {
		rows := make([]bulk.Row, len(some))
		for i, id := range some {
			rows[i].Order = id
		}
		x.Chunks, x.Planned = x.Chunks+1, x.Planned+int64(len(rows))
		if err := bulks.SaveChunk(t.Tx, x.ID, bulks.Chunk{N: x.Chunks, Rows: rows}); err != nil {
			return err
		}
	}
	x.Walked = true
	return nil
}

func checkRun(c *RunCommand) error {
	if err := c.Act.Check(); err != nil {
		return err
	}
	switch {
	case (c.Filter == nil) == (len(c.Orders) == 0):
		return fieldFault(fault.Invalid, "which_orders", "/orders", "name orders, or give a filter; not both and not neither")
	case len(c.Orders) > bulk.MaxSelected:
		return fault.New(fault.TooLarge, "too_many", "%d orders were named; at most %d, or use a filter", len(c.Orders), bulk.MaxSelected)
	}
	return nil
}

// StopCommand asks a run to stop.
type StopCommand struct{ ID bulk.ID }

// StopRun stops a run before its next chunk. What is done stays done.
var StopRun = act("runs.stop", access.OrdersWrite, nil, func(t *desk.Turn, a desk.Asked[StopCommand]) (desk.Result, error) {
	x, err := bulks.Get(&t.Reader, a.Command.ID)
	if errors.Is(err, bulks.ErrUnknown) {
		return desk.Result{}, NoSuchRun(a.Command.ID.String())
	}
	if err != nil {
		return desk.Result{}, err
	}
	if x.Over() || x.Stopping {
		return desk.Result{Kind: journal.Run, ID: int64(x.ID), Status: "unchanged", Value: x}, nil
	}
	x.Stopping = true
	if err := bulks.Save(t.Tx, x); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Run, int64(x.ID), journal.RunStopped, map[string]any{})
	return desk.Result{Kind: journal.Run, ID: int64(x.ID), Seq: seq, Status: "done", Value: x}, err
})

// NoSuchRun is the fault of a run that is not there, or no longer.
func NoSuchRun(text string) error {
	return fault.New(fault.NotFound, "no_such_run", "there is no run %.40q; reports are kept for %d days", text, bulk.KeptDays)
}

// EndRun tells of a run's end, in the transaction that ends it.
func EndRun(tx *store.Tx, by access.Scope, x bulks.Run) error {
	_, err := tell(&desk.Turn{Tx: tx}, by, journal.Run, int64(x.ID), journal.RunEnded, map[string]any{
		"state": x.State, "done": x.Counts.Done, "unchanged": x.Counts.Unchanged, "refused": x.Counts.Refused})
	return err
}
