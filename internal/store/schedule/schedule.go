// Package schedule reads which orders go on later, when, and for which of them
// it is getting late.
//
// When that is belongs to flow and delivery.
package schedule

import (
	"cmp"
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Why an order goes on later.
const (
	Held   = "held"   // it is scheduled for a day of its own
	Source = "source" // its units get their place then
	Late   = "late"   // its work is released then, at the last moment
)

// Row is an order that goes on later, or should have.
type Row struct {
	At       int64
	Why      string
	Order    order.ID
	Number   int64
	Channel  string
	DueAt    int64
	Homeless int64 // steps without a place
	Open     int64 // steps that have not left
	Blocked  bool  // a hold is open
}

// At is where a list goes on.
type At struct {
	At    int64
	Order order.ID
}

const open = "o.number, o.channel, o.due_at, o.unsourced + o.backordered, o.unsourced + o.backordered + o.allocated + o.picked + o.packed, CASE o.hold_status WHEN 'held' THEN 1 ELSE 0 END"

var lists = []struct{ why, text string }{
	{Late, "SELECT x.late_at, x.order_id, " + open + " FROM order_flow AS x JOIN orders AS o ON o.m = $1 AND o.id = x.order_id" +
		" WHERE x.m = $1 AND x.late_at > 0 AND x.late_at >= $2 AND x.late_at < $3 AND (x.late_at, x.order_id) > ($2, $4) ORDER BY x.late_at, x.order_id LIMIT $5"},
	{Source, "SELECT x.source_at, x.order_id, " + open + " FROM order_flow AS x JOIN orders AS o ON o.m = $1 AND o.id = x.order_id" +
		" WHERE x.m = $1 AND x.source_at > 0 AND x.source_at >= $2 AND x.source_at < $3 AND (x.source_at, x.order_id) > ($2, $4) ORDER BY x.source_at, x.order_id LIMIT $5"},
	{Held, "SELECT x.until_at, x.order_id, " + open + " FROM order_hold AS x JOIN orders AS o ON o.m = $1 AND o.id = x.order_id" +
		" WHERE x.m = $1 AND x.until_at > 0 AND x.lifted_at = 0 AND x.reason = 'scheduled' AND x.until_at >= $2 AND x.until_at < $3 AND (x.until_at, x.order_id) > ($2, $4) ORDER BY x.until_at, x.order_id LIMIT $5"},
}

// Between lists what goes on from one moment until another, soonest first, at
// most limit, behind where a list stopped.
func Between(r *store.Reader, after At, until int64, limit int) ([]Row, error) {
	var out []Row
	for _, l := range lists {
		rows, err := read(r, l.why, l.text, after, until, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Order, b.Order)) })
	return out[:min(len(out), limit)], nil
}

// Risky lists the orders of which the last moment to release work, or to find a
// place for units, is over: the longest overdue first.
func Risky(r *store.Reader, now int64, limit int) ([]Row, error) {
	return read(r, Late, lists[0].text, At{}, now, limit)
}

// Unreserved lists the orders whose units stay free until later, soonest first.
func Unreserved(r *store.Reader, limit int) ([]Row, error) {
	return read(r, Source, lists[1].text, At{}, 1<<62, limit)
}

func read(r *store.Reader, why, text string, after At, until int64, limit int) (out []Row, err error) {
	err = r.Each(text, []any{r.M, after.At, until, int64(after.Order), int64(limit)}, func(scan func(...any) error) error {
		x := Row{Why: why}
		var blocked int64
		err := scan(&x.At, &x.Order, &x.Number, &x.Channel, &x.DueAt, &x.Homeless, &x.Open, &blocked)
		x.Blocked = blocked != 0
		out = append(out, x)
		return err
	})
	return out, err
}

// Spared is what orders since one have spared: whole units times minutes that
// stock stayed free, and how many orders that were.
func Spared(r *store.Reader, since order.ID) (minutes, orders int64, err error) {
	err = r.Row("SELECT coalesce(sum(spared), 0), count(*) FROM order_flow WHERE m = $1 AND spared > 0 AND order_id >= $2", r.M, int64(since)).Scan(&minutes, &orders)
	return minutes, orders, err
}

// Yielded is how often one order gave something up to another, and how often one
// that had been promised a day.
type Yielded struct{ Times, Promised int64 }

// YieldedSince counts them.
func YieldedSince(r *store.Reader, since int64) (y Yielded, err error) {
	err = r.Row("SELECT count(*), coalesce(sum(CASE WHEN promised > 0 THEN 1 ELSE 0 END), 0) FROM yielded WHERE m = $1 AND id >= $2", r.M, since).Scan(&y.Times, &y.Promised)
	return y, err
}
