// Package putaways keeps what waits at the doors of places to be put into bins.
//
// What it is belongs to putaway.
package putaways

import (
	"slices"

	"orderly/internal/putaway"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "p.id, p.item, p.location, p.movement, p.lot, p.quantity, p.stowed, p.left_out, p.at, p.ended_at, p.version"

func scanTask(scan func(...any) error, more ...any) (*putaway.Task, error) {
	t := &putaway.Task{}
	return t, scan(append([]any{&t.ID, &t.Cell.Item, &t.Cell.Location, &t.Movement, &t.Lot, &t.Quantity, &t.Stowed, &t.Left, &t.At, &t.EndedAt, &t.Version}, more...)...)
}

func collect(out *[]*putaway.Task) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		t, err := scanTask(scan)
		*out = append(*out, t)
		return err
	}
}

// Load reads tasks by id; unknown ones are left out.
func Load(r *store.Reader, ids []putaway.ID) (out []*putaway.Task, err error) {
	err = store.In(r, "SELECT "+columns+" FROM put_away AS p WHERE p.m = $1 AND p.id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// OfMovements reads the tasks that arrivals made.
func OfMovements(r *store.Reader, movements []int64) (out []*putaway.Task, err error) {
	err = store.In(r, "SELECT "+columns+" FROM put_away AS p WHERE p.m = $1 AND p.movement IN ($IN)", []any{r.M}, movements, collect(&out))
	return out, err
}

// Waiting is a task beside what lies there of its item.
type Waiting struct {
	putaway.Task
	SKU, Name string
	Scale     int
	Reserved  int64 // of the item, there
}

// Page lists what waits at a place, the oldest first, after one; of one item alone
// unless that is 0.
func Page(r *store.Reader, at stock.LocationID, item int64, after putaway.ID, limit int) (out []Waiting, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	text, args := "", []any{r.M, int64(at), int64(after), int64(limit)}
	if item != 0 {
		text, args = " AND p.item = $5", append(args, item)
	}
	err = r.Each("SELECT "+columns+", i.sku, i.name, i.scale, l.reserved FROM put_away AS p JOIN item AS i ON i.m = $1 AND i.id = p.item "+
		"JOIN level AS l ON l.m = $1 AND l.item = p.item AND l.location = p.location "+
		"WHERE p.m = $1 AND p.location = $2 AND p.ended_at = 0 AND p.id > $3"+text+" ORDER BY p.id LIMIT $4", args, func(scan func(...any) error) error {
		var w Waiting
		t, err := scanTask(scan, &w.SKU, &w.Name, &w.Scale, &w.Reserved)
		w.Task = *t
		out = append(out, w)
		return err
	})
	return out, err
}

// Items are what waits, each once.
func Items(list []Waiting) (out []int64) {
	for i := range list {
		if !slices.Contains(out, list[i].Cell.Item) {
			out = append(out, list[i].Cell.Item)
		}
	}
	return out
}

// MaxCounted is where counting ends.
const MaxCounted = 1000

// Count is how many tasks wait at a place, up to MaxCounted.
func Count(r *store.Reader, at stock.LocationID) (n int64, err error) {
	if !r.Scope.Sees(int64(at)) {
		return 0, nil
	}
	err = r.Row("SELECT count(*) FROM (SELECT id FROM put_away WHERE m = $1 AND location = $2 AND ended_at = 0 LIMIT $3) AS p", r.M, int64(at), int64(MaxCounted)).Scan(&n)
	return n, err
}

var save = store.Upsert("put_away", 2, "m", "id", "item", "location", "movement", "lot", "quantity", "stowed", "left_out", "at", "ended_at", "version")

// Save keeps tasks as they are now.
func Save(tx *store.Tx, list []*putaway.Task) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		t := list[n]
		return append(a, tx.M, int64(t.ID), t.Cell.Item, int64(t.Cell.Location), t.Movement, t.Lot, t.Quantity, t.Stowed, t.Left, t.At, t.EndedAt, t.Version)
	})
}
