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

// Changed is a fulfillment after an act and as its rows are.
type Changed struct {
	Fulfillment *fulfillment.Fulfillment
	Was         *fulfillment.Fulfillment
}

var (
	updateHead = store.NewUpdate("fulfillment", 1, "id", "_version", "work_status:text", "request_status:text", "version", "updated_at", "released_at")
	updateLine = store.NewUpdate("fulfillment_line", 2, "fulfillment", "n", "quantity", "open_qty", "picked", "packed", "shipped", "arrived")
)

// headArgs are the columns of a fulfillment whose row has the version before.
func headArgs(a []any, f *fulfillment.Fulfillment, before int64) []any {
	return append(a, int64(f.ID), before, f.WorkStatus, f.RequestStatus, f.Version, f.UpdatedAt, f.ReleasedAt)
}

func lineArgs(a []any, x lineRef) []any {
	l := x.l
	return append(a, int64(x.f.ID), int64(l.N), l.Quantity, l.Open, l.Picked, l.Packed, l.Shipped, l.Arrived)
}

// Update keeps changed fulfillments and those of their lines that changed: to
// be released, for one, changes none.
func Update(tx *store.Tx, list []Changed) error {
	err := updateHead.Change(tx, len(list),
		func(a []any, n int) []any { return headArgs(a, list[n].Was, list[n].Was.Version) },
		func(a []any, n int) []any { return headArgs(a, list[n].Fulfillment, list[n].Was.Version) })
	if err != nil {
		return err
	}
	var lines, were []lineRef
	for _, c := range list {
		for i := range c.Fulfillment.Lines {
			if l, was := &c.Fulfillment.Lines[i], &c.Was.Lines[i]; *l != *was {
				lines, were = append(lines, lineRef{c.Fulfillment, l}), append(were, lineRef{c.Was, was})
			}
		}
	}
	return updateLine.Change(tx, len(lines),
		func(a []any, n int) []any { return lineArgs(a, were[n]) },
		func(a []any, n int) []any { return lineArgs(a, lines[n]) })
}
