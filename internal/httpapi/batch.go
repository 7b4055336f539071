package httpapi

import (
	"net/http"

	"orderly/internal/desk"
	"orderly/internal/fault"
)

// Outcomes is what became of each row of a batch, in the order of the rows.
type Outcomes[T any] struct {
	DryRun    bool         `json:"dry_run,omitempty" doc:"true when nothing was changed."`
	Data      []Outcome[T] `json:"data"`
	Succeeded int          `json:"succeeded" doc:"Rows with a status below 400."`
	Refused   int          `json:"refused"`
}

// Outcome is what became of one row: the thing, or the problem.
type Outcome[T any] struct {
	Index   int      `json:"index" doc:"Of the row, from 0."`
	Status  int      `json:"status" doc:"What the row alone would have been answered with." example:"201"`
	Result  *T       `json:"result,omitempty"`
	Problem *Problem `json:"problem,omitempty"`
}

func (o Outcomes[T]) lines() []any {
	out := make([]any, len(o.Data))
	for i := range o.Data {
		out[i] = &o.Data[i]
	}
	return out
}

// batch carries out rows of one operation in one call and gives each its own
// outcome. A row with faults of its own is answered without the others.
type batch[C, T any] struct {
	c        *call
	op       *desk.Operation[C]
	outcomes []Outcome[T]
	commands []C
	rows     []int // of commands
}

func newBatch[C, T any](c *call, op *desk.Operation[C], rows int) *batch[C, T] {
	b := &batch[C, T]{c: c, op: op, outcomes: make([]Outcome[T], rows)}
	for i := range b.outcomes {
		b.outcomes[i].Index = i
	}
	return b
}

// add takes a row; faults are those found so far in it.
func (b *batch[C, T]) add(row int, cmd C, faults *fault.List) {
	if faults.Len() > 0 {
		b.refuse(row, withCheck(faults, b.op, &cmd))
		return
	}
	b.commands = append(b.commands, cmd)
	b.rows = append(b.rows, row)
}

func (b *batch[C, T]) refuse(row int, err error) {
	p := b.c.problemOf(err)
	b.outcomes[row].Status, b.outcomes[row].Problem = p.Status, p
}

// run carries out the rows; render gives the thing that a row led to.
func (b *batch[C, T]) run(render func(value any, id int64) (T, error)) (Outcomes[T], error) {
	if len(b.outcomes) == 0 {
		return Outcomes[T]{}, fault.New(fault.Invalid, "empty", "the batch has no rows")
	}
	if len(b.outcomes) > MaxBatch {
		return Outcomes[T]{}, fault.New(fault.TooLarge, "too_many", "%d rows in one request; at most %d", len(b.outcomes), MaxBatch)
	}
	results, err := b.do()
	if err != nil {
		return Outcomes[T]{}, err
	}
	for i, r := range results {
		row := b.rows[i]
		if r.Err != nil {
			b.refuse(row, r.Err)
			continue
		}
		out, err := render(r.Value, r.ID)
		if err != nil {
			return Outcomes[T]{}, err
		}
		b.outcomes[row].Result = &out
		b.outcomes[row].Status = http.StatusOK
		if r.Status == "created" {
			b.outcomes[row].Status = http.StatusCreated
		}
	}
	return b.sum(), nil
}

func (b *batch[C, T]) do() ([]desk.Result, error) {
	if len(b.commands) == 0 {
		return nil, b.c.scope.Require(b.op.Permission)
	}
	results, err := desk.Do(b.c.ctx, b.c.api.desk, b.op, b.c.scope, b.commands, b.c.options())
	if b.c.replayed {
		b.c.w.Header().Set("Idempotent-Replayed", "true")
	}
	return results, err
}

func (b *batch[C, T]) sum() Outcomes[T] {
	out := Outcomes[T]{Data: b.outcomes}
	for i := range out.Data {
		if out.Data[i].Status < http.StatusBadRequest {
			out.Succeeded++
		} else {
			out.Refused++
		}
	}
	return out
}
