package queues

import (
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// Things reads things of one kind by their ids, in that order, whether they
// wait or not: for telling what was done to them. Unknown ones have no order.
func Things(r *store.Reader, kind string, ids []int64) ([]Row, error) {
	out := make([]Row, len(ids))
	at := map[int64]*Row{}
	for i, id := range ids {
		out[i] = Row{Kind: kind, ID: id}
		at[id] = &out[i]
	}
	var err error
	switch kind {
	case queue.Order:
		for i := range out {
			out[i].Order = out[i].ID
		}
	case queue.Fulfillment:
		err = store.In(r, "SELECT id, source_id, location, work_status, due_at FROM fulfillment WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
			var w Row
			err := scan(&w.ID, &w.Order, &w.Location, &w.Status, &w.Due)
			x := at[w.ID]
			x.Order, x.Location, x.Status, x.Due = w.Order, w.Location, w.Status, w.Due
			return err
		})
	case queue.Trouble:
		err = fillTroubles(r, ids, at)
	case queue.Return:
		err = fillReturns(r, ids, at)
	case queue.Job:
		err = store.In(r, "SELECT id, kind, last_error FROM job WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
			var id int64
			var status, text string
			err := scan(&id, &status, &text)
			at[id].Status, at[id].Text = status, text
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return out, fill(r, out)
}

func fillTroubles(r *store.Reader, ids []int64, at map[int64]*Row) error {
	list := make([]trouble.ID, len(ids))
	for i, id := range ids {
		list[i] = trouble.ID(id)
	}
	found, err := troubles.Load(r, list)
	for id, t := range found {
		x := at[int64(id)]
		x.Order, x.Location, x.Status, x.Item, x.Units = t.Order, stock.LocationID(t.Location), t.Kind, t.Item, t.Quantity
	}
	return err
}
