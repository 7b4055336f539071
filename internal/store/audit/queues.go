package audit

import (
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// OrderKind is orders that are alike in all that decides their queues.
type OrderKind struct {
	Held, Backordered, Unsourced bool
	N                            int64
}

// QueueStages are the stages whose orders may stand in a queue.
var QueueStages = []string{order.StageOnHold, order.StageUnsourced, order.StageBackordered}

// OrderKinds counts the orders of one stage by kind.
func OrderKinds(r *store.Reader, stage string) ([]OrderKind, error) {
	var out []OrderKind
	err := r.Each("SELECT held, waits, homeless, count(*) FROM (SELECT CASE hold_status WHEN 'held' THEN 1 ELSE 0 END AS held, "+
		"CASE WHEN backordered > 0 THEN 1 ELSE 0 END AS waits, CASE WHEN unsourced > 0 THEN 1 ELSE 0 END AS homeless "+
		"FROM orders WHERE m = $1 AND stage = $2) AS o GROUP BY held, waits, homeless", []any{r.M, stage}, func(scan func(...any) error) error {
		var held, waits, homeless int64
		var k OrderKind
		err := scan(&held, &waits, &homeless, &k.N)
		k.Held, k.Backordered, k.Unsourced = held == 1, waits == 1, homeless == 1
		out = append(out, k)
		return err
	})
	return out, err
}

// WorkKind is fulfillments of one location in one work status.
type WorkKind struct {
	Location stock.LocationID
	Status   string
	N        int64
}

// WorkKinds counts the open fulfillments of a location by work status.
func WorkKinds(r *store.Reader, location stock.LocationID) ([]WorkKind, error) {
	var out []WorkKind
	for _, status := range fulfillment.WorkStatuses {
		k := WorkKind{Location: location, Status: status}
		if (&fulfillment.Fulfillment{WorkStatus: status}).Queue() == "" {
			continue
		}
		if err := r.Row("SELECT count(*) FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3", r.M, location, status).Scan(&k.N); err != nil {
			return nil, err
		}
		if k.N > 0 {
			out = append(out, k)
		}
	}
	return out, nil
}

// Locations lists the ids of the merchant's locations.
func Locations(r *store.Reader) ([]stock.LocationID, error) {
	list, err := ids(r, "SELECT id FROM location WHERE m = $1 ORDER BY id", r.M)
	out := make([]stock.LocationID, len(list))
	for i, id := range list {
		out[i] = stock.LocationID(id)
	}
	return out, err
}
