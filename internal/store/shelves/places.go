package shelves

import (
	"orderly/internal/stock"
	"orderly/internal/store"
)

// OpenWork are the states of fulfillments that a location still has to do with.
var OpenWork = []string{"pending", "released", "picking", "picked", "packed"}

// MaxWork is up to how many fulfillments of one state are counted.
const MaxWork = 1000

// WorkAt counts the open fulfillments of a location by their state, each up to
// MaxWork.
func WorkAt(r *store.Reader, at stock.LocationID) (map[string]int64, error) {
	out := map[string]int64{}
	for _, status := range OpenWork {
		var n int64
		err := r.Row("SELECT count(*) FROM (SELECT id FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 LIMIT $4) AS f",
			r.M, at, status, int64(MaxWork)).Scan(&n)
		if err != nil {
			return nil, err
		}
		out[status] = n
	}
	return out, nil
}

// Due is a fulfillment that waits at a location.
type Due struct {
	ID, Order, Number int64
	Status            string
	DueAt             int64
}

// DueAt lists open fulfillments of a location in one state, those that are due
// first before the others.
func DueAt(r *store.Reader, at stock.LocationID, status string, limit int) ([]Due, error) {
	var out []Due
	err := r.Each("SELECT f.id, f.source_id, o.number, f.work_status, f.due_at FROM fulfillment AS f JOIN orders AS o ON o.m = f.m AND o.id = f.source_id "+
		"WHERE f.m = $1 AND f.location = $2 AND f.work_status = $3 ORDER BY f.due_at, f.id LIMIT $4", []any{r.M, at, status, int64(limit)}, func(scan func(...any) error) error {
		var d Due
		err := scan(&d.ID, &d.Order, &d.Number, &d.Status, &d.DueAt)
		out = append(out, d)
		return err
	})
	return out, err
}
