package orders

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/store"
)

// walk is one page of a list being read.
type walk struct {
	r       *store.Reader
	f       Filter
	below   order.ID // what was not looked at yet
	where   []condition
	wants   []wanted // of the words
	indexes []*union
	along   *union
	asked   bool // along asks for all words by itself

	rows []Row
	next order.ID
}

func (w *walk) read() error {
	if w.along == nil {
		return w.scan()
	}
	chunk := max(64, w.f.Limit+1)
	if len(w.wants) > 1 { // most candidates lack another word
		chunk = max(192, w.f.Limit+1)
	}
	for budget := window; budget > 0; {
		some, err := w.along.page(w.r, w.below, min(budget, chunk))
		if err != nil {
			return err
		}
		budget -= max(1, some.looked)
		if err := w.keep(some.ids); err != nil {
			return err
		}
		w.below = some.floor
		if some.floor == 0 || some.floor <= w.f.From || len(w.rows) > w.f.Limit {
			w.next = 0
			return nil
		}
		w.next, chunk = some.floor, 640
	}
	return nil
}

// keep reads those of the candidates that fit the filter, newest first, until
// the page is full.
func (w *walk) keep(ids []order.ID) error {
	ids = slices.DeleteFunc(ids, func(id order.ID) bool { return id < w.f.From })
	for some := range slices.Chunk(ids, keepEach) {
		if len(w.rows) > w.f.Limit {
			return nil
		}
		if err := w.keepSome(some); err != nil {
			return err
		}
	}
	return nil
}

// keepEach is how many candidates are asked at once.
const keepEach = 64

func (w *walk) keepSome(ids []order.ID) error {
	if len(w.wants) > 0 && !w.asked {
		var err error
		if ids, err = w.having(ids); err != nil {
			return err
		}
	}
	text, args := w.with("SELECT "+header+" FROM orders WHERE m = $1", []any{w.r.M})
	from := len(w.rows)
	err := store.In(w.r, text+" AND id IN ($IN)", args, ids, w.row)
	slices.SortFunc(w.rows[from:], func(a, b Row) int { return cmp.Compare(b.Order.ID, a.Order.ID) })
	return err
}

func (w *walk) row(scan func(...any) error) error {
	o, n, err := scanHeader(scan)
	w.rows = append(w.rows, Row{Order: o, Lines: n.lines})
	return err
}

// with adds the conditions to a statement.
func (w *walk) with(text string, args []any) (string, []any) {
	for _, c := range w.where {
		text += " AND " + strings.ReplaceAll(c.text, "?", store.Params(len(args)+1, len(c.args)))
		args = append(args, c.args...)
	}
	return text, args
}

// scan goes over all orders, newest first: without conditions to the limit,
// with them no further than the window reaches.
func (w *walk) scan() error {
	floor := w.f.From
	if len(w.where) > 0 {
		var end order.ID
		err := w.r.Row("SELECT id FROM orders WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3", w.r.M, int64(w.below), int64(window-1)).Scan(&end)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if end > floor {
			floor, w.next = end, end
		}
	}
	text, args := w.with("SELECT "+header+" FROM orders WHERE m = $1 AND id < $2 AND id >= $3", []any{w.r.M, int64(w.below), int64(floor)})
	args = append(args, int64(w.f.Limit+1))
	return w.r.Each(text+" ORDER BY id DESC LIMIT "+store.Params(len(args), 1), args, w.row)
}
