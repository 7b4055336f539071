// Package preorders keeps offers of what is not there yet, and finds who waits
// for what they promised.
//
// What may be taken of an offer is not decided here; the noun preorder does.
package preorders

import (
	"fmt"

	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/store"
)

const columns = "id, item, channel, cap, taken, waiting, available_at, ends_at, until_stock, ended_at, ended, moves, reason, created_at, updated_at, version"

func collect(out *[]*preorder.Offer) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var o preorder.Offer
		var until int64
		err := scan(&o.ID, &o.Item, &o.Channel, &o.Cap, &o.Taken, &o.Waiting, &o.AvailableAt, &o.EndsAt, &until, &o.EndedAt, &o.Ended, &o.Moves, &o.Reason, &o.CreatedAt, &o.UpdatedAt, &o.Version)
		o.UntilStock = until != 0
		*out = append(*out, &o)
		return err
	}
}

// Items are those of which something is offered; nil when nothing is.
func Items(r *store.Reader) (map[int64]bool, error) {
	var out map[int64]bool
	err := r.Each("SELECT item FROM preorder WHERE m = $1 AND ended_at = 0", []any{r.M}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		if out == nil {
			out = map[int64]bool{}
		}
		out[id] = true
		return err
	})
	return out, err
}

// CountOpen is how many offers are open.
func CountOpen(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM preorder WHERE m = $1 AND ended_at = 0", r.M).Scan(&n)
	return n, err
}

// Load reads offers by id; unknown ones are left out.
func Load(r *store.Reader, ids []preorder.ID) (out []*preorder.Offer, err error) {
	err = store.In(r, "SELECT "+columns+" FROM preorder WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// OpenOf reads the open offers of items.
func OpenOf(r *store.Reader, items []int64) (out []*preorder.Offer, err error) {
	err = store.In(r, "SELECT "+columns+" FROM preorder WHERE m = $1 AND ended_at = 0 AND item IN ($IN) ORDER BY item, channel", []any{r.M}, items, collect(&out))
	return out, err
}

// SoldBy are the offers by which a channel sells items that are short at an
// instant.
func SoldBy(r *store.Reader, channel string, items []int64, now int64) (map[int64]*preorder.Offer, error) {
	open, err := OpenOf(r, items)
	by, out := map[int64][]*preorder.Offer{}, map[int64]*preorder.Offer{}
	for _, o := range open {
		by[o.Item] = append(by[o.Item], o)
	}
	for id, offers := range by {
		if o := preorder.For(offers, channel, now); o != nil {
			out[id] = o
		}
	}
	return out, err
}

// OfItem reads all offers of an item, the newest first.
func OfItem(r *store.Reader, item int64, limit int) (out []*preorder.Offer, err error) {
	err = r.Each("SELECT "+columns+" FROM preorder WHERE m = $1 AND item = $2 ORDER BY id DESC LIMIT $3", []any{r.M, item, int64(limit)}, collect(&out))
	return out, err
}

// After is where a list ended.
type After struct {
	AvailableAt int64
	ID          preorder.ID
}

// List reads offers of which units can be taken or are waited for, by the day
// that they promise: what is late comes first. Done are the others.
func List(r *store.Reader, done bool, after After, limit int) (out []*preorder.Offer, err error) {
	err = r.Each("SELECT "+columns+" FROM preorder WHERE m = $1 AND done = $2 AND (available_at, id) > ($3, $4) ORDER BY available_at, id LIMIT $5",
		[]any{r.M, store.Bool(done), after.AvailableAt, int64(after.ID), int64(limit)}, collect(&out))
	return out, err
}

// Elapsed reads open offers whose time is over, the longest over first.
func Elapsed(r *store.Reader, now int64, limit int) (out []preorder.ID, err error) {
	err = r.Each("SELECT id FROM preorder WHERE m = $1 AND ended_at = 0 AND ends_at > 0 AND ends_at <= $2 ORDER BY ends_at, id LIMIT $3", []any{r.M, now, int64(limit)}, func(scan func(...any) error) error {
		var id preorder.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// Waiting reads orders with units that an offer promised and that wait for
// stock, after an order, each once.
func Waiting(r *store.Reader, id preorder.ID, after order.ID, limit int) (out []order.ID, err error) {
	err = r.Each("SELECT DISTINCT order_id FROM order_line WHERE m = $1 AND preorder = $2 AND preorder > 0 AND backordered > 0 AND order_id > $3 ORDER BY order_id LIMIT $4",
		[]any{r.M, int64(id), int64(after), int64(limit)}, func(scan func(...any) error) error {
			var id order.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// Waiter is an order that waits for an offer.
type Waiter struct {
	Order           order.ID
	Number          int64
	PlacedAt, DueAt int64
	Quantity        int64
}

// Waiters reads the first orders that wait for an offer, by when they came.
func Waiters(r *store.Reader, id preorder.ID, limit int) (out []Waiter, err error) {
	err = r.Each("SELECT l.order_id, o.number, o.placed_at, o.due_at, CASE WHEN l.preordered < l.backordered THEN l.preordered ELSE l.backordered END "+
		"FROM order_line AS l JOIN orders AS o ON o.m = $1 AND o.id = l.order_id WHERE l.m = $1 AND l.preorder = $2 AND l.preorder > 0 AND l.backordered > 0 ORDER BY l.order_id, l.n LIMIT $3",
		[]any{r.M, int64(id), int64(limit)}, func(scan func(...any) error) error {
			var w Waiter
			err := scan(&w.Order, &w.Number, &w.PlacedAt, &w.DueAt, &w.Quantity)
			if n := len(out); n > 0 && out[n-1].Order == w.Order {
				out[n-1].Quantity += w.Quantity
				return err
			}
			out = append(out, w)
			return err
		})
	return out, err
}

// CountWaiting counts those orders, up to a limit.
func CountWaiting(r *store.Reader, id preorder.ID, limit int) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM (SELECT DISTINCT order_id FROM order_line WHERE m = $1 AND preorder = $2 AND preorder > 0 AND backordered > 0 ORDER BY order_id LIMIT $3) AS w",
		r.M, int64(id), int64(limit)).Scan(&n)
	return n, err
}

var insert = store.NewInsert("preorder", "", "m", "id", "item", "channel", "cap", "taken", "waiting", "available_at", "ends_at", "until_stock", "ended_at", "ended", "done", "moves", "reason", "created_at", "updated_at", "version")

// Insert keeps new offers, of which nothing is taken yet.
func Insert(tx *store.Tx, list []*preorder.Offer) error {
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		o := list[n]
		return append(a, tx.M, int64(o.ID), o.Item, o.Channel, o.Cap, int64(0), int64(0), o.AvailableAt, o.EndsAt, store.Bool(o.UntilStock), o.EndedAt, o.Ended, store.Bool(o.EndedAt != 0),
			o.Moves, o.Reason, o.CreatedAt, o.UpdatedAt, o.Version)
	})
}

// Update keeps an offer's terms, if it is at the version before them. What is
// taken of it is counted apart.
func Update(tx *store.Tx, o *preorder.Offer, before int64) error {
	n, err := tx.Exec("UPDATE preorder SET cap = $1, available_at = $2, ends_at = $3, until_stock = $4, ended_at = $5, ended = $6, done = CASE WHEN waiting = 0 THEN $14 ELSE 0 END, "+
		"moves = $7, reason = $8, updated_at = $9, version = $10 WHERE m = $11 AND id = $12 AND version = $13 AND taken <= $1",
		o.Cap, o.AvailableAt, o.EndsAt, store.Bool(o.UntilStock), o.EndedAt, o.Ended, o.Moves, o.Reason, o.UpdatedAt, o.Version, tx.M, int64(o.ID), before, store.Bool(o.EndedAt != 0))
	return once(n, err, o.ID)
}

// Count changes how many units of an offer are taken and wait. It does nothing
// that goes beyond the cap: under the merchant's lock that is a bug.
func Count(tx *store.Tx, id preorder.ID, taken, waiting int64) error {
	n, err := tx.Exec("UPDATE preorder SET taken = taken + $1, waiting = waiting + $2, done = CASE WHEN ended_at <> 0 AND waiting + $2 = 0 THEN 1 ELSE 0 END "+
		"WHERE m = $3 AND id = $4 AND taken + $1 >= 0 AND taken + $1 <= cap AND waiting + $2 >= 0 AND waiting + $2 <= taken + $1", taken, waiting, tx.M, int64(id))
	return once(n, err, id)
}

func once(n int64, err error, id preorder.ID) error {
	if err == nil && n != 1 {
		err = fmt.Errorf("offer %s is not as it was decided on: more was taken than its cap, or it was changed", id)
	}
	return err
}
