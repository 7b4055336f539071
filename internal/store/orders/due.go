package orders

import (
	"cmp"
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Due is a place in the open work by due moment: of a fulfillment.
type Due struct{ At, Fulfillment int64 }

func (d Due) compare(e Due) int {
	return cmp.Or(cmp.Compare(d.At, e.At), cmp.Compare(d.Fulfillment, e.Fulfillment))
}

// waiting are the words of work that is not done, in the order of the index.
var waiting = []string{"packed", "pending", "picked", "picking", "released"}

// maxPlaces bounds the locations whose work is read; beyond it the filter has
// to name one.
const maxPlaces = 50

// dueWork is a fulfillment with open work.
type dueWork struct {
	Due
	source order.ID
}

// byDue reads orders with open work, the soonest promised first, along the
// index of each location's work. An order with several fulfillments stands
// where its first one does. Orders that nothing was promised for, or that have
// no fulfillment yet, do not stand in it.
func (w *walk) byDue() (Found, error) {
	places, err := w.places()
	if err != nil {
		return Found{}, err
	}
	var out Found
	var stand []Due // where each row of out stands
	at := w.f.After
	for budget := window; budget > 0 && len(out.Rows) <= w.f.Limit; {
		some, end, err := w.dueAfter(places, at, max(64, w.f.Limit+1))
		if err != nil {
			return Found{}, err
		}
		budget -= max(1, len(some))
		for part := range slices.Chunk(some, max(64, w.f.Limit+1)) { // the soonest alone, where that is enough
			dues, err := w.keepDue(places, part)
			if err != nil {
				return Found{}, err
			}
			out.Rows = append(out.Rows, w.rows...)
			stand = append(stand, dues...)
			if len(out.Rows) > w.f.Limit {
				out.Rows = out.Rows[:w.f.Limit]
				out.NextDue = stand[w.f.Limit-1]
				return out, dress(w.r, out.Rows)
			}
		}
		if out.NextDue = end; end == (Due{}) {
			break
		}
		at = end
	}
	return out, dress(w.r, out.Rows)
}

// places are the locations whose work is read.
func (w *walk) places() (out []int64, err error) {
	if w.f.Location != 0 {
		return []int64{w.f.Location}, nil
	}
	err = w.r.Each("SELECT id FROM location WHERE m = $1 ORDER BY id LIMIT $2", []any{w.r.M, int64(maxPlaces)}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// dueAfter reads the next open work of all the places together, and up to where
// none is left out; the zero Due when there is no more.
func (w *walk) dueAfter(places []int64, after Due, limit int) (out []dueWork, end Due, err error) {
	for _, place := range places {
		for _, status := range waiting {
			text := "SELECT due_at, id, source_id FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND (due_at, id) > ($4, $5)"
			args := []any{w.r.M, place, status, after.At, after.Fulfillment}
			if after == (Due{}) {
				args[4] = int64(1<<63 - 1) // past those that nothing was promised for
			}
			if w.f.DueBefore != 0 {
				text, args = text+" AND due_at < $6", append(args, w.f.DueBefore)
			}
			args = append(args, int64(limit))
			n, last := 0, Due{}
			err := w.r.Each(text+" ORDER BY due_at, id LIMIT "+store.Params(len(args), 1), args, func(scan func(...any) error) error {
				var d dueWork
				err := scan(&d.At, &d.Fulfillment, &d.source)
				n, last, out = n+1, d.Due, append(out, d)
				return err
			})
			if err != nil {
				return nil, end, err
			}
			if n == limit && (end == (Due{}) || last.compare(end) < 0) {
				end = last
			}
		}
	}
	slices.SortFunc(out, func(a, b dueWork) int { return a.compare(b.Due) })
	if end != (Due{}) {
		out = out[:slices.IndexFunc(out, func(d dueWork) bool { return d.Due == end })+1]
	}
	return out, end, nil
}

// keepDue reads into w.rows the orders of the work that fit the filter, in its
// order, and gives where each stands.
func (w *walk) keepDue(places []int64, list []dueWork) ([]Due, error) {
	w.rows = nil
	first, err := w.firstOf(places, list)
	if err != nil {
		return nil, err
	}
	var ids []order.ID
	for _, d := range list {
		if first[d.source] == d.Due && d.source >= w.f.From && d.source < w.below {
			ids = append(ids, d.source)
		}
	}
	for some := range slices.Chunk(ids, keepEach) {
		if err := w.keepSome(some); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(w.rows, func(a, b Row) int { return first[a.Order.ID].compare(first[b.Order.ID]) })
	dues := make([]Due, len(w.rows))
	for i := range w.rows {
		dues[i] = first[w.rows[i].Order.ID]
	}
	return dues, nil
}

// firstOf is the work of each order that is due first.
func (w *walk) firstOf(places []int64, list []dueWork) (map[order.ID]Due, error) {
	ids := make([]order.ID, len(list))
	for i := range list {
		ids[i] = list[i].source
	}
	slices.Sort(ids)
	first := map[order.ID]Due{}
	err := store.In(w.r, "SELECT source_id, due_at, id, location, work_status FROM fulfillment WHERE m = $1 AND source_id IN ($IN)", []any{w.r.M}, slices.Compact(ids), func(scan func(...any) error) error {
		var id order.ID
		var d Due
		var place int64
		var status string
		err := scan(&id, &d.At, &d.Fulfillment, &place, &status)
		if have, ok := first[id]; d.At > 0 && slices.Contains(waiting, status) && slices.Contains(places, place) && (!ok || d.compare(have) < 0) {
			first[id] = d
		}
		return err
	})
	return first, err
}
