package today

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/fix"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/queues"
	"orderly/internal/web/shell"
)

// outcome is what a fix would do, or did, to one thing.
type outcome struct {
	queues.Row
	Effect string
	Seen   *int64 // what it comes to, of what is approved as it was seen
	Bad    bool   // it was refused
}

// value is how a chosen row comes back with the form.
func (x *outcome) value() string {
	if x.Seen == nil {
		return x.IDText()
	}
	return x.IDText() + " " + strconv.FormatInt(*x.Seen, 10)
}

// plan is what the page of a fix shows.
type plan struct {
	Queue   *queue.Queue
	Does    []outcome // that something would happen to, or has
	Leaves  int       // that nothing would happen to
	LeftOut []leftOut
	Done    bool
	Refused int
}

type leftOut struct {
	Why string
	N   int
}

// preview shows what the queue's fix would do, before anything is changed.
func preview(v *shell.Visit) error {
	q, err := fixable(v)
	if err != nil {
		return err
	}
	p := plan{Queue: q}
	var found queues.Candidates
	var rows []queues.Row
	err = v.Read(func(r *store.Reader) error {
		b, err := queues.Read(r, v.Now().UnixMicro())
		if err != nil {
			return err
		}
		if found, err = queues.ForFix(r, &b, q); err != nil {
			return err
		}
		rows, err = queues.Things(r, q.Kind, found.IDs)
		return err
	})
	if err != nil {
		return err
	}
	for _, why := range slices.Sorted(maps.Keys(found.LeftOut)) {
		p.LeftOut = append(p.LeftOut, leftOut{why, found.LeftOut[why]})
	}
	if len(found.IDs) > 0 {
		results, err := fix.Preview(v.Context(), v.Desk(), v.Scope, q, fix.Things(found.IDs))
		if err != nil {
			return err
		}
		for i, r := range results {
			x := p.tell(v, rows[i], r)
			if x.Bad || x.Effect == "" {
				p.Leaves++
				continue
			}
			p.Does = append(p.Does, x)
		}
	}
	return v.Page(v.T("today.fix."+q.Fix+".title"), fixPage(v, p))
}

// apply does the fix to what the visitor has seen in the preview, and reports
// on each.
func apply(v *shell.Visit) error {
	q, err := fixable(v)
	if err != nil {
		return err
	}
	things, err := picked(v, q)
	if err != nil {
		return err
	}
	if len(things) == 0 {
		return v.Go("/today/" + q.ID + "/fix")
	}
	results, err := fix.Do(v.Context(), v.Desk(), v.Scope, q, things, v.Options("fix "+q.Fix))
	if err != nil {
		return err
	}
	ids := make([]int64, len(things))
	for i, x := range things {
		ids[i] = x.ID
	}
	p := plan{Queue: q, Done: true}
	var rows []queues.Row
	err = v.Read(func(r *store.Reader) (err error) {
		rows, err = queues.Things(r, q.Kind, ids)
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range results {
		x := p.tell(v, rows[i], r)
		if x.Bad {
			p.Refused++
		}
		p.Does = append(p.Does, x)
	}
	slices.SortStableFunc(p.Does, func(a, b outcome) int { // what was refused comes first
		switch {
		case a.Bad == b.Bad:
			return 0
		case a.Bad:
			return -1
		}
		return 1
	})
	return v.Page(v.T("today.fix."+q.Fix+".title"), fixPage(v, p))
}

// picked are the rows that the visitor has chosen, each with what it came to in
// the preview where that was shown.
func picked(v *shell.Visit, q *queue.Queue) (out []fix.Thing, err error) {
	_ = v.Form("idempotency_key") // reads the form
	for _, text := range v.R.PostForm["row"] {
		name, seen, looked := strings.Cut(text, " ")
		var x fix.Thing
		if x.ID, err = ident.Parse(q.Kind, name); err == nil && looked {
			x.Seen = new(int64)
			*x.Seen, err = strconv.ParseInt(seen, 10, 64)
		}
		if err != nil || len(out) == queues.MaxFix {
			return nil, fault.New(fault.Invalid, "unknown_rows", "%s", v.T("today.choose_first"))
		}
		out = append(out, x)
	}
	return out, nil
}

// fixable is the queue of the address, of which all can be fixed at once.
func fixable(v *shell.Visit) (*queue.Queue, error) {
	q, err := queueOf(v)
	switch {
	case err != nil:
		return nil, err
	case q.Fix == "":
		return nil, fault.New(fault.NotFound, "no_fix", "there is nothing here")
	}
	return q, v.Scope.Require(q.Works)
}

// tell says what becomes of one thing, "" when nothing does.
func (p *plan) tell(v *shell.Visit, w queues.Row, r desk.Result) outcome {
	out := outcome{Row: w}
	if r.Err != nil {
		out.Bad, out.Effect = true, r.Err.Error()
		return out
	}
	if r.Status == "unchanged" {
		if p.Done {
			out.Effect = v.T("today.effect.nothing")
		}
		return out
	}
	switch value := r.Value.(type) {
	case *intake.Sourced:
		switch {
		case value.Allocated > 0:
			out.Effect = v.T("today.effect.allocated", "n", value.Allocated)
		case value.Backordered > 0:
			out.Effect = v.T("today.effect.backordered", "n", value.Backordered)
		}
	case *order.Order:
		out.Effect = v.T("today.effect.lifted")
	case *intake.Decided:
		amount := value.Order.Totals.Payable()
		out.Seen = &amount
		out.Effect = v.T("today.effect.approve", "amount", v.Money(amount, value.Order.Currency.Code()), "step", int64(len(value.Ask.Given)), "of", int64(value.Ask.Steps))
	default:
		out.Effect = v.T("today.effect." + p.Queue.Fix)
	}
	return out
}
