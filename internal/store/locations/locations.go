// Package locations keeps the places that hold stock.
//
// What lies there is kept by levels.
package locations

import (
	"orderly/internal/stock"
	"orderly/internal/store"
)

// All reads every location of the merchant, by priority and id. There are at
// most stock.MaxLocations.
func All(r *store.Reader) ([]*stock.Location, error) {
	var out []*stock.Location
	err := r.Each("SELECT id, code, name, kind, priority, address, zone, active, created_at, updated_at, edit_version FROM location WHERE m = $1 ORDER BY priority, id",
		[]any{r.M}, func(scan func(...any) error) error {
			x := &stock.Location{}
			var address string
			var active int64
			err := scan(&x.ID, &x.Code, &x.Name, &x.Kind, &x.Priority, &address, &x.Zone, &active, &x.CreatedAt, &x.UpdatedAt, &x.EditVersion)
			if err == nil {
				x.Active = active != 0
				x.Address, err = store.UnpackAddress(address)
			}
			out = append(out, x)
			return err
		})
	return out, err
}

var save = store.Upsert("location", 2, "m", "id", "code", "name", "kind", "priority", "address", "zone", "active", "created_at", "updated_at", "edit_version")

// Save keeps locations as they are now.
func Save(tx *store.Tx, list []*stock.Location) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, x.ID, x.Code, x.Name, x.Kind, x.Priority, store.PackAddress(x.Address), x.Zone, store.Bool(x.Active),
			x.CreatedAt, x.UpdatedAt, x.EditVersion)
	})
}
