// Package shelves shows stock as people look at it: an item with all its
// locations in one row, what is low, who waits, and what a figure is made of.
//
// What belongs here: views over several nouns' rows that both edges render.
// What does not: single levels and movements (levels), and any change.
//
// Every view looks at a bounded stretch of an index: it costs at a million
// orders what it costs at none.
package shelves

import (
	"database/sql"
	"errors"
	"math"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
)

const (
	// window is how many rows one page looks at when its filter hides some.
	window = 500
	// maxWaiting is up to how many lines that wait for an item are counted.
	maxWaiting = 200
)

// Only narrows the rows to one kind.
type Only string

const (
	Everything Only = ""
	Low        Only = "low"     // no more sellable than somebody minds, at some location
	Waiting    Only = "waiting" // orders wait for it
)

// Filter of a list of rows. Text and Only exclude each other: Text is first.
type Filter struct {
	Text     string // beginnings of words of SKU, name or barcode
	Only     Only
	Location stock.LocationID
	After    string // as the page before gave it
	Limit    int
}

// Row is one item over all locations that the scope sees.
type Row struct {
	Item    *catalog.Item
	Levels  []stock.Level // by location, empty ones too
	Sum     stock.Level   // of Levels; LowAt counts how many are low
	Free    int64         // sum of what may be sold at each
	Waiting int64         // backordered units
	More    bool          // Waiting counts only the first who wait
}

// LowCount is at how many locations the item is low.
func (r *Row) LowCount() int64 { return r.Sum.LowAt }

// Page is a stretch of rows, and after what to read on: "" at the end. A page
// may be short and not the last.
type Page struct {
	Rows []Row
	Next string
}

// List reads rows.
func List(r *store.Reader, f Filter) (Page, error) {
	var found []*catalog.Item
	var next string
	var err error
	switch {
	case f.Text != "":
		found, err = items.Search(r, f.Text, f.Limit)
		found = slices.DeleteFunc(found, func(i *catalog.Item) bool { return !i.Stocked() })
	case f.Only == Low || f.Only == Waiting || f.Location != 0:
		found, next, err = byID(r, f)
	default:
		found, next, err = bySKU(r, f)
	}
	if err != nil {
		return Page{}, err
	}
	rows, err := fill(r, found, f.Location)
	return Page{Rows: rows, Next: next}, err
}

// bySKU walks the catalog. What is not counted or not sold any more and holds
// nothing is left out.
func bySKU(r *store.Reader, f Filter) (out []*catalog.Item, next string, err error) {
	list, err := items.Page(r, "", f.After, min(window, 2*f.Limit)+1)
	if err != nil {
		return nil, "", err
	}
	more := len(list) > min(window, 2*f.Limit)
	for i, x := range list {
		if len(out) == f.Limit || more && i == len(list)-1 {
			return out, next, nil
		}
		next = x.SKU
		if x.Stocked() && !x.Archived {
			out = append(out, x)
		}
	}
	return out, "", nil
}

// byID walks an index that leads with the item's id.
func byID(r *store.Reader, f Filter) ([]*catalog.Item, string, error) {
	after := int64(0)
	if f.After != "" {
		id, err := catalog.ParseID(f.After)
		if err != nil {
			return nil, "", nil //nolint:nilerr // an address that somebody made up leads nowhere
		}
		after = int64(id)
	}
	step := func(after int64) (int64, error) { return nextLow(r, f.Location, after) }
	switch {
	case f.Only == Waiting:
		step = func(after int64) (int64, error) { return nextWaiting(r, after) }
	case f.Only == Everything:
		step = func(after int64) (int64, error) { return nextAt(r, f.Location, after) }
	}
	var ids []catalog.ID
	for len(ids) < f.Limit {
		id, err := step(after)
		if err != nil {
			return nil, "", err
		}
		if id == 0 {
			after = 0
			break
		}
		ids, after = append(ids, catalog.ID(id)), id
	}
	next := ""
	if after != 0 {
		next = catalog.ID(after).String()
	}
	found, err := items.ByID(r, ids)
	slices.SortFunc(found, func(a, b *catalog.Item) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found, next, err
}

// nextLow is the first item after one that is low at a location, or at any
// that the scope sees.
func nextLow(r *store.Reader, at stock.LocationID, after int64) (int64, error) {
	from := stock.LocationID(math.MaxInt64)
	for range window {
		var id int64
		var place stock.LocationID
		err := r.Row("SELECT item, location FROM level WHERE m = $1 AND low = 1 AND (item, location) > ($2, $3) ORDER BY item, location LIMIT 1", r.M, after, from).Scan(&id, &place)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil
		}
		if err != nil || r.Scope.Sees(int64(place)) && (at == 0 || at == place) {
			return id, err
		}
		after, from = id, place
	}
	return 0, nil
}

func nextWaiting(r *store.Reader, after int64) (int64, error) {
	return nextID(r, "SELECT item FROM order_line WHERE m = $1 AND item > $2 AND backordered > 0 ORDER BY item LIMIT 1", r.M, after)
}

func nextAt(r *store.Reader, at stock.LocationID, after int64) (int64, error) {
	return nextID(r, "SELECT item FROM level WHERE m = $1 AND location = $2 AND item > $3 ORDER BY item LIMIT 1", r.M, at, after)
}

func nextID(r *store.Reader, text string, args ...any) (id int64, err error) {
	err = r.Row(text, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Of is the row of one item.
func Of(r *store.Reader, i *catalog.Item) (Row, error) {
	rows, err := fill(r, []*catalog.Item{i}, 0)
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// fill reads the levels of items, at one location or at all, and who waits.
func fill(r *store.Reader, found []*catalog.Item, only stock.LocationID) ([]Row, error) {
	rows := make([]Row, len(found))
	at := make(map[int64]*Row, len(found))
	ids := make([]int64, len(found))
	for n, i := range found {
		rows[n].Item = i
		ids[n], at[int64(i.ID)] = int64(i.ID), &rows[n]
	}
	err := levels.OfItems(r, ids, func(l *stock.Level) {
		if r.Scope.Sees(int64(l.Location)) && (only == 0 || only == l.Location) {
			at[l.Item].Levels = append(at[l.Item].Levels, *l)
		}
	})
	if err != nil {
		return nil, err
	}
	waited, err := waitedFor(r, ids)
	if err != nil {
		return nil, err
	}
	for n := range rows {
		rows[n].add()
	}
	for _, id := range waited {
		if err := at[id].count(r); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (r *Row) add() {
	slices.SortFunc(r.Levels, func(a, b stock.Level) int { return int(a.Location - b.Location) })
	for _, l := range r.Levels {
		r.Sum.OnHand += l.OnHand
		r.Sum.Reserved += l.Reserved
		r.Sum.Damaged += l.Damaged
		r.Sum.QualityControl += l.QualityControl
		r.Sum.Incoming += l.Incoming
		r.Sum.Safety += l.Safety
		r.Free += l.Sellable()
		if l.Low() {
			r.Sum.LowAt++
		}
	}
}
