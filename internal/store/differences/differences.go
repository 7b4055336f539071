// Package differences keeps where partners' words on their stock and the books
// differed.
//
// What they are belongs to difference.
package differences

import (
	"fmt"
	"strings"

	"orderly/internal/difference"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "id, item, location, reference, said, books, held, coming, proposed, state, taken, act, note, made_at, decided_at, version"

func collect(out *[]*difference.Difference) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var d difference.Difference
		err := scan(&d.ID, &d.Cell.Item, &d.Cell.Location, &d.Reference, &d.Said, &d.Books, &d.Held, &d.Coming, &d.Proposed, &d.State, &d.Taken, &d.Act, &d.Note, &d.MadeAt, &d.DecidedAt, &d.Version)
		*out = append(*out, &d)
		return err
	}
}

// Load reads differences by id; unknown ones are left out.
func Load(r *store.Reader, ids []difference.ID) (out []*difference.Difference, err error) {
	err = store.In(r, "SELECT "+columns+" FROM stock_difference WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// Corrected is by how much the books were corrected, and not moved, since each of
// some differences was found; nothing of those that were not.
func Corrected(r *store.Reader, ids []difference.ID) (map[difference.ID]int64, error) {
	out := map[difference.ID]int64{}
	args := []any{r.M}
	text := ""
	for i, reason := range difference.Corrections {
		args = append(args, reason)
		text += fmt.Sprintf(", $%d", i+2)
	}
	err := store.In(r, "SELECT d.id, sum(v.quantity) FROM stock_difference AS d JOIN movement AS v ON v.m = d.m AND v.item = d.item AND v.location = d.location AND v.id > d.id "+
		"WHERE d.m = $1 AND v.state = 'on_hand' AND v.reason IN ("+text[2:]+") AND d.id IN ($IN) GROUP BY d.id", args, ids, func(scan func(...any) error) error {
		var id difference.ID
		var q int64
		err := scan(&id, &q)
		out[id] = q
		return err
	})
	return out, err
}

// OpenAt reads the open differences of items at a place.
func OpenAt(r *store.Reader, at stock.LocationID, items []int64) (out []*difference.Difference, err error) {
	err = store.In(r, "SELECT "+columns+" FROM stock_difference WHERE m = $1 AND location = $2 AND state = 'open' AND item IN ($IN)", []any{r.M, int64(at)}, items, collect(&out))
	return out, err
}

// Unnamed reads which items are on hand at a place by the books, or differ
// there, at most so many.
func Unnamed(r *store.Reader, at stock.LocationID, limit int) (out []int64, err error) {
	err = r.Each("SELECT item FROM level WHERE m = $1 AND location = $2 AND on_hand > 0 UNION SELECT item FROM stock_difference WHERE m = $1 AND location = $2 AND state = 'open' ORDER BY item LIMIT $3",
		[]any{r.M, int64(at), int64(limit)}, func(scan func(...any) error) error {
			var item int64
			err := scan(&item)
			out = append(out, item)
			return err
		})
	return out, err
}

// Page lists differences of a state at a place, the newest first, before one; 0
// begins.
func Page(r *store.Reader, at stock.LocationID, state string, before difference.ID, limit int) (out []*difference.Difference, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	err = r.Each("SELECT "+columns+" FROM stock_difference WHERE m = $1 AND location = $2 AND state = $3 AND id < $4 ORDER BY id DESC LIMIT $5",
		[]any{r.M, int64(at), state, int64(before), int64(limit)}, collect(&out))
	return out, err
}

// MaxCounted is where counting of open differences ends.
const MaxCounted = 1000

// Count is how many differences are open at a place, up to MaxCounted.
func Count(r *store.Reader, at stock.LocationID) (n int, err error) {
	if !r.Scope.Sees(int64(at)) {
		return 0, nil
	}
	err = r.Row("SELECT count(*) FROM (SELECT id FROM stock_difference WHERE m = $1 AND location = $2 AND state = 'open' LIMIT $3) AS d", r.M, int64(at), int64(MaxCounted)).Scan(&n)
	return n, err
}

// Places are where differences are open, as far as the scope sees, at most so
// many: a seek for each along the index of what is open.
func Places(r *store.Reader, limit int) (out []stock.LocationID, err error) {
	for after := int64(0); len(out) < limit; {
		var at int64
		err := r.Row("SELECT coalesce(min(location), 0) FROM stock_difference WHERE m = $1 AND state = 'open' AND location > $2", r.M, after).Scan(&at)
		if err != nil || at == 0 {
			return out, err
		}
		if after = at; r.Scope.Sees(at) {
			out = append(out, stock.LocationID(at))
		}
	}
	return out, nil
}

// proposed are the open differences of a place with something to book, $3 after
// one: those that corrections by hand have settled since need nobody. What an item's
// books were corrected by is read along the key of movements.
var proposed = "FROM stock_difference AS d WHERE d.m = $1 AND d.location = $2 AND d.state = 'open' AND d.id > $3 AND d.proposed <> 0 AND d.said - d.books <> " +
	"(SELECT coalesce(sum(v.quantity), 0) FROM movement AS v WHERE v.m = $1 AND v.item = d.item AND v.location = d.location AND v.id > d.id AND v.state = 'on_hand' AND v.reason IN ('" +
	strings.Join(difference.Corrections, "','") + "')) ORDER BY d.id LIMIT $4"

// CountProposed is how many differences with something to book wait at a place,
// up to a limit, and since when the oldest of them does.
func CountProposed(r *store.Reader, at stock.LocationID, limit int) (n, oldest int64, err error) {
	err = r.Row("SELECT count(*), coalesce(min(x.made_at), 0) FROM (SELECT d.made_at "+proposed+") AS x", r.M, int64(at), int64(0), int64(limit)).Scan(&n, &oldest)
	return n, oldest, err
}

// Proposed lists differences with something to book at a place, the oldest first,
// after one; 0 begins.
func Proposed(r *store.Reader, at stock.LocationID, after difference.ID, limit int) (out []*difference.Difference, err error) {
	err = r.Each("SELECT "+columns+" "+proposed, []any{r.M, int64(at), int64(after), int64(limit)}, collect(&out))
	return out, err
}

var save = store.Upsert("stock_difference", 2, "m", "id", "item", "location", "reference", "said", "books", "held", "coming", "proposed", "state", "taken", "act", "note", "made_at", "decided_at", "version")

// Save keeps differences as they are now: what is not open any more goes before
// what takes its place.
func Save(tx *store.Tx, list []*difference.Difference) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		d := list[n]
		return append(a, tx.M, int64(d.ID), d.Cell.Item, int64(d.Cell.Location), d.Reference, d.Said, d.Books, d.Held, d.Coming, d.Proposed, d.State, d.Taken, d.Act, d.Note, d.MadeAt, d.DecidedAt, d.Version)
	})
}
