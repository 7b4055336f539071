// Package promises keeps what customers were promised, and finds what became
// of it.
//
// What a promise is and when it is kept belongs to delivery.
package promises

import (
	"cmp"
	"slices"

	"orderly/internal/delivery"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Made is a promise of an order.
type Made struct {
	Order order.ID
	delivery.Promise
}

var insert = store.NewInsert("promise", "", "m", "order_id", "n", "ship_by", "deliver_by", "made_at", "cause", "entry_seq")

// Append keeps new promises; none is ever changed.
func Append(tx *store.Tx, list []Made) error {
	return insert.Run(tx, len(list), func(a []any, i int) []any {
		p := &list[i]
		return append(a, tx.M, int64(p.Order), int64(p.N), p.ShipBy, p.DeliverBy, p.MadeAt, p.Cause, p.Entry)
	})
}

// Of reads the promises of orders, first to last.
func Of(r *store.Reader, ids []order.ID) (map[order.ID][]delivery.Promise, error) {
	out := map[order.ID][]delivery.Promise{}
	err := store.In(r, "SELECT order_id, n, ship_by, deliver_by, made_at, cause, entry_seq FROM promise WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var p delivery.Promise
		err := scan(&id, &p.N, &p.ShipBy, &p.DeliverBy, &p.MadeAt, &p.Cause, &p.Entry)
		out[id] = append(out[id], p)
		return err
	})
	return out, err
}

// doneColumns are how far an order is, as promises look at it.
const doneColumns = "o.ordered - o.canceled, o.ordered - o.canceled - o.shipped - o.delivered - o.lost, o.ordered - o.canceled - o.delivered, " +
	"coalesce((SELECT max(p.shipped_at) FROM parcel AS p WHERE p.m = $1 AND p.order_id = o.id AND p.status <> 'unpacked'), 0), " +
	"coalesce((SELECT max(p.delivered_at) FROM parcel AS p WHERE p.m = $1 AND p.order_id = o.id AND p.status <> 'unpacked'), 0), " +
	"coalesce((SELECT sum(l.packed) FROM pickup AS k JOIN fulfillment_line AS l ON l.m = $1 AND l.fulfillment = k.fulfillment WHERE k.m = $1 AND k.order_id = o.id AND k.ended_at = 0), 0), " +
	"coalesce((SELECT max(k.ready_at) FROM pickup AS k WHERE k.m = $1 AND k.order_id = o.id AND k.state IN ('ready', 'expired', 'collected')), 0)"

// scanDone reads how far an order is. What its customer comes for has left and
// arrived when it was ready: by then it was promised.
func scanDone(scan func(...any) error, before ...any) (delivery.Done, error) {
	var d delivery.Done
	var here, away, shipped, arrived, waits, ready int64
	err := scan(append(before, &d.Live, &here, &away, &shipped, &arrived, &waits, &ready)...)
	if ready > 0 {
		here, away, shipped, arrived = here-waits, away-waits, ready, ready
	}
	if here == 0 {
		d.ShippedAt = shipped
	}
	if away == 0 {
		d.ArrivedAt = arrived
	}
	return d, err
}

// DoneOf tells how far an order is.
func DoneOf(r *store.Reader, id order.ID) (delivery.Done, error) {
	return scanDone(r.Row("SELECT "+doneColumns+" FROM orders AS o WHERE o.m = $1 AND o.id = $2", r.M, int64(id)).Scan)
}

// Due is a first promise that is due in a period, with how far its order is.
type Due struct {
	Made
	Number int64
	delivery.Done
}

// DueIn reads the first promises of which the arrival is due in a period, at
// most limit, soonest first, after the one given.
func DueIn(r *store.Reader, from, to int64, after [2]int64, limit int) ([]Due, error) {
	var out []Due
	from = max(from, after[0])
	err := r.Each("SELECT q.order_id, q.n, q.ship_by, q.deliver_by, q.made_at, q.cause, q.entry_seq, o.number, "+doneColumns+
		" FROM promise AS q JOIN orders AS o ON o.m = $1 AND o.id = q.order_id"+
		" WHERE q.m = $1 AND q.n = 1 AND q.deliver_by >= $2 AND q.deliver_by < $3 AND (q.deliver_by, q.order_id) > ($4, $5) ORDER BY q.deliver_by, q.order_id LIMIT $6",
		[]any{r.M, from, to, after[0], after[1], int64(limit)}, func(scan func(...any) error) (err error) {
			var d Due
			p := &d.Promise
			d.Done, err = scanDone(scan, &d.Order, &p.N, &p.ShipBy, &p.DeliverBy, &p.MadeAt, &p.Cause, &p.Entry, &d.Number)
			out = append(out, d)
			return err
		})
	return out, err
}

// MaxWorst bounds the promises that a sum names.
const MaxWorst = 50

// Total is how promises were kept.
type Total struct {
	Due, Kept, Late, Open, Overdue, Canceled int64
	LateBy                                   int64 // µs together
	Worst                                    []Due // the latest first
}

// Sum adds up what became of promises.
func Sum(list []Due, now int64) Total {
	t := Total{Due: int64(len(list))}
	late := map[order.ID]int64{}
	for i := range list {
		state, by := list[i].Outcome(list[i].Done, now)
		*map[string]*int64{
			delivery.Kept: &t.Kept, delivery.Late: &t.Late, delivery.Open: &t.Open, delivery.Overdue: &t.Overdue, delivery.Canceled: &t.Canceled,
		}[state]++
		t.LateBy += by
		if by > 0 {
			late[list[i].Order] = by
			t.Worst = append(t.Worst, list[i])
		}
	}
	slices.SortFunc(t.Worst, func(a, b Due) int {
		return cmp.Or(cmp.Compare(late[b.Order], late[a.Order]), cmp.Compare(a.Order, b.Order))
	})
	t.Worst = t.Worst[:min(len(t.Worst), MaxWorst)]
	return t
}
