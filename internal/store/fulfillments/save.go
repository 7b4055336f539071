package fulfillments

import (
	"orderly/internal/fulfillment"
	"orderly/internal/store"
)

var insertHead = store.NewInsert("fulfillment", "", "m", "id", "purpose", "source_id", "location", "work_status", "request_status", "method", "priority",
	"due_at", "decision", "version", "created_at", "updated_at")

var insertLine = store.NewInsert("fulfillment_line", "", "m", "fulfillment", "n", "order_line", "item", "stocked", "quantity", "open_qty")

// Insert keeps new fulfillments, of which nothing is picked yet.
func Insert(tx *store.Tx, list []*fulfillment.Fulfillment) error {
	err := insertHead.Run(tx, len(list), func(a []any, n int) []any {
		f := list[n]
		return append(a, tx.M, int64(f.ID), f.Purpose, f.Source, int64(f.Location), f.WorkStatus, f.RequestStatus, f.Method, f.Priority,
			f.DueAt, string(f.Decision), f.Version, f.CreatedAt, f.UpdatedAt)
	})
	if err != nil {
		return err
	}
	var lines []lineRef
	for _, f := range list {
		for i := range f.Lines {
			lines = append(lines, lineRef{f, &f.Lines[i]})
		}
	}
	return addLines(tx, lines)
}

type lineRef struct {
	f *fulfillment.Fulfillment
	l *fulfillment.Line
}

func addLines(tx *store.Tx, lines []lineRef) error {
	return insertLine.Run(tx, len(lines), func(a []any, n int) []any {
		l := lines[n].l
		return append(a, tx.M, int64(lines[n].f.ID), int64(l.N), int64(l.Order), l.Item, store.Bool(l.Stocked), l.Quantity, l.Open)
	})
}

// Changed is a fulfillment after an act, whether that released or recalled it,
// and the version and the lines that it had before.
type Changed struct {
	Fulfillment *fulfillment.Fulfillment
	Before      int64
	Released    bool
	Lines       []fulfillment.Line
}

// Most acts leave the time of release as it is. Not to name it then spares its
// index.
var (
	updateReleased = store.NewUpdate("fulfillment", 1, "id", "_version", "work_status:text", "request_status:text", "version", "updated_at", "released_at")
	updateHead     = store.NewUpdate("fulfillment", 1, "id", "_version", "work_status:text", "request_status:text", "version", "updated_at")
)

func headChanged(a []any, c *Changed) []any {
	f := c.Fulfillment
	return append(a, int64(f.ID), c.Before, f.WorkStatus, f.RequestStatus, f.Version, f.UpdatedAt)
}

var updateLine = store.NewUpdate("fulfillment_line", 2, "fulfillment", "n", "quantity", "open_qty", "picked", "packed", "shipped", "arrived")

// Update keeps changed fulfillments and those of their lines that changed: to
// be released, for one, changes none.
func Update(tx *store.Tx, list []Changed) error {
	var released, others []*Changed
	for i := range list {
		if list[i].Released {
			released = append(released, &list[i])
		} else {
			others = append(others, &list[i])
		}
	}
	err := updateReleased.Run(tx, len(released), func(a []any, n int) []any {
		return append(headChanged(a, released[n]), released[n].Fulfillment.ReleasedAt)
	})
	if err == nil {
		err = updateHead.Run(tx, len(others), func(a []any, n int) []any { return headChanged(a, others[n]) })
	}
	if err != nil {
		return err
	}
	var lines []lineRef
	for _, c := range list {
		for i := range c.Fulfillment.Lines {
			if l := &c.Fulfillment.Lines[i]; *l != c.Lines[i] {
				lines = append(lines, lineRef{c.Fulfillment, l})
			}
		}
	}
	return updateLine.Run(tx, len(lines), func(a []any, n int) []any {
		l := lines[n].l
		return append(a, int64(lines[n].f.ID), int64(l.N), l.Quantity, l.Open, l.Picked, l.Packed, l.Shipped, l.Arrived)
	})
}
