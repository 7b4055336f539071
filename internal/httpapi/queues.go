package httpapi

import (
	"orderly/internal/desk"
	"orderly/internal/desk/fix"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
)

func (a *api) listQueues(c *call, _, _ *none) (Queues, error) {
	var b queues.Board
	err := c.read(func(r *store.Reader) (err error) {
		b, err = queues.Read(r, a.desk.DB.Now())
		return err
	})
	out := Queues{Data: []QueueCount{}}
	for _, f := range b.Facts {
		out.Data = append(out.Data, c.renderFact(f))
	}
	if next, ok := queue.Next(b.Facts, c.scope, nil, b.Now); ok && err == nil {
		out.Next = &QueueAdvice{QueueCount: c.renderFact(next.Fact), Why: next.Why}
	}
	return out, err
}

type queueParams struct {
	QueueID
	Paging
	Location string `query:"location" maxLength:"60" doc:"Code or id; all that your key sees when left out."`
}

// QueueID names a queue in an address.
type QueueID struct {
	ID string `path:"id" maxLength:"40" example:"to_release" doc:"Of the queue, as the list names it."`
}

// queueOf finds a queue that the caller may see.
func (c *call) queueOf(id string) (*queue.Queue, error) {
	q := queue.Named(id)
	if q == nil {
		return nil, fault.New(fault.NotFound, "no_such_queue", "there is no queue %.40q", id)
	}
	return q, c.scope.Require(q.Sees)
}

func (a *api) getQueue(c *call, p *queueParams, _ *none) (Page[QueueRow], error) {
	q, err := c.queueOf(p.ID)
	if err != nil {
		return Page[QueueRow]{}, err
	}
	after, err := p.text()
	if err != nil {
		return Page[QueueRow]{}, err
	}
	var faults fault.List
	at, err := c.location(parameterMark+"location", p.Location, &faults)
	if err == nil {
		err = faults.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault")
	}
	if err != nil {
		return Page[QueueRow]{}, err
	}
	var got queues.Page
	var whose map[int64]assignments.Assignment
	err = c.read(func(r *store.Reader) error {
		b, err := queues.Read(r, a.desk.DB.Now())
		if err != nil {
			return err
		}
		if got, err = queues.Rows(r, &b, queues.Ask{Queue: q, Location: at, After: after, Limit: p.Limit}); err != nil {
			return err
		}
		ids := make([]int64, len(got.Rows))
		for i := range got.Rows {
			ids[i] = got.Rows[i].ID
		}
		whose, err = assignments.Of(r, q.Kind, ids, b.Now)
		return err
	})
	if err != nil {
		return Page[QueueRow]{}, err
	}
	return pageUntil(got.Rows, func(w queues.Row) QueueRow { return c.renderQueueRow(&w, whose) }, got.Next), nil
}

type fixParams struct {
	QueueID
	DryRun
}

func (a *api) fixQueue(c *call, p *fixParams, in *FixQueue) (FixedQueue, error) {
	q, err := c.queueOf(p.ID)
	if err == nil {
		err = c.scope.Require(q.Works)
	}
	if err == nil && q.Fix == "" {
		err = fault.New(fault.Conflict, "no_fix", "nothing can be done to all of %s at once; each needs a person", q.ID)
	}
	if err != nil {
		return FixedQueue{}, err
	}
	ids, left, err := c.fixable(q, in, p.Dry)
	if err != nil {
		return FixedQueue{}, err
	}
	out := FixedQueue{Fix: q.Fix, LeftOut: left}
	out.DryRun = p.Dry
	if len(ids) == 0 {
		out.Data = []Outcome[FixedThing]{}
		return out, nil
	}
	var results []desk.Result
	if p.Dry {
		results, err = fix.Preview(c.ctx, a.desk, c.scope, q, in.things(ids))
	} else {
		results, err = fix.Do(c.ctx, a.desk, c.scope, q, in.things(ids), c.options())
		c.tellReplayed()
	}
	if err != nil {
		return FixedQueue{}, err
	}
	b := batch[none, FixedThing]{c: c, outcomes: make([]Outcome[FixedThing], len(ids)), dryRun: p.Dry}
	for i, r := range results {
		b.outcomes[i].Index = i
		if r.Err != nil {
			b.refuse(i, r.Err)
			b.outcomes[i].Result = &FixedThing{ID: ident.Text(q.Kind, ids[i])}
			continue
		}
		thing := &FixedThing{ID: ident.Text(q.Kind, ids[i]), Did: r.Status}
		if x, ok := r.Value.(*intake.Decided); ok {
			amount := x.Order.Totals.Payable()
			thing.Amount = &amount
		}
		b.outcomes[i].Status, b.outcomes[i].Result = 200, thing
	}
	out.Outcomes = b.sum()
	return out, nil
}

// things are what a request is about, with what each came to when it was seen.
func (in *FixQueue) things(ids []int64) []fix.Thing {
	out := fix.Things(ids)
	for i := range in.Amounts {
		out[i].Seen = &in.Amounts[i]
	}
	return out
}

// fixable are the things that a request names; a dry run that names none is
// about all that there are.
func (c *call) fixable(q *queue.Queue, in *FixQueue, dry bool) (ids []int64, left []LeftOut, err error) {
	if len(in.IDs) == 0 && len(in.Amounts) == 0 && dry {
		var found queues.Candidates
		err = c.read(func(r *store.Reader) error {
			b, err := queues.Read(r, c.api.desk.DB.Now())
			if err == nil {
				found, err = queues.ForFix(r, &b, q)
			}
			return err
		})
		return found.IDs, renderLeftOut(found.LeftOut), err
	}
	if len(in.IDs) == 0 {
		c.faults.Add("/ids", "missing", "name what to fix; a dry run without ids tells what there is")
	}
	if len(in.Amounts) > 0 && len(in.Amounts) != len(in.IDs) {
		c.faults.Add("/amounts", "count", "give one for each of ids, or none")
	}
	if len(in.IDs) > queues.MaxFix {
		c.faults.Add("/ids", "too_many", "at most %d at a time", queues.MaxFix)
	}
	for i, text := range in.IDs {
		id, err := ident.Parse(q.Kind, text)
		if err != nil {
			c.faults.AddError("/ids/"+number(int64(i)), err)
		}
		ids = append(ids, id)
	}
	return ids, nil, c.faults.Err()
}
