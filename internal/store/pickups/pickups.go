// Package pickups keeps what lies on shelves for customers.
//
// What a pickup is belongs to pickup.
package pickups

import (
	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "fulfillment, order_id, location, shelf, state, code, tries, ready_at, kept_until, remind_at, ended_at, how, document, reason, version"

func collect(out *[]*pickup.Pickup) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var p pickup.Pickup
		err := scan(&p.Fulfillment, &p.Order, &p.Location, &p.Shelf, &p.State, &p.Code, &p.Tries, &p.ReadyAt, &p.KeptUntil, &p.RemindAt, &p.EndedAt, &p.How, &p.Document, &p.Reason, &p.Version)
		*out = append(*out, &p)
		return err
	}
}

// Load reads pickups by their fulfillments; unknown ones are left out.
func Load(r *store.Reader, ids []fulfillment.ID) (out []*pickup.Pickup, err error) {
	err = store.In(r, "SELECT "+columns+" FROM pickup WHERE m = $1 AND fulfillment IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// OfOrders reads the pickups of orders, the oldest first.
func OfOrders(r *store.Reader, ids []order.ID) (out []*pickup.Pickup, err error) {
	err = store.In(r, "SELECT "+columns+" FROM pickup WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, fulfillment", []any{r.M}, ids, collect(&out))
	return out, err
}

// After is where a list of what lies at a place ended.
type After struct {
	ReadyAt     int64
	Fulfillment fulfillment.ID
}

// Lying reads what lies at a place, the longest first.
func Lying(r *store.Reader, at stock.LocationID, after After, limit int) (out []*pickup.Pickup, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	err = r.Each("SELECT "+columns+" FROM pickup WHERE m = $1 AND location = $2 AND ended_at = 0 AND (ready_at, fulfillment) > ($3, $4) ORDER BY ready_at, fulfillment LIMIT $5",
		[]any{r.M, at, after.ReadyAt, int64(after.Fulfillment), int64(limit)}, collect(&out))
	return out, err
}

// Due reads with which pickups the clock has something to do, the longest due
// first.
func Due(r *store.Reader, now int64, limit int) (out []fulfillment.ID, err error) {
	err = r.Each("SELECT fulfillment FROM pickup WHERE m = $1 AND next_at > 0 AND next_at <= $2 ORDER BY next_at, fulfillment LIMIT $3", []any{r.M, now, int64(limit)}, func(scan func(...any) error) error {
		var id fulfillment.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

var save = store.Upsert("pickup", 2, "m", "fulfillment", "order_id", "location", "shelf", "state", "code", "tries", "ready_at", "kept_until", "remind_at", "next_at", "ended_at",
	"how", "document", "reason", "version")

// Save keeps pickups as they are now.
func Save(tx *store.Tx, list []*pickup.Pickup) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		p := list[n]
		return append(a, tx.M, int64(p.Fulfillment), int64(p.Order), int64(p.Location), p.Shelf, p.State, p.Code, p.Tries, p.ReadyAt, p.KeptUntil, p.RemindAt, p.NextAt(), p.EndedAt,
			p.How, p.Document, p.Reason, p.Version)
	})
}

// Row is a pickup as people look for it: with the number of its order and the
// name of who comes for it.
type Row struct {
	*pickup.Pickup
	Number int64
	Name   string
}

// Rows adds what people look for; names for who may see orders.
func Rows(r *store.Reader, list []*pickup.Pickup) ([]Row, error) {
	out := make([]Row, len(list))
	ids := make([]int64, len(list))
	at := map[int64][]*Row{}
	for i, p := range list {
		out[i].Pickup, ids[i] = p, int64(p.Order)
		at[ids[i]] = append(at[ids[i]], &out[i])
	}
	err := store.In(r, "SELECT id, number FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, number int64
		err := scan(&id, &number)
		for _, x := range at[id] {
			x.Number = number
		}
		return err
	})
	if err != nil || !r.Scope.May(access.OrdersRead) {
		return out, err
	}
	err = store.In(r, "SELECT order_id, name FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		var name string
		err := scan(&id, &name)
		for _, x := range at[id] {
			x.Name = name
		}
		return err
	})
	return out, err
}

// ToShelve reads what is packed at a place and is collected there, by one of
// these methods: what is due first comes first.
func ToShelve(r *store.Reader, at stock.LocationID, methods []string, limit int) (out []*pickup.Pickup, err error) {
	if !r.Scope.Sees(int64(at)) || len(methods) == 0 {
		return nil, nil
	}
	args := []any{r.M, at}
	for _, code := range methods {
		args = append(args, code)
	}
	args = append(args, int64(limit))
	err = r.Each("SELECT id, source_id, location FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = 'packed' AND method IN ("+store.Params(3, len(methods))+") ORDER BY due_at, id LIMIT "+
		store.Params(len(args), 1), args, func(scan func(...any) error) error {
		var p pickup.Pickup
		err := scan(&p.Fulfillment, &p.Order, &p.Location)
		out = append(out, &p)
		return err
	})
	return out, err
}

// Figures are how collecting goes at a place.
type Figures struct {
	Waiting   int64 // on shelves now, up to MostCounted
	Expired   int64 // of them, past their date
	Collected int64 // since, the latest up to MostCounted
	Mean      int64 // of those, from ready to collected, µs
}

// MostCounted is up to how many pickups are counted.
const MostCounted = 1000

// FiguresOf reads them; since bounds what was collected.
func FiguresOf(r *store.Reader, at stock.LocationID, since int64) (f Figures, err error) {
	err = r.Row("SELECT count(*), coalesce(sum(CASE state WHEN 'expired' THEN 1 ELSE 0 END), 0) FROM (SELECT state FROM pickup WHERE m = $1 AND location = $2 AND ended_at = 0 LIMIT $3) AS p",
		r.M, at, int64(MostCounted)).Scan(&f.Waiting, &f.Expired)
	if err != nil {
		return f, err
	}
	var sum int64
	err = r.Row("SELECT count(*), coalesce(sum(took), 0) FROM (SELECT ended_at - ready_at AS took FROM pickup WHERE m = $1 AND location = $2 AND ended_at > $3 AND ended_at > 0 AND state = 'collected' ORDER BY ended_at DESC LIMIT $4) AS p",
		r.M, at, since, int64(MostCounted)).Scan(&f.Collected, &sum)
	if f.Collected > 0 {
		f.Mean = sum / f.Collected
	}
	return f, err
}
