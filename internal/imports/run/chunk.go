package run

import (
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/runs"
)

// chunk is a part of a run that becomes one transaction. It is made by the
// goroutine that reads and handed over whole.
type chunk struct {
	key     string // run, phase and number
	rows    int    // results that work gives
	weight  int    // lines, for the lane
	work    func(*desk.Turn) ([]desk.Result, error)
	preview func(*store.Reader) ([]desk.Result, error)
	after   func([]desk.Result) error // in the goroutine that carries out
	done    int64                     // of the phase, when this chunk is through
}

// asked is one row on its way to an operation: a command, or why there is none.
type asked[C any] struct {
	command C
	err     error // a refusal
	skip    bool  // it is in the books as it is
}

// ask checks a command as the desk would before it queues it.
func ask[C any](op *desk.Operation[C], command C) asked[C] {
	a := asked[C]{command: command}
	if op.Check != nil {
		a.err = op.Check(&a.command)
	}
	return a
}

// use gives a chunk the work of doing an operation on rows. make turns them
// into commands inside the transaction, so that it may read what is true then;
// it may be called again when a transaction is replayed.
func use[C any](x *importer, c *chunk, op *desk.Operation[C], make func(*store.Reader) ([]asked[C], error)) {
	scope := x.shop.Scope
	c.work = func(t *desk.Turn) ([]desk.Result, error) { return perform(t, scope, op, make) }
	c.preview = func(r *store.Reader) ([]desk.Result, error) {
		list, err := make(r)
		if err != nil {
			return nil, err
		}
		return each(scope, list, func(ready []desk.Asked[C]) ([]desk.Result, error) { return op.Preview(x.shop.Desk, r, ready) })
	}
}

// perform makes commands and carries them out.
func perform[C any](t *desk.Turn, scope access.Scope, op *desk.Operation[C], make func(*store.Reader) ([]asked[C], error)) ([]desk.Result, error) {
	if err := scope.Require(op.Permission); err != nil {
		return nil, err
	}
	list, err := make(&t.Reader)
	if err != nil {
		return nil, err
	}
	return each(scope, list, func(ready []desk.Asked[C]) ([]desk.Result, error) { return op.Run(t, ready) })
}

// each gives every row its result, of run where the row has a command.
func each[C any](scope access.Scope, list []asked[C], run func([]desk.Asked[C]) ([]desk.Result, error)) ([]desk.Result, error) {
	out := make([]desk.Result, len(list))
	ready := make([]desk.Asked[C], 0, len(list))
	place := make([]int, 0, len(list))
	for i := range list {
		switch a := &list[i]; {
		case a.err != nil:
			out[i].Err = a.err
		case a.skip:
			out[i].Status = unchanged
		default:
			ready, place = append(ready, desk.Asked[C]{Scope: scope, Command: a.command}), append(place, i)
		}
	}
	if len(ready) == 0 {
		return out, nil
	}
	got, err := run(ready)
	if err != nil {
		return nil, err
	}
	for i, r := range got {
		out[place[i]] = r
	}
	return out, nil
}

// unchanged is the status of a result that changed nothing.
const unchanged = "unchanged"

// carryOut is the operation by which the desk does a chunk: its rows and the
// note that they are done, in one transaction. A chunk that has the note
// answers from it.
var carryOut = &desk.Operation[*chunk]{
	Name: "imports.chunk", Permission: access.CatalogRead, // what the rows need is asked for by perform
	Weight: func(c **chunk) int { return (*c).weight },
	Run: func(t *desk.Turn, asked []desk.Asked[*chunk]) ([]desk.Result, error) {
		out := make([]desk.Result, len(asked))
		for i, a := range asked {
			got, err := carryOne(t, a.Command)
			if err != nil {
				return nil, err
			}
			out[i] = desk.Result{Kind: "imp", Status: "done", Value: got}
		}
		return out, nil
	},
}

func carryOne(t *desk.Turn, c *chunk) ([]desk.Result, error) {
	known, ok, err := runs.Get(&t.Reader, c.key)
	if err != nil {
		return nil, err
	}
	if ok {
		k, err := decodeKept(known)
		return k.results(c.rows), err
	}
	got, err := c.work(t)
	if err != nil {
		return nil, err
	}
	state, err := encodeKept(got)
	if err != nil {
		return nil, err
	}
	if err := runs.Save(t.Tx, runs.Run{ID: c.key, Done: int64(len(got)), State: state, StartedAt: t.At}); err != nil {
		return nil, err
	}
	return got, runs.Advance(t.Tx, runOf(c.key))
}

// kept is what the books remember of a chunk: only what differs from "done".
type kept struct {
	Same    []int     `json:"unchanged,omitempty"`
	Refused []refused `json:"refused,omitempty"`
}

type refused struct {
	Row     int           `json:"row"`
	Kind    fault.Kind    `json:"kind"`
	Code    string        `json:"code"`
	Message string        `json:"message"`
	Fields  []fault.Field `json:"fields,omitempty"`
}

func encodeKept(results []desk.Result) (string, error) {
	var k kept
	for i, r := range results {
		var f *fault.Error
		switch {
		case errors.As(r.Err, &f):
			k.Refused = append(k.Refused, refused{i, f.Kind, f.Code, f.Message, f.Fields})
		case r.Err != nil:
			return "", fmt.Errorf("a refusal must be a fault: %w", r.Err)
		case r.Status == unchanged:
			k.Same = append(k.Same, i)
		}
	}
	text, err := json.Marshal(k)
	return string(text), err
}

func decodeKept(row runs.Run) (kept, error) {
	var k kept
	if err := json.Unmarshal([]byte(row.State), &k); err != nil {
		return k, fmt.Errorf("read what is kept of %s: %w", row.ID, err)
	}
	return k, nil
}

// results are those of a chunk of n rows, as the books remember them.
func (k kept) results(n int) []desk.Result {
	out := make([]desk.Result, n)
	for i := range out {
		out[i].Status = "done"
	}
	for _, i := range k.Same {
		if i < n {
			out[i].Status = unchanged
		}
	}
	for _, f := range k.Refused {
		if f.Row < n {
			out[f.Row] = desk.Result{Err: &fault.Error{Kind: f.Kind, Code: f.Code, Message: f.Message, Fields: f.Fields}}
		}
	}
	return out
}
