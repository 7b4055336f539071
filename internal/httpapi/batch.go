package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/httpapi/body"
)

// Rows is a list whose rows are read one by one, so that a row with a fault
// spoils no other.
type Rows[B any] []json.RawMessage

// Schema documents what the rows are.
func (Rows[B]) Schema(r huma.Registry) *huma.Schema {
	most := MaxBatch
	return &huma.Schema{Type: huma.TypeArray, Items: r.Schema(reflect.TypeFor[B](), true, ""), MaxItems: &most}
}

// lineTaker is a body that can also be sent as one row a line.
type lineTaker interface{ take(rows []json.RawMessage) }

// splitLines gives the lines that are not empty. They share text.
func splitLines(text []byte) []json.RawMessage {
	var out []json.RawMessage
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(out, json.RawMessage(bytes.Clone(line)))
		}
	}
	return out
}

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
// outcome. A row with faults is answered at once and goes no further.
type batch[C, T any] struct {
	c        *call
	op       *desk.Operation[C]
	outcomes []Outcome[T]
	commands []C
	rows     []int // of commands
	at       int   // the row that is being read
	dryRun   bool
	err      error
}

func newBatch[C, T any](c *call, op *desk.Operation[C], rows []json.RawMessage) *batch[C, T] {
	b := &batch[C, T]{c: c, op: op, err: c.faults.Err()}
	switch {
	case b.err != nil:
	case len(rows) == 0:
		b.err = fault.New(fault.Invalid, "empty", "the batch has no rows")
	case len(rows) > MaxBatch:
		b.err = fault.New(fault.TooLarge, "too_many", "%d rows in one request; at most %d", len(rows), MaxBatch)
	default:
		b.outcomes = make([]Outcome[T], len(rows))
	}
	return b
}

// each reads the rows and makes a command of each.
func each[B, C, T any](b *batch[C, T], rows []json.RawMessage, command func(*B, *fault.List) (C, error)) {
	for i := 0; i < len(rows) && b.err == nil; i++ {
		b.at, b.outcomes[i].Index = i, i
		var in B
		var faults fault.List
		if err := body.Decode(rows[i], &in, &faults); err != nil {
			b.refuse(i, err)
			b.count(new(C), err)
			continue
		}
		cmd, err := command(&in, &faults)
		switch {
		case err != nil:
			b.err = err
		case faults.Len() > 0:
			err := withCheck(&faults, b.op, &cmd)
			b.refuse(i, err)
			b.count(&cmd, err)
		default:
			b.commands, b.rows = append(b.commands, cmd), append(b.rows, i)
		}
	}
}

// count counts a row that never gets to the desk.
func (b *batch[C, T]) count(cmd *C, err error) {
	if !b.dryRun {
		refused(b.c, b.op, cmd, err)
	}
}

func (b *batch[C, T]) refuse(row int, err error) {
	p := b.c.problemOf(err)
	p.RequestID = "" // the same for all rows, and no part of what a replay tells
	b.outcomes[row].Status, b.outcomes[row].Problem = p.Status, p
}

// run carries out the rows; render gives the thing that a row led to.
func (b *batch[C, T]) run(render func(row int, r desk.Result) (T, error)) (Outcomes[T], error) {
	var results []desk.Result
	if b.err == nil {
		results, b.err = b.do()
	}
	if b.err != nil {
		return Outcomes[T]{}, b.err
	}
	for i, r := range results {
		o := &b.outcomes[b.rows[i]]
		if r.Err != nil {
			b.refuse(b.rows[i], r.Err)
			continue
		}
		out, err := render(b.rows[i], r)
		if err != nil {
			return Outcomes[T]{}, err
		}
		o.Result, o.Status = &out, http.StatusOK
		if r.Status == "created" && !b.dryRun {
			o.Status = http.StatusCreated
		}
	}
	return b.sum(), nil
}

func (b *batch[C, T]) do() ([]desk.Result, error) {
	switch {
	case len(b.commands) == 0:
		return nil, nil
	case b.dryRun:
		return desk.Preview(b.c.ctx, b.c.api.desk, b.op, b.c.scope, b.commands)
	}
	results, err := desk.Do(b.c.ctx, b.c.api.desk, b.op, b.c.scope, b.commands, b.c.options())
	b.c.tellReplayed()
	return results, err
}

func (b *batch[C, T]) sum() Outcomes[T] {
	out := Outcomes[T]{Data: b.outcomes, DryRun: b.dryRun}
	for i := range out.Data {
		if out.Data[i].Status < http.StatusBadRequest {
			out.Succeeded++
		} else {
			out.Refused++
		}
	}
	return out
}
