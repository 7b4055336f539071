package demo

import (
	"container/heap"
	"context"
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/kit/demo/world"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// act is a kind of thing that somebody does.
type act uint8

// The kinds, in the order in which those due at one time are done.
const (
	actArrive act = iota
	actCancel
	actNote
	actSettle
	actLift
	actRelease
	actPick
	actPack
	actShip
	actScan
	actParcel
	actReturn
	actReceive
	actCount
	actDamage
	actTransfer
	actComplain
	actAnswer
	actDispatch
	actStop
	actKinds
)

// acts are how the kinds are done: all tasks of one call at once.
var acts = [actKinds]func(*Demo, context.Context, []task) error{
	actArrive:   (*Demo).arrive,
	actCancel:   (*Demo).cancel,
	actNote:     (*Demo).note,
	actSettle:   (*Demo).settle,
	actLift:     (*Demo).lift,
	actRelease:  (*Demo).release,
	actPick:     (*Demo).pick,
	actPack:     (*Demo).pack,
	actShip:     (*Demo).ship,
	actScan:     (*Demo).scans,
	actParcel:   (*Demo).parcels,
	actReturn:   (*Demo).takeBack,
	actReceive:  (*Demo).receive,
	actCount:    (*Demo).count,
	actDamage:   (*Demo).damage,
	actTransfer: (*Demo).transfer,
	actComplain: (*Demo).complaints,
	actAnswer:   (*Demo).answer,
	actDispatch: (*Demo).dispatch,
	actStop:     (*Demo).stop,
}

// task is something to be done at a simulated time. Which of its subjects are
// set depends on the kind.
type task struct {
	at     time.Duration
	serial int64
	order  order.ID
	ful    fulfillment.ID
	parcel fulfillment.ParcelID
	scan   world.Scan
	word   string // what is done to the parcel
	cell   stock.Cell
}

// agenda is what is to be done, by kind and then by time. The zero value is empty.
type agenda struct {
	kinds  [actKinds]tasks
	serial int64
}

// plan adds a task.
func (a *agenda) plan(k act, t task) {
	a.serial++
	t.serial = a.serial
	heap.Push(&a.kinds[k], t)
}

// next is the kind whose first task is the earliest of all.
func (a *agenda) next() (k act, at time.Duration, ok bool) {
	for i := range a.kinds {
		if q := a.kinds[i]; len(q) > 0 && (!ok || q[0].at < at) {
			k, at, ok = act(i), q[0].at, true
		}
	}
	return k, at, ok
}

// take removes the tasks of a kind that are due by a time, at most n.
func (a *agenda) take(k act, by time.Duration, n int) []task {
	q := &a.kinds[k]
	var out []task
	for len(out) < n && len(*q) > 0 && (*q)[0].at <= by {
		out = append(out, heap.Pop(q).(task))
	}
	return out
}

// tasks is a heap by time and then by age.
type tasks []task

func (q tasks) Len() int { return len(q) }
func (q tasks) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].serial < q[j].serial
}
func (q tasks) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *tasks) Push(x any)   { *q = append(*q, x.(task)) }
func (q *tasks) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
