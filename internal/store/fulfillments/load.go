// Package fulfillments keeps fulfillments, their lines, and parcels with lines
// and scans.
//
// What may be done with them is not decided here but in the noun.
package fulfillments

import (
	"cmp"
	"orderly/internal/order"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "id, purpose, source_id, location, work_status, request_status, method, priority, released_at, due_at, decision, version, created_at, updated_at"

func scanHead(scan func(...any) error) (*fulfillment.Fulfillment, error) {
	f := &fulfillment.Fulfillment{}
	err := scan(&f.ID, &f.Purpose, &f.Source, &f.Location, &f.WorkStatus, &f.RequestStatus, &f.Method, &f.Priority, &f.ReleasedAt, &f.DueAt,
		&f.Decision, &f.Version, &f.CreatedAt, &f.UpdatedAt)
	return f, err
}

// Load reads fulfillments by id; unknown ones are left out.
func Load(r *store.Reader, ids []fulfillment.ID) ([]*fulfillment.Fulfillment, error) {
	return load(r, "SELECT "+columns+" FROM fulfillment WHERE m = $1 AND id IN ($IN) ORDER BY id", ids)
}

// OfSources reads every fulfillment of the sources (orders), oldest first.
func OfSources(r *store.Reader, sources []int64) ([]*fulfillment.Fulfillment, error) {
	return load(r, "SELECT "+columns+" FROM fulfillment WHERE m = $1 AND source_id IN ($IN) ORDER BY id", sources)
}

// Heads reads every fulfillment of the sources as OfSources does, without lines.
func Heads(r *store.Reader, sources []int64) ([]*fulfillment.Fulfillment, error) {
	list, _, _, err := heads(r, "SELECT "+columns+" FROM fulfillment WHERE m = $1 AND source_id IN ($IN) ORDER BY id", sources)
	return list, err
}

// SourcesOf tells which sources (orders) fulfillments belong to; unknown ones
// are left out.
func SourcesOf(r *store.Reader, ids []fulfillment.ID) ([]int64, error) {
	var out []int64
	seen := map[int64]bool{}
	err := store.In(r, "SELECT source_id FROM fulfillment WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		if err == nil && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
		return err
	})
	return out, err
}

func load[K any](r *store.Reader, text string, keys []K) ([]*fulfillment.Fulfillment, error) {
	list, ids, at, err := heads(r, text, keys)
	if err != nil {
		return nil, err
	}
	return list, loadLines(r, ids, at)
}

func heads[K any](r *store.Reader, text string, keys []K) (list []*fulfillment.Fulfillment, ids []fulfillment.ID, at map[fulfillment.ID]*fulfillment.Fulfillment, err error) {
	at = map[fulfillment.ID]*fulfillment.Fulfillment{}
	err = store.In(r, text, []any{r.M}, keys, func(scan func(...any) error) error {
		f, err := scanHead(scan)
		if err == nil && at[f.ID] == nil {
			at[f.ID] = f
			ids = append(ids, f.ID)
			list = append(list, f)
		}
		return err
	})
	return list, ids, at, err
}

func loadLines(r *store.Reader, ids []fulfillment.ID, at map[fulfillment.ID]*fulfillment.Fulfillment) error {
	return store.In(r, "SELECT fulfillment, n, order_line, item, stocked, quantity, open_qty, picked, packed, shipped, arrived FROM fulfillment_line WHERE m = $1 AND fulfillment IN ($IN) ORDER BY fulfillment, n",
		[]any{r.M}, ids, func(scan func(...any) error) error {
			var id fulfillment.ID
			var l fulfillment.Line
			var stocked int64
			err := scan(&id, &l.N, &l.Order, &l.Item, &stocked, &l.Quantity, &l.Open, &l.Picked, &l.Packed, &l.Shipped, &l.Arrived)
			l.Stocked = stocked != 0
			at[id].Lines = append(at[id].Lines, l)
			return err
		})
}

// Claims reads the open claims on one cell, for explaining a level and for
// displacement. They are put in order here: asked for by id, SQLite reads all
// fulfillments that ever were along their key.
func Claims(r *store.Reader, c stock.Cell) ([]stock.Claim, error) {
	var out []stock.Claim
	text := "SELECT f.id, f.source_id, f.priority, f.created_at, l.order_line, l.open_qty - l.picked - l.packed, l.picked + l.packed FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id " +
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status IN ('pending', 'released', 'picking', 'picked', 'packed', 'ready') AND l.item = $3 AND l.stocked = 1 AND l.open_qty > 0"
	err := r.Each(text, []any{r.M, c.Location, c.Item}, func(scan func(...any) error) error {
		var x stock.Claim
		err := scan(&x.Fulfillment, &x.Order, &x.Priority, &x.CreatedAt, &x.Line, &x.Allocated, &x.Fixed)
		out = append(out, x)
		return err
	})
	slices.SortFunc(out, func(a, b stock.Claim) int {
		return cmp.Or(cmp.Compare(a.Fulfillment, b.Fulfillment), cmp.Compare(a.Line, b.Line))
	})
	return out, err
}

// Holding names the sources, such as orders, that hold any of the items at a
// location, in one pass over the location's open work.
func Holding(r *store.Reader, at stock.LocationID, items []int64) ([]int64, error) {
	var out []int64
	text := "SELECT f.source_id FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id " +
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status IN ('pending', 'released', 'picking', 'picked', 'packed', 'ready') AND l.stocked = 1 AND l.open_qty > 0 AND l.item IN ($IN)"
	seen := map[int64]bool{}
	err := store.In(r, text, []any{r.M, at}, items, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
		return err
	})
	return out, err
}

// Yielding are the orders of a lower priority that hold units of an item at a
// location with work that has not begun: the lowest priority first, at most
// limit.
func Yielding(r *store.Reader, at stock.LocationID, item, below int64, limit int) (out []order.ID, err error) {
	err = r.Each("SELECT f.source_id FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id "+
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status = 'pending' AND f.purpose = 'order' AND f.priority < $3 AND l.stocked = 1 AND l.open_qty > 0 AND l.item = $4 "+
		"ORDER BY f.priority, CASE f.due_at WHEN 0 THEN 1 ELSE 0 END DESC, f.due_at DESC, f.id DESC LIMIT $5",
		[]any{r.M, int64(at), below, item, int64(limit)}, func(scan func(...any) error) error {
			var id order.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// ToDo counts the fulfillments that locations have to do: claimed and not
// handed to a carrier yet. What a location's list of open work has is counted,
// along its index.
func ToDo(r *store.Reader, at []int64) (map[stock.LocationID]int64, error) {
	out := map[stock.LocationID]int64{}
	err := store.In(r, "SELECT location, COUNT(*) FROM fulfillment WHERE m = $1 AND location IN ($IN) AND work_status IN ('pending', 'released', 'picking', 'picked', 'packed') GROUP BY location",
		[]any{r.M}, at, func(scan func(...any) error) error {
			var place, n int64
			err := scan(&place, &n)
			out[stock.LocationID(place)] = n
			return err
		})
	return out, err
}
