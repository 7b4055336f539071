package linear

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
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

// note is an operation as its caller saw it, and hints when it took effect.
type note struct {
	porcupine.Operation
	stamps
}

// history is what happened to one item or order between two barriers.
type history struct {
	name  string
	model porcupine.Model
	notes []note
}

// verdict searches for an order of the operations that the model allows and
// that no caller can contradict. The order of the journal is tried first: when
// it is one, no search is needed. Then operations are searched from where they
// were decided, and only without an order for those the whole, hints aside.
func (h history) verdict(limit time.Duration) porcupine.CheckResult {
	if h.inJournalOrder() {
		return porcupine.Ok
	}
	ops := make([]porcupine.Operation, len(h.notes))
	for i, n := range h.notes {
		ops[i] = n.Operation
		ops[i].Call = max(n.Call, min(n.at, n.Return))
	}
	if porcupine.CheckOperationsTimeout(h.model, ops, min(limit, hintsAfter)) == porcupine.Ok {
		return porcupine.Ok
	}
	for i, n := range h.notes {
		ops[i].Call = n.Call
	}
	return porcupine.CheckOperationsTimeout(h.model, ops, limit)
}

// inJournalOrder reports whether the operations are one after the other in the
// order in which the journal has them: each legal after those before it, and
// none of them answered before an earlier one was called.
func (h history) inJournalOrder() bool {
	list := slices.Clone(h.notes)
	slices.SortStableFunc(list, func(a, b note) int {
		if a.seq != b.seq || a.changed != b.changed {
			return cmp.Or(cmp.Compare(a.seq, b.seq), later(a.changed)-later(b.changed))
		}
		return cmp.Compare(a.at, b.at)
	})
	state, called := h.model.Init(), int64(0)
	for i := range list {
		n := &list[i]
		called = max(called, n.Call)
		ok, next := h.model.Step(state, n.Input, n.Output)
		if !ok || n.Return < called {
			return false
		}
		state = next
	}
	return true
}

// later puts what changed nothing behind what led to the same place of the journal.
func later(changed bool) int {
	if changed {
		return 0
	}
	return 1
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
