package linear

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
)

// undecidedAfter is how long one history is searched. A search that takes
// longer counts as a failure.
const undecidedAfter = 10 * time.Second

// hintsAfter is how long a search that is led by hints may take.
const hintsAfter = 3 * time.Second

// note is an operation as its caller saw it, and when it was decided as far as
// is known: a hint.
type note struct {
	porcupine.Operation
	decided int64
}

// history is what happened to one item or order between two barriers.
type history struct {
	name  string
	model porcupine.Model
	notes []note
}

// verdict searches for an order of the operations that the model allows. It
// begins with each operation shortened to the moment at which it was decided,
// then to the time after it: an order for that is one for the whole as well,
// and is found at once when the hints are right. Only without one the whole is
// searched, hints aside.
func (h history) verdict(limit time.Duration) porcupine.CheckResult {
	for _, shorten := range []func(*note) porcupine.Operation{(*note).moment, (*note).after} {
		if porcupine.CheckOperationsTimeout(h.model, h.operations(shorten), min(limit, hintsAfter)) == porcupine.Ok {
			return porcupine.Ok
		}
	}
	return porcupine.CheckOperationsTimeout(h.model, h.operations(func(n *note) porcupine.Operation { return n.Operation }), limit)
}

func (h history) operations(shorten func(*note) porcupine.Operation) []porcupine.Operation {
	out := make([]porcupine.Operation, len(h.notes))
	for i := range h.notes {
		out[i] = shorten(&h.notes[i])
	}
	return out
}

// after is the operation from when it was decided.
func (n *note) after() porcupine.Operation {
	o := n.Operation
	o.Call = max(o.Call, n.decided)
	return o
}

// moment is the operation at the instant when it was decided, where that is known.
func (n *note) moment() porcupine.Operation {
	o := n.after()
	if n.decided >= n.Call && n.decided <= n.Return {
		o.Return = n.decided
	}
	return o
}

func itemModel(r rules, from itemState) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return from },
		Step: func(state, input, _ any) (bool, any) {
			ok, next := r.step(state.(itemState), input.(*itemOp))
			return ok, next
		},
	}
}

func orderModel(from orderState) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return from },
		Step: func(state, input, _ any) (bool, any) {
			ok, next := stepOrder(state.(orderState), input.(*orderOp))
			return ok, next
		},
	}
}

// finding is a history that no order of its acts explains, or that was not
// decided in time.
type finding struct {
	verdict porcupine.CheckResult
	history history
}

// maxTold is how many operations of a finding are told.
const maxTold = 2000

func (f finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d operations from %+v", f.history.name, strings.ToLower(string(f.verdict)), len(f.history.notes), f.history.model.Init())
	for _, o := range f.history.notes[:min(maxTold, len(f.history.notes))] {
		fmt.Fprintf(&b, "\n  client %d [%d, %d] %v", o.ClientId, o.Call, o.Return, o.Input)
	}
	return b.String()
}

// check searches every history for an order of its operations that the model
// allows.
func check(list []history) []finding {
	next := make(chan history)
	var mu sync.Mutex
	var out []finding
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for h := range next {
				if v := h.verdict(undecidedAfter); v != porcupine.Ok {
					mu.Lock()
					out = append(out, finding{v, h})
					mu.Unlock()
				}
			}
		})
	}
	for _, h := range list {
		next <- h
	}
	close(next)
	wg.Wait()
	return out
}
