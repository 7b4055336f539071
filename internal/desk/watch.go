package desk

import (
	"sync"
	"sync/atomic"
)

// watch is who wants to know that this node has committed something.
type watch struct {
	any atomic.Bool // nobody watches: turns pay nothing
	mu  sync.Mutex
	by  map[int64]map[chan struct{}]bool
}

// Watch gives a channel that has something in it after a turn of this node has
// committed for the merchant. Several commits may come as one signal, and what
// other nodes commit comes as none: it spares waiting, and is no substitute for
// looking. end stops it; the channel is never closed.
func (d *Desk) Watch(merchant int64) (committed <-chan struct{}, end func()) {
	w, c := &d.watch, make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[int64]map[chan struct{}]bool{}
	}
	if w.by[merchant] == nil {
		w.by[merchant] = map[chan struct{}]bool{}
	}
	w.by[merchant][c] = true
	w.any.Store(true)
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.by[merchant], c)
		if len(w.by[merchant]) == 0 {
			delete(w.by, merchant)
		}
		w.any.Store(len(w.by) > 0)
	}
}

// tell signals the watchers of the tasks' merchants. It never waits for one.
func (w *watch) tell(tasks []*task) {
	if !w.any.Load() {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	last := int64(0)
	for _, t := range tasks {
		if t.scope.Merchant == last {
			continue
		}
		last = t.scope.Merchant
		for c := range w.by[last] {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	}
}
