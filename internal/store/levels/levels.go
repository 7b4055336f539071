// Package levels keeps stock levels and the movements they are sums of.
//
// What a level may become is not decided here; stock does.
package levels

import (
	"cmp"
	"database/sql"
	"errors"
	"math"
	"slices"

	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "item, location, on_hand, reserved, damaged, quality_control, incoming, safety, low_at"

func collect(f func(*stock.Level)) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		l := &stock.Level{}
		err := scan(&l.Item, &l.Location, &l.OnHand, &l.Reserved, &l.Damaged, &l.QualityControl, &l.Incoming, &l.Safety, &l.LowAt)
		if err == nil {
			f(l)
		}
		return err
	}
}

// OfItems reads every level of the items, at all locations.
func OfItems(r *store.Reader, items []int64, f func(*stock.Level)) error {
	return store.In(r, "SELECT "+columns+" FROM level WHERE m = $1 AND item IN ($IN)", []any{r.M}, items, collect(f))
}

// Row is a level as lists show it.
type Row struct {
	stock.Level
	SKU  string
	Name string
}

// window is how many levels one page looks at.
const window = 2000

// Page lists levels by item and location after a cell, and says after which to
// read on; the empty cell at the end. Item and location zero mean all. Only
// locations within the reader's scope are shown. It looks at a window of
// levels: a page may be short and not the last.
func Page(r *store.Reader, item int64, location stock.LocationID, after stock.Cell, limit int) (out []Row, next stock.Cell, err error) {
	narrowed := item == 0 && (location != 0 || len(r.Scope.Locations) > 0)
	if narrowed {
		err := r.Row("SELECT item, location FROM level WHERE m = $1 AND (item, location) > ($2, $3) ORDER BY item, location LIMIT 1 OFFSET $4",
			r.M, after.Item, after.Location, int64(window-1)).Scan(&next.Item, &next.Location)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, next, err
		}
	}
	text := "SELECT l.item, l.location, l.on_hand, l.reserved, l.damaged, l.quality_control, l.incoming, l.safety, l.low_at, i.sku, i.name " +
		"FROM level AS l JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE l.m = $1 AND (l.item, l.location) > ($2, $3)"
	args := []any{r.M, after.Item, after.Location}
	add := func(cond string, v any) {
		args = append(args, v)
		text += cond + store.Params(len(args), 1)
	}
	if item != 0 {
		add(" AND l.item = ", item)
	}
	if narrowed {
		end := next
		if end.Item == 0 { // the rest is less than a window
			end = stock.Cell{Item: math.MaxInt64, Location: math.MaxInt64}
		}
		args = append(args, end.Item, end.Location)
		text += " AND (l.item, l.location) <= (" + store.Params(len(args)-1, 2) + ")"
	}
	if location != 0 {
		add(" AND l.location = ", location)
	}
	if n := len(r.Scope.Locations); n > 0 {
		text += " AND l.location IN (" + store.Params(len(args)+1, n) + ")"
		for _, id := range r.Scope.Locations {
			args = append(args, id)
		}
	}
	add(" ORDER BY l.item, l.location LIMIT ", int64(limit+1))
	err = r.Each(text, args, func(scan func(...any) error) error {
		var x Row
		err := scan(&x.Item, &x.Location, &x.OnHand, &x.Reserved, &x.Damaged, &x.QualityControl, &x.Incoming, &x.Safety, &x.LowAt, &x.SKU, &x.Name)
		out = append(out, x)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].Cell
	}
	return out, next, err
}

// Get reads one level; a cell that never held anything is an empty level.
func Get(r *store.Reader, c stock.Cell) (stock.Level, error) {
	out := stock.Level{Cell: c}
	err := r.Each("SELECT "+columns+" FROM level WHERE m = $1 AND item = $2 AND location = $3", []any{r.M, c.Item, c.Location},
		collect(func(l *stock.Level) { out = *l }))
	return out, err
}

var saveLevel = store.Upsert("level", 3, "m", "item", "location", "on_hand", "reserved", "damaged", "quality_control", "incoming", "safety", "low_at", "low")

// Save keeps levels as they are now; the table's CHECKs stand as second net.
func Save(tx *store.Tx, list []*stock.Level) error {
	return saveLevel.Run(tx, len(list), func(a []any, n int) []any {
		l := list[n]
		return append(a, tx.M, l.Item, l.Location, l.OnHand, l.Reserved, l.Damaged, l.QualityControl, l.Incoming, l.Safety, l.LowAt, store.Bool(l.Low()))
	})
}

var insertMovement = store.NewInsert("movement", "", "m", "item", "location", "id", "state", "quantity", "bin", "lot", "reason", "note",
	"ref_kind", "ref_id", "entry", "at")

// Append keeps movements, for ever.
func Append(tx *store.Tx, list []stock.Movement) error {
	return insertMovement.Run(tx, len(list), func(a []any, n int) []any {
		x := &list[n]
		return append(a, tx.M, x.Cell.Item, x.Cell.Location, x.ID, x.State, x.Quantity, x.Bin, x.Lot, x.Reason, x.Note, x.RefKind, x.RefID, x.Entry, x.At)
	})
}

// Movements lists the movements of a cell newest first, before an id.
// Location zero means every location of the item that the scope sees: the
// newest of each, put together.
func Movements(r *store.Reader, c stock.Cell, before int64, limit int) ([]stock.Movement, error) {
	places := []stock.LocationID{c.Location}
	if c.Location == 0 {
		places = places[:0]
		if err := OfItems(r, []int64{c.Item}, func(l *stock.Level) { places = append(places, l.Location) }); err != nil {
			return nil, err
		}
	}
	var out []stock.Movement
	for _, place := range places {
		if !r.Scope.Sees(int64(place)) {
			continue
		}
		err := r.Each("SELECT item, location, id, state, quantity, bin, lot, reason, note, ref_kind, ref_id, entry, at FROM movement WHERE m = $1 AND item = $2 AND location = $3 AND id < $4 ORDER BY id DESC LIMIT $5",
			[]any{r.M, c.Item, place, before, int64(limit)}, func(scan func(...any) error) error {
				var x stock.Movement
				err := scan(&x.Cell.Item, &x.Cell.Location, &x.ID, &x.State, &x.Quantity, &x.Bin, &x.Lot, &x.Reason, &x.Note, &x.RefKind, &x.RefID, &x.Entry, &x.At)
				out = append(out, x)
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b stock.Movement) int { return cmp.Compare(b.ID, a.ID) })
	return out[:min(len(out), limit)], nil
}

// OfRef reads the movements that one act made, for its reversal. Cells must be
// named because movements are kept by cell.
func OfRef(r *store.Reader, items []int64, kind string, ref int64) ([]stock.Movement, error) {
	var out []stock.Movement
	err := store.In(r, "SELECT item, location, id, state, quantity, bin, lot, reason, note, ref_kind, ref_id, entry, at FROM movement WHERE m = $1 AND ref_kind = $2 AND ref_id = $3 AND item IN ($IN) ORDER BY id",
		[]any{r.M, kind, ref}, items, func(scan func(...any) error) error {
			var x stock.Movement
			err := scan(&x.Cell.Item, &x.Cell.Location, &x.ID, &x.State, &x.Quantity, &x.Bin, &x.Lot, &x.Reason, &x.Note, &x.RefKind, &x.RefID, &x.Entry, &x.At)
			out = append(out, x)
			return err
		})
	return out, err
}

// Lot is what movements say lies in one bin and lot of a cell.
type Lot struct {
	State    stock.State
	Bin, Lot string
	Quantity int64
}

// Lots sums a cell's movements by state, bin and lot; nothing is left out, so
// they add up to the level.
func Lots(r *store.Reader, c stock.Cell) ([]Lot, error) {
	var out []Lot
	err := r.Each("SELECT state, bin, lot, sum(quantity) FROM movement WHERE m = $1 AND item = $2 AND location = $3 GROUP BY state, bin, lot HAVING sum(quantity) <> 0 ORDER BY state, bin, lot",
		[]any{r.M, c.Item, c.Location}, func(scan func(...any) error) error {
			var x Lot
			err := scan(&x.State, &x.Bin, &x.Lot, &x.Quantity)
			out = append(out, x)
			return err
		})
	return out, err
}

// Oversold is how many units open orders hold beyond what lies on all shelves
// together. It asks the orders' own lines and not what levels say is reserved,
// so that an update lost on a level cannot hide here.
func Oversold(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT coalesce(sum(o.q - coalesce(l.q, 0)), 0) FROM "+
		"(SELECT item, sum(allocated + picked + packed) AS q FROM order_line WHERE m = $1 AND stocked = 1 GROUP BY item) AS o "+
		"LEFT JOIN (SELECT item, sum(on_hand) AS q FROM level WHERE m = $2 GROUP BY item) AS l ON l.item = o.item WHERE o.q > coalesce(l.q, 0)",
		r.M, r.M).Scan(&n)
	return n, err
}

// shelfWindow is how many of a cell's newest movements tell where its units lie.
const shelfWindow = 300

// Shelves tells for each cell where its units lie, to be taken oldest first.
// It looks at a window of each cell's movements, however many there are.
func Shelves(r *store.Reader, cells []stock.Cell) (map[stock.Cell][]stock.Shelved, error) {
	out := make(map[stock.Cell][]stock.Shelved, len(cells))
	for _, c := range cells {
		if _, known := out[c]; known || !r.Scope.Sees(int64(c.Location)) {
			continue
		}
		level, err := Get(r, c)
		if err != nil {
			return nil, err
		}
		newest, err := Movements(r, c, math.MaxInt64, shelfWindow)
		if err != nil {
			return nil, err
		}
		out[c] = stock.Shelf(level.OnHand, newest)
	}
	return out, nil
}

// BinsAt is the bin of each item at a place in which the units lie that came last;
// items that lie in none are left out.
func BinsAt(r *store.Reader, at stock.LocationID, items []int64) (map[int64]string, error) {
	cells := make([]stock.Cell, len(items))
	for i, item := range items {
		cells[i] = stock.Cell{Item: item, Location: at}
	}
	found, err := Shelves(r, cells)
	out := map[int64]string{}
	for c, shelf := range found {
		for _, s := range shelf { // oldest first
			if s.Bin != "" {
				out[c.Item] = s.Bin
			}
		}
	}
	return out, err
}

// Low lists levels of which no more may be sold than somebody minds, at the
// locations that the scope sees: the first limit of them, by item.
func Low(r *store.Reader, limit int) ([]Row, error) {
	text := "SELECT l.low_at, l.item, l.location, l.on_hand, l.reserved, l.damaged, l.quality_control, l.incoming, l.safety, i.sku, i.name " +
		"FROM level AS l JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE l.m = $1 AND l.low = 1 AND (l.item, l.location) > ($2, $3) ORDER BY l.item, l.location LIMIT $4"
	var out []Row
	var after stock.Cell
	size := limit
	if len(r.Scope.Locations) > 0 {
		size = window
	}
	for n := size; n == size && len(out) < limit; {
		n = 0
		err := r.Each(text, []any{r.M, after.Item, after.Location, int64(size)}, func(scan func(...any) error) error {
			var x Row
			err := scan(&x.LowAt, &x.Item, &x.Location, &x.OnHand, &x.Reserved, &x.Damaged, &x.QualityControl, &x.Incoming, &x.Safety, &x.SKU, &x.Name)
			n++
			after = x.Cell
			if r.Scope.Sees(int64(x.Location)) && len(out) < limit {
				out = append(out, x)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MovedSince reads the movements of items that entries after one and up to
// another tell of, by item.
func MovedSince(r *store.Reader, items []int64, after, upTo int64, f func(stock.Movement)) error {
	return store.In(r, "SELECT item, location, id, state, quantity, reason, ref_kind, ref_id, entry, at FROM movement WHERE m = $1 AND entry > $2 AND entry <= $3 AND item IN ($IN)",
		[]any{r.M, after, upTo}, items, func(scan func(...any) error) error {
			var x stock.Movement
			err := scan(&x.Cell.Item, &x.Cell.Location, &x.ID, &x.State, &x.Quantity, &x.Reason, &x.RefKind, &x.RefID, &x.Entry, &x.At)
			f(x)
			return err
		})
}
