package audit

import (
	"orderly/internal/flow"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/flows"
)

// FlowPages walk the flows of orders.
var FlowPages = []Walk{{"order_flow", "order_id", "order_id", 1}}

// Flowing is the flow of an order, what its placement told, or the last that
// chose another, and how much else there is of what it names.
type Flowing struct {
	flow.Run
	Told    []byte // data of that entry
	Saved   bool   // this version of the flow is there
	Foreign []int64
}

// FlowingIn reads a page of them.
func FlowingIn(r *store.Reader, in Range) ([]Flowing, error) {
	var out []Flowing
	err := r.Each("SELECT x.order_id, x.flow, x.version, x.release_at, x.due_at, x.late_at, x.source_at, x.spared, x.released, coalesce(e.data, ''), CASE WHEN f.id IS NULL THEN 0 ELSE 1 END"+
		" FROM order_flow AS x LEFT JOIN entry AS e ON e.m = $1 AND e.subject = x.order_id AND e.subject_seq ="+
		" coalesce((SELECT max(c.subject_seq) FROM entry AS c WHERE c.m = $1 AND c.subject = x.order_id AND c.type = '"+journal.OrderFlowed+"'), 1)"+
		" LEFT JOIN flow AS f ON f.m = $1 AND f.id = x.flow AND f.version = x.version"+
		" WHERE x.m = $1 AND x.order_id > $2 AND x.order_id <= $3 ORDER BY x.order_id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Flowing
		var saved int64
		var told string
		var err error
		x.Run, err = flows.ScanRun(scan, &told, &saved)
		x.Told, x.Saved = []byte(told), saved != 0
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, foreign(r, out)
}

// foreign finds what flows say that they released and is no work of their orders.
func foreign(r *store.Reader, list []Flowing) error {
	var ids []int64
	for i := range list {
		ids = append(ids, list[i].Released...)
	}
	of := map[int64]int64{}
	err := store.In(r, "SELECT id, source_id FROM fulfillment WHERE m = $1 AND purpose = 'order' AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id, source int64
		err := scan(&id, &source)
		of[id] = source
		return err
	})
	for i := range list {
		for _, id := range list[i].Released {
			if of[id] != list[i].Order {
				list[i].Foreign = append(list[i].Foreign, id)
			}
		}
	}
	return err
}
