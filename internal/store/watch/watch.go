// Package watch reads what is under way, and how long it used to take: parcels
// that carriers have, those that arrived, and purchase orders that came.
//
// What is unusual is not decided here; the noun watch does.
package watch

import (
	"orderly/internal/store"
	"orderly/internal/watch"
)

// After is a parcel's place in the list of those under way.
type After struct{ Carrier, Tracking string }

// Underway lists parcels with a tracking number that have not arrived, by carrier
// and number after one.
func Underway(r *store.Reader, after After, limit int) ([]watch.Parcel, error) {
	var out []watch.Parcel
	err := r.Each("SELECT p.id, p.order_id, p.location, p.carrier, p.tracking, p.packed_at, o.number, y.ship_to FROM parcel AS p JOIN orders AS o ON o.m = $1 AND o.id = p.order_id "+
		"JOIN order_party AS y ON y.m = $1 AND y.order_id = p.order_id WHERE p.m = $1 AND p.delivered_at = 0 AND p.tracking <> '' AND p.status <> 'unpacked' AND p.status <> 'lost' "+
		"AND (p.carrier, p.tracking) > ($2, $3) ORDER BY p.carrier, p.tracking LIMIT $4",
		[]any{r.M, after.Carrier, after.Tracking, int64(limit)}, func(scan func(...any) error) error {
			var p watch.Parcel
			var to string
			if err := scan(&p.ID, &p.Order, &p.Location, &p.Carrier, &p.Tracking, &p.Labeled, &p.Number, &to); err != nil {
				return err
			}
			address, err := store.UnpackAddress(to)
			p.Country = address.Country
			out = append(out, p)
			return err
		})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(out))
	for i := range out {
		ids[i] = out[i].ID
	}
	scans, err := scansOf(r, ids)
	for i := range out {
		for _, at := range scans[out[i].ID] {
			out[i].Scanned = max(out[i].Scanned, at)
		}
	}
	return out, err
}

// scansOf reads when parcels were scanned, in the order of time.
func scansOf(r *store.Reader, parcels []int64) (map[int64][]int64, error) {
	out := map[int64][]int64{}
	err := store.In(r, "SELECT parcel, at FROM parcel_scan WHERE m = $1 AND parcel IN ($IN) ORDER BY parcel, at", []any{r.M}, parcels, func(scan func(...any) error) error {
		var id, at int64
		err := scan(&id, &at)
		out[id] = append(out[id], at)
		return err
	})
	return out, err
}

// Trips reads the parcels that left a location after an instant and arrived, the
// latest first.
func Trips(r *store.Reader, location, since int64, limit int) ([]watch.Trip, error) {
	var out []watch.Trip
	var ids []int64
	err := r.Each("SELECT p.id, p.carrier, p.shipped_at, p.delivered_at, y.ship_to FROM parcel AS p JOIN order_party AS y ON y.m = $1 AND y.order_id = p.order_id "+
		"WHERE p.m = $1 AND p.location = $2 AND p.shipped_at > 0 AND p.shipped_at > $3 AND p.delivered_at > 0 ORDER BY p.shipped_at DESC LIMIT $4",
		[]any{r.M, location, since, int64(limit)}, func(scan func(...any) error) error {
			t := watch.Trip{Lane: watch.Lane{Location: location}}
			var id int64
			var to string
			if err := scan(&id, &t.Carrier, &t.Shipped, &t.Delivered, &to); err != nil {
				return err
			}
			address, err := store.UnpackAddress(to)
			t.Country = address.Country
			out, ids = append(out, t), append(ids, id)
			return err
		})
	if err != nil {
		return nil, err
	}
	scans, err := scansOf(r, ids)
	for i := range out {
		last := out[i].Shipped
		for _, at := range append(scans[ids[i]], out[i].Delivered) {
			if at > out[i].Delivered {
				break
			}
			out[i].Gap, last = max(out[i].Gap, at-last), max(last, at)
		}
	}
	return out, err
}

// Leads reads how many days suppliers took, of lines that came in full after an
// instant.
func Leads(r *store.Reader, sellers []int64, since int64) (out []watch.Took[int64], err error) {
	err = store.In(r, "SELECT supplier, done_at, lead_days FROM purchase_line WHERE m = $1 AND done_at > 0 AND done_at > $2 AND lead_days >= 0 AND supplier IN ($IN) ORDER BY supplier, done_at",
		[]any{r.M, since}, sellers, func(scan func(...any) error) error {
			var t watch.Took[int64]
			err := scan(&t.Of, &t.At, &t.Time)
			out = append(out, t)
			return err
		})
	return out, err
}
