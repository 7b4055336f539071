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
	err := r.Each("SELECT id, code, name, kind, priority, address, zone, active, put_away, created_at, updated_at, edit_version FROM location WHERE m = $1 ORDER BY priority, id",
		[]any{r.M}, func(scan func(...any) error) error {
			x := &stock.Location{}
			var address string
			var active, bins int64
			err := scan(&x.ID, &x.Code, &x.Name, &x.Kind, &x.Priority, &address, &x.Zone, &active, &bins, &x.CreatedAt, &x.UpdatedAt, &x.EditVersion)
			if err == nil {
				x.Active, x.PutAway = active != 0, bins != 0
				x.Address, err = store.UnpackAddress(address)
			}
			out = append(out, x)
			return err
		})
	if err != nil {
		return nil, err
	}
	return out, pickups(r, out)
}

// pickups reads when carriers come, of all locations at once.
func pickups(r *store.Reader, list []*stock.Location) error {
	by := map[stock.LocationID]*stock.Location{}
	for _, x := range list {
		by[x.ID] = x
	}
	return r.Each("SELECT location, carrier, leaves_at, days FROM location_pickup WHERE m = $1 ORDER BY location, leaves_at, carrier", []any{r.M}, func(scan func(...any) error) error {
		var at stock.LocationID
		var p stock.Pickup
		err := scan(&at, &p.Carrier, &p.LeavesAt, &p.Days)
		if x := by[at]; x != nil {
			x.Pickups = append(x.Pickups, p)
		}
		return err
	})
}

var save = store.Upsert("location", 2, "m", "id", "code", "name", "kind", "priority", "address", "zone", "active", "put_away", "created_at", "updated_at", "edit_version")

// Save keeps locations as they are now.
func Save(tx *store.Tx, list []*stock.Location) error {
	for _, x := range list {
		if err := savePickups(tx, x); err != nil {
			return err
		}
	}
	return save.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, x.ID, x.Code, x.Name, x.Kind, x.Priority, store.PackAddress(x.Address), x.Zone, store.Bool(x.Active), store.Bool(x.PutAway),
			x.CreatedAt, x.UpdatedAt, x.EditVersion)
	})
}

func savePickups(tx *store.Tx, x *stock.Location) error {
	if _, err := tx.Exec("DELETE FROM location_pickup WHERE m = $1 AND location = $2", tx.M, x.ID); err != nil {
		return err
	}
	for _, p := range x.Pickups {
		if _, err := tx.Exec("INSERT INTO location_pickup (m, location, carrier, leaves_at, days) VALUES ($1, $2, $3, $4, $5)", tx.M, x.ID, p.Carrier, p.LeavesAt, p.Days); err != nil {
			return err
		}
	}
	return nil
}
