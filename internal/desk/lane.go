package desk

import (
	"context"
	"sync"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/store"
)

// task is one call in the queue. It is owned by its caller until put, by the
// lane until done is closed, and by its caller again after that.
type task struct {
	run     runner
	scope   access.Scope
	opts    Options
	asked   any // []Asked[C]
	place   []int
	count   int
	weight  int
	bulk    bool
	ctx     context.Context //nolint:containedctx // the caller's, to drop a task whose caller left
	done    chan struct{}
	results []Result

	got      []Result // of the last attempt
	err      error
	replayed bool
}

// runner is an Operation whose command type has been forgotten.
type runner interface {
	name() string
	runTasks(*Turn, []*task) error
}

// finish hands the results of a committed attempt to the caller.
func (t *task) finish(err error) {
	t.err = err
	if err == nil {
		for i, r := range t.got {
			t.results[t.place[i]] = r
		}
	}
	close(t.done)
}

// lane gathers concurrent tasks into turns. It keeps two queues: people first,
// bulk work at least every fourth turn.
type lane struct {
	mu     sync.Mutex
	people []*task
	bulk   []*task
	turns  int
	closed bool
	wake   chan struct{}
}

func newLane() *lane { return &lane{wake: make(chan struct{}, 1)} }

// put queues a task, or tells that the queue is full.
func (l *lane) put(t *task) bool {
	l.mu.Lock()
	ok := !l.closed && len(l.people)+len(l.bulk) < MaxQueue
	if ok && t.bulk {
		l.bulk = append(l.bulk, t)
	} else if ok {
		l.people = append(l.people, t)
	}
	l.mu.Unlock()
	if ok {
		l.signal()
	}
	return ok
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lane) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.signal()
}

// serve takes turns until the lane is closed and empty. There is no timer: a
// turn takes what waits, so a lone caller waits for nobody.
func (l *lane) serve(turn func([]*task)) {
	for range l.wake {
		for {
			tasks, more := l.next()
			if len(tasks) > 0 {
				turn(tasks)
			}
			if !more {
				break
			}
		}
		l.mu.Lock()
		end := l.closed && len(l.people)+len(l.bulk) == 0
		l.mu.Unlock()
		if end {
			return
		}
	}
}

// next takes the tasks of one turn: up to MaxTurnCommands and MaxTurnLines; a
// task that is larger than a turn goes alone. Tasks whose caller has left are
// dropped here, and only here: once taken, a task is done.
func (l *lane) next() (tasks []*task, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns++
	first, second := &l.people, &l.bulk
	if l.turns%bulkEvery == 0 {
		first, second = second, first
	}
	commands, lines := 0, 0
	for _, q := range [...]*[]*task{first, second} {
		n := 0
		for _, t := range *q {
			if t.ctx.Err() != nil {
				t.finish(t.ctx.Err())
				n++
				continue
			}
			if len(tasks) > 0 && (commands+t.count > MaxTurnCommands || lines+t.weight > MaxTurnLines) {
				break
			}
			tasks = append(tasks, t)
			commands += t.count
			lines += t.weight
			n++
		}
		*q = (*q)[n:]
	}
	return tasks, len(l.people)+len(l.bulk) > 0
}

// Full tells whether a call for the merchant would be sent away now, so that an
// edge can say so before it reads a body that nobody will look at.
func (d *Desk) Full(m int64) bool {
	if d.DB.Engine() == store.SQLite {
		m = 0
	}
	d.mu.Lock()
	l := d.lanes[m]
	d.mu.Unlock()
	return l != nil && l.waiting() >= MaxQueue
}

// Busy is what a call is told that finds the queue full.
func (d *Desk) Busy() error {
	d.Stats.Shed.Add(1)
	return fault.New(fault.Unavailable, "busy", "more work waits than this node can carry; try again in a moment")
}

// waiting tells how many tasks are queued.
func (l *lane) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.people) + len(l.bulk)
}

// Waiting tells how many calls are queued in all lanes.
func (d *Desk) Waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, l := range d.lanes {
		n += l.waiting()
	}
	return n
}
