package queues

import (
	"cmp"
	"slices"

	"orderly/internal/approval"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// MaxFix is how many things one fix is done to at a time. What is left is done
// by doing it again.
const MaxFix = 200

// looked is how many rows of a queue are looked through for those that a fix
// may be done to.
const looked = 1000

// Why something of a queue is not in a fix.
const (
	OutHeld   = "held"     // a hold stops it
	OutUnpaid = "unpaid"   // not all is paid
	OutLater  = "later"    // it is due on another day
	OutStands = "stands"   // the reason is still there
	OutMore   = "too_many" // more than one fix takes
)

// Candidates are what a fix may be done to, and how much of the queue is left
// out, by why.
type Candidates struct {
	IDs     []int64
	LeftOut map[string]int
}

func (c *Candidates) out(why string) { c.LeftOut[why]++ }

func (c *Candidates) in(id int64) {
	if len(c.IDs) == MaxFix {
		c.out(OutMore)
		return
	}
	c.IDs = append(c.IDs, id)
}

// ForFix finds what the queue's fix may be done to. The operation decides again
// under the lock; this only spares a person what would be refused anyway.
func ForFix(r *store.Reader, b *Board, q *queue.Queue) (Candidates, error) {
	c := Candidates{LeftOut: map[string]int{}}
	var err error
	switch q.Fix {
	case queue.FixSource:
		err = c.source(r, stages[q.ID])
	case queue.FixLift:
		err = c.lift(r)
	case queue.FixRelease:
		err = c.release(r, b, q)
	case queue.FixApprove:
		var list []*approval.Ask
		list, err = mine(r, b.Now, 0, MaxFix+1)
		for _, a := range list {
			c.in(a.Order)
		}
	case queue.FixSettle:
		err = c.settle(r)
	case queue.FixRetry:
		var list []jobs.Job
		list, err = jobs.Given(r, 0, MaxFix+1)
		for _, j := range list {
			c.in(j.ID)
		}
	}
	return c, err
}

// source takes orders in the order in which they are served.
func (c *Candidates) source(r *store.Reader, stage string) error {
	rows, err := orderRows(r, stage, 0, looked)
	slices.SortStableFunc(rows, func(x, y Row) int { return cmp.Compare(y.Priority, x.Priority) })
	for _, w := range rows {
		c.in(w.ID)
	}
	return err
}

func (c *Candidates) lift(r *store.Reader) error {
	rows, err := orderRows(r, order.StageOnHold, 0, looked)
	if err != nil {
		return err
	}
	of, ids := byID(rows)
	if err := fillHolds(r, ids, of); err != nil {
		return err
	}
	paid, err := paidInFull(r, ids)
	for _, w := range rows {
		if paid[w.ID] && slices.ContainsFunc(w.Reasons, order.WaitsForMoney) {
			c.in(w.ID)
		} else {
			c.out(OutStands)
		}
	}
	return err
}

func byID(rows []Row) (map[int64][]*Row, []int64) {
	of := map[int64][]*Row{}
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].Order
		of[ids[i]] = append(of[ids[i]], &rows[i])
	}
	return of, ids
}

// paidInFull tells which of the orders owe nothing more.
func paidInFull(r *store.Reader, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := store.In(r, "SELECT id, total - canceled_total, paid - refunded FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, payable, kept int64
		err := scan(&id, &payable, &kept)
		out[id] = kept >= payable
		return err
	})
	return out, err
}

// release takes pending work that is due by the end of the day, or as soon as
// it can be, of orders that are paid and that no hold stops.
func (c *Candidates) release(r *store.Reader, b *Board, q *queue.Queue) error {
	rows, err := b.workRows(r, Ask{Queue: q, Limit: looked}, cursor{})
	if err != nil {
		return err
	}
	_, ids := byID(rows)
	paid, err := paidInFull(r, ids)
	if err != nil {
		return err
	}
	blocked, err := blocksRelease(r, ids)
	for _, w := range rows {
		switch {
		case w.Status != fulfillment.Pending:
		case blocked[w.Order]:
			c.out(OutHeld)
		case !paid[w.Order]:
			c.out(OutUnpaid)
		case w.Due != 0 && w.Due >= b.EndOfDay:
			c.out(OutLater)
		default:
			c.in(w.ID)
		}
	}
	return err
}

func blocksRelease(r *store.Reader, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := store.In(r, "SELECT order_id, blocks FROM order_hold WHERE m = $1 AND order_id IN ($IN) AND lifted_at = 0", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var blocks string
		err := scan(&id, &blocks)
		if slices.Contains(store.UnpackWords(blocks), "release") {
			out[id] = true
		}
		return err
	})
	return out, err
}

// settle takes displaced claims of orders that wait for nothing any more.
func (c *Candidates) settle(r *store.Reader) error {
	list, err := troubles.Open(r, trouble.Displaced, 0, looked)
	if err != nil {
		return err
	}
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].Order
	}
	over := map[int64]bool{}
	err = store.In(r, "SELECT id, backordered + unsourced FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, waits int64
		err := scan(&id, &waits)
		over[id] = waits == 0
		return err
	})
	for _, t := range list {
		if over[t.Order] {
			c.in(int64(t.ID))
		} else {
			c.out(OutStands)
		}
	}
	return err
}
