// Package yields keeps which orders gave up units to which others of a higher
// priority.
//
// Who gives up what belongs to stock.
package yields

import (
	"math"
	"strconv"

	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Yield is units that one order gave up to another. Entries are sequences of
// the journal; each is of the order at its side.
type Yield struct {
	ID           int64
	At           int64
	Cell         stock.Cell
	Quantity     int64
	From         order.ID
	FromLine     int
	FromPriority int64 // then
	FromEntry    int64
	To           order.ID
	ToLine       int
	ToPriority   int64 // then
	ToEntry      int64
	Promised     int64 // the day that the loser had been promised; 0 when none
}

// Columns are what Scan reads, of yielded as y.
const Columns = "y.id, y.at, y.item, y.location, y.quantity, y.from_order, y.from_line, y.from_priority, y.from_entry, y.to_order, y.to_line, y.to_priority, y.to_entry, y.promised"

// Scan reads Columns, and more behind them.
func Scan(from func(...any) error, more ...any) (y Yield, err error) {
	err = from(append([]any{&y.ID, &y.At, &y.Cell.Item, &y.Cell.Location, &y.Quantity, &y.From, &y.FromLine, &y.FromPriority, &y.FromEntry,
		&y.To, &y.ToLine, &y.ToPriority, &y.ToEntry, &y.Promised}, more...)...)
	return y, err
}

var insert = store.NewInsert("yielded", "", "m", "id", "at", "item", "location", "quantity", "from_order", "from_line", "from_priority", "from_entry",
	"to_order", "to_line", "to_priority", "to_entry", "promised")

// Append keeps yields; none is ever changed.
func Append(tx *store.Tx, list []Yield) error {
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		y := &list[n]
		return append(a, tx.M, y.ID, y.At, y.Cell.Item, int64(y.Cell.Location), y.Quantity, int64(y.From), int64(y.FromLine), y.FromPriority, y.FromEntry,
			int64(y.To), int64(y.ToLine), y.ToPriority, y.ToEntry, y.Promised)
	})
}

// Told is a yield with what people call the orders and the item.
type Told struct {
	Yield
	FromNumber int64
	ToNumber   int64
	SKU        string
	Unit       string
	Scale      int
}

const toldColumns = Columns + ", f.number, t.number, i.sku, i.unit, i.scale"
const toldFrom = " FROM yielded AS y JOIN orders AS f ON f.m = $1 AND f.id = y.from_order JOIN orders AS t ON t.m = $1 AND t.id = y.to_order JOIN item AS i ON i.m = $1 AND i.id = y.item"

// tell reads the newest of those where which is compared with of, as the scope
// sees them.
func tell(r *store.Reader, which string, of int64, limit int) (out []Told, err error) {
	where, args := r.Seen("y.location", []any{r.M, of})
	args = append(args, int64(limit))
	err = r.Each("SELECT "+toldColumns+toldFrom+" WHERE y.m = $1 AND y."+which+" $2"+where+" ORDER BY y.id DESC LIMIT $"+strconv.Itoa(len(args)), args, func(from func(...any) error) error {
		var x Told
		var err error
		x.Yield, err = Scan(from, &x.FromNumber, &x.ToNumber, &x.SKU, &x.Unit, &x.Scale)
		out = append(out, x)
		return err
	})
	return out, err
}

// maxOfOrder bounds the yields of one order that are read.
const maxOfOrder = 200

// OfOrder lists what an order gave up and what it got, newest first.
func OfOrder(r *store.Reader, id order.ID) ([]Told, error) {
	lost, err := tell(r, "from_order =", int64(id), maxOfOrder)
	if err != nil {
		return nil, err
	}
	got, err := tell(r, "to_order =", int64(id), maxOfOrder)
	return append(got, lost...), err
}

// Page lists yields before one, newest first; 0 begins with the newest.
func Page(r *store.Reader, before int64, limit int) ([]Told, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return tell(r, "id <", before, limit)
}
