package queues

import (
	"cmp"
	"slices"

	"orderly/internal/access"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// WorkOf is the permission by which a trouble of a kind is worked.
func WorkOf(kind string) access.Permission {
	for id, k := range matters {
		if k == kind {
			return queue.Named(id).Works
		}
	}
	return access.OrdersWrite
}

// QueueOf is the queue that a trouble of a kind stands in; nil when in none.
func QueueOf(kind string) *queue.Queue {
	for id, k := range matters {
		if k == kind {
			return queue.Named(id)
		}
	}
	return nil
}

// Waiting tells which of these things of one kind wait for somebody who holds a
// permission, and at which location; zero for things of none.
func Waiting(r *store.Reader, kind string, works access.Permission, ids []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	keep := func(scan func(...any) error) error {
		var id, place int64
		err := scan(&id, &place)
		out[id] = place
		return err
	}
	var err error
	switch kind {
	case queue.Order:
		err = store.In(r, "SELECT id, 0 FROM orders WHERE m = $1 AND stage IN ($2, $3, $4, $5) AND id IN ($IN)",
			[]any{r.M, order.StageOnHold, order.StageUnsourced, order.StageBackordered, order.StageInWork}, ids, keep)
	case queue.Fulfillment:
		err = store.In(r, "SELECT id, location FROM fulfillment WHERE m = $1 AND work_status IN ($2, $3, $4, $5, $6) AND id IN ($IN)",
			[]any{r.M, openWork[0], openWork[1], openWork[2], openWork[3], openWork[4]}, ids, keep)
	case queue.Trouble:
		return waitingTroubles(r, works, ids)
	case queue.Job:
		dead, err := jobs.DeadAmong(r, ids)
		for id := range dead {
			out[id] = 0
		}
		return out, err
	}
	return out, err
}

func waitingTroubles(r *store.Reader, works access.Permission, ids []int64) (map[int64]int64, error) {
	list := make([]trouble.ID, len(ids))
	for i, id := range ids {
		list[i] = trouble.ID(id)
	}
	found, err := troubles.Load(r, list)
	out := map[int64]int64{}
	for id, t := range found {
		if t.SettledAt == 0 && WorkOf(t.Kind) == works {
			out[int64(id)] = t.Location
		}
	}
	return out, err
}

// Unplaced are orders that have units without a place, held ones among them,
// those that are served first first; more tells that there are others.
func Unplaced(r *store.Reader, limit int) (ids []order.ID, more bool, err error) {
	type row struct {
		id       order.ID
		priority int64
	}
	var rows []row
	for _, stage := range [...]string{order.StageUnsourced, order.StageOnHold} {
		err = r.Each("SELECT id, priority FROM orders WHERE m = $1 AND stage = $2 AND unsourced > 0 ORDER BY id LIMIT $3", []any{r.M, stage, int64(limit + 1)},
			func(scan func(...any) error) error {
				var x row
				err := scan(&x.id, &x.priority)
				rows = append(rows, x)
				return err
			})
		if err != nil {
			return nil, false, err
		}
	}
	slices.SortFunc(rows, func(x, y row) int {
		return cmp.Or(cmp.Compare(y.priority, x.priority), cmp.Compare(x.id, y.id))
	})
	for _, x := range rows[:min(len(rows), limit)] {
		ids = append(ids, x.id)
	}
	return ids, len(rows) > limit, nil
}
