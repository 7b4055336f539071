package fulfillments

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Due reads the work of a place in some statuses: what is promised first comes
// first, what was never promised comes last, among equals the oldest. It goes
// along the index and reads no more than limit for each status.
func Due(r *store.Reader, at stock.LocationID, status []string, limit int) ([]*fulfillment.Fulfillment, error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	list, err := dueHeads(r, at, status, limit)
	if err != nil {
		return nil, err
	}
	ids := make([]fulfillment.ID, len(list))
	by := make(map[fulfillment.ID]*fulfillment.Fulfillment, len(list))
	for i, f := range list {
		ids[i], by[f.ID] = f.ID, f
	}
	return list, loadLines(r, ids, by)
}

func dueHeads(r *store.Reader, at stock.LocationID, status []string, limit int) ([]*fulfillment.Fulfillment, error) {
	var list []*fulfillment.Fulfillment
	for _, s := range status {
		for _, cond := range [...]string{"due_at > 0 ORDER BY due_at, id", "due_at = 0 ORDER BY id"} {
			err := r.Each("SELECT "+columns+" FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 AND "+cond+" LIMIT $4",
				[]any{r.M, at, s, int64(limit)}, func(scan func(...any) error) error {
					f, err := scanHead(scan)
					list = append(list, f)
					return err
				})
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(list, func(a, b *fulfillment.Fulfillment) int {
		return cmp.Or(cmp.Compare(never(a.DueAt), never(b.DueAt)), cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	return list[:min(limit, len(list))], nil
}

func never(due int64) int {
	if due == 0 {
		return 1
	}
	return 0
}

// Ready reads the parcels of a place that are packed and have not left, oldest
// first, of at most limit fulfillments.
func Ready(r *store.Reader, at stock.LocationID, limit int) ([]*fulfillment.Parcel, error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	work, err := Due(r, at, []string{fulfillment.Packed, fulfillment.Picked, fulfillment.Picking}, limit)
	if err != nil {
		return nil, err
	}
	var of []order.ID
	seen := map[int64]bool{}
	for _, f := range work {
		packed := slices.ContainsFunc(f.Lines, func(l fulfillment.Line) bool { return l.Packed > 0 })
		if packed && !seen[f.Source] {
			seen[f.Source] = true
			of = append(of, order.ID(f.Source))
		}
	}
	list, err := ParcelsOfOrders(r, of)
	list = slices.DeleteFunc(list, func(p *fulfillment.Parcel) bool { return p.Status != "packed" || p.Location != at })
	slices.SortFunc(list, func(a, b *fulfillment.Parcel) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

// Left reads the parcels that left a place from one moment up to another,
// newest first.
func Left(r *store.Reader, at stock.LocationID, from, to int64, limit int) ([]*fulfillment.Parcel, error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	var ids []fulfillment.ParcelID
	err := r.Each("SELECT id FROM parcel WHERE m = $1 AND location = $2 AND shipped_at > 0 AND shipped_at >= $3 AND shipped_at < $4 ORDER BY shipped_at DESC LIMIT $5",
		[]any{r.M, at, from, to, int64(limit)}, func(scan func(...any) error) error {
			var id fulfillment.ParcelID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil {
		return nil, err
	}
	list, err := Parcels(r, ids)
	slices.SortFunc(list, func(a, b *fulfillment.Parcel) int {
		return cmp.Or(cmp.Compare(b.ShippedAt, a.ShippedAt), cmp.Compare(b.ID, a.ID))
	})
	return list, err
}

// OfNumber reads the fulfillments of the order with a number, oldest first.
func OfNumber(r *store.Reader, number int64) ([]*fulfillment.Fulfillment, error) {
	var source int64
	err := r.Row("SELECT id FROM orders WHERE m = $1 AND number = $2", r.M, number).Scan(&source)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return OfSources(r, []int64{source})
}
