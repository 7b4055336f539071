package fulfillments

import (
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
)

const parcelColumns = "id, fulfillment, order_id, location, status, carrier, tracking, weight_grams, packed_at, shipped_at, delivered_at, version"

func scanParcel(scan func(...any) error) (*fulfillment.Parcel, error) {
	p := &fulfillment.Parcel{}
	err := scan(&p.ID, &p.Fulfillment, &p.Order, &p.Location, &p.Status, &p.Carrier, &p.Tracking, &p.WeightGrams, &p.PackedAt, &p.ShippedAt, &p.DeliveredAt, &p.Version)
	return p, err
}

// Parcels reads parcels by id.
func Parcels(r *store.Reader, ids []fulfillment.ParcelID) ([]*fulfillment.Parcel, error) {
	return loadParcels(r, "SELECT "+parcelColumns+" FROM parcel WHERE m = $1 AND id IN ($IN) ORDER BY id", ids)
}

// ParcelsOfOrders reads every parcel of the orders, oldest first.
func ParcelsOfOrders(r *store.Reader, ids []order.ID) ([]*fulfillment.Parcel, error) {
	return loadParcels(r, "SELECT "+parcelColumns+" FROM parcel WHERE m = $1 AND order_id IN ($IN) ORDER BY id", ids)
}

// ByTracking finds parcels under way by carrier and tracking number.
func ByTracking(r *store.Reader, carrier string, numbers []string) ([]*fulfillment.Parcel, error) {
	return loadParcelsWith(r, "SELECT "+parcelColumns+" FROM parcel WHERE m = $1 AND carrier = $2 AND delivered_at = 0 AND tracking <> '' AND status <> 'unpacked' AND tracking IN ($IN) ORDER BY id",
		[]any{r.M, carrier}, numbers)
}

func loadParcels[K any](r *store.Reader, text string, keys []K) ([]*fulfillment.Parcel, error) {
	return loadParcelsWith(r, text, []any{r.M}, keys)
}

func loadParcelsWith[K any](r *store.Reader, text string, args []any, keys []K) ([]*fulfillment.Parcel, error) {
	at := map[fulfillment.ParcelID]*fulfillment.Parcel{}
	var list []*fulfillment.Parcel
	var ids []fulfillment.ParcelID
	err := store.In(r, text, args, keys, func(scan func(...any) error) error {
		p, err := scanParcel(scan)
		if err == nil && at[p.ID] == nil {
			list, ids, at[p.ID] = append(list, p), append(ids, p.ID), p
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT parcel, line, quantity FROM parcel_line WHERE m = $1 AND parcel IN ($IN) ORDER BY parcel, line", []any{r.M}, ids, func(scan func(...any) error) error {
		var id fulfillment.ParcelID
		var l fulfillment.ParcelLine
		err := scan(&id, &l.Line, &l.Quantity)
		at[id].Lines = append(at[id].Lines, l)
		return err
	})
	return list, err
}

var (
	insertParcel = store.NewInsert("parcel", "", "m", "id", "fulfillment", "order_id", "location", "status", "carrier", "tracking", "weight_grams", "packed_at", "version")
	insertPLine  = store.NewInsert("parcel_line", "", "m", "parcel", "line", "quantity")
	updateParcel = store.NewUpdate("parcel", 1, "id", "status:text", "carrier:text", "tracking:text", "weight_grams", "shipped_at", "delivered_at", "version")
)

// InsertParcels keeps new parcels.
func InsertParcels(tx *store.Tx, list []*fulfillment.Parcel) error {
	err := insertParcel.Run(tx, len(list), func(a []any, n int) []any {
		p := list[n]
		return append(a, tx.M, int64(p.ID), int64(p.Fulfillment), int64(p.Order), int64(p.Location), p.Status, p.Carrier, p.Tracking, p.WeightGrams, p.PackedAt, p.Version)
	})
	if err != nil {
		return err
	}
	type ref struct {
		p *fulfillment.Parcel
		l fulfillment.ParcelLine
	}
	var lines []ref
	for _, p := range list {
		for _, l := range p.Lines {
			lines = append(lines, ref{p, l})
		}
	}
	return insertPLine.Run(tx, len(lines), func(a []any, n int) []any {
		return append(a, tx.M, int64(lines[n].p.ID), int64(lines[n].l.Line), lines[n].l.Quantity)
	})
}

// UpdateParcels keeps changed parcels. Those that give their tracking number
// free go first, since another of the list may take it.
func UpdateParcels(tx *store.Tx, list []*fulfillment.Parcel) error {
	var done, underWay []*fulfillment.Parcel
	for _, p := range list {
		if p.DeliveredAt != 0 || p.Status == "unpacked" {
			done = append(done, p)
		} else {
			underWay = append(underWay, p)
		}
	}
	for _, some := range [...][]*fulfillment.Parcel{done, underWay} {
		err := updateParcel.Run(tx, len(some), func(a []any, n int) []any {
			p := some[n]
			return append(a, int64(p.ID), p.Status, p.Carrier, p.Tracking, p.WeightGrams, p.ShippedAt, p.DeliveredAt, p.Version)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var insertScan = store.NewInsert("parcel_scan", " ON CONFLICT (m, parcel, at, code) DO NOTHING", "m", "parcel", "at", "code", "text", "place")

// AddScans keeps scans; one that is there already is left alone.
func AddScans(tx *store.Tx, id fulfillment.ParcelID, scans []fulfillment.Scan) error {
	return insertScan.Run(tx, len(scans), func(a []any, n int) []any {
		s := scans[n]
		return append(a, tx.M, int64(id), s.At, s.Code, s.Text, s.Place)
	})
}

// Scans reads the scans of parcels, oldest first.
func Scans(r *store.Reader, ids []fulfillment.ParcelID) (map[fulfillment.ParcelID][]fulfillment.Scan, error) {
	out := map[fulfillment.ParcelID][]fulfillment.Scan{}
	err := store.In(r, "SELECT parcel, at, code, text, place FROM parcel_scan WHERE m = $1 AND parcel IN ($IN) ORDER BY parcel, at, code", []any{r.M}, ids, func(scan func(...any) error) error {
		var id fulfillment.ParcelID
		var s fulfillment.Scan
		err := scan(&id, &s.At, &s.Code, &s.Text, &s.Place)
		out[id] = append(out[id], s)
		return err
	})
	return out, err
}

// Tracked finds the orders of parcels by tracking number alone, whether they
// came or not. Of a number that several carriers gave, all orders are found.
func Tracked(r *store.Reader, numbers []string) (map[string][]order.ID, error) {
	out := map[string][]order.ID{}
	err := store.In(r, "SELECT DISTINCT tracking, order_id FROM parcel WHERE m = $1 AND tracking <> '' AND status <> 'unpacked' AND tracking IN ($IN) ORDER BY tracking, order_id", []any{r.M}, numbers, func(scan func(...any) error) error {
		var number string
		var id order.ID
		err := scan(&number, &id)
		out[number] = append(out[number], id)
		return err
	})
	return out, err
}
