package fulfillments

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// window is how many rows one request looks at.
const window = 2000

// maxPlaces is how many locations are asked one by one for their open work.
const maxPlaces = 50

// Filter narrows a list of fulfillments. Zero fields do not narrow.
type Filter struct {
	Location   stock.LocationID
	WorkStatus []string
	Before     fulfillment.ID
	Limit      int
}

// List reads fulfillments newest first, only at locations within the scope,
// and says below which id to read on; 0 at the end. However many there are, it
// looks at a window of them: a page may be short and not the last.
func List(r *store.Reader, f Filter) (list []*fulfillment.Fulfillment, next fulfillment.ID, err error) {
	places := r.Scope.Locations
	if f.Location != 0 {
		if !r.Scope.Sees(int64(f.Location)) {
			return nil, 0, nil
		}
		places = []int64{int64(f.Location)}
	}
	ids, all, err := openWork(r, f.WorkStatus, places)
	switch {
	case err != nil:
		return nil, 0, err
	case all:
		list, err = newest(r, ids, f)
	default:
		list, next, err = recent(r, f, places)
	}
	if err != nil {
		return nil, 0, err
	}
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	at := make(map[fulfillment.ID]*fulfillment.Fulfillment, len(list))
	keys := make([]fulfillment.ID, len(list))
	for i, x := range list {
		keys[i], at[x.ID] = x.ID, x
	}
	return list, next, loadLines(r, keys, at)
}

// openWork reads the ids of what waits in work at some places, when only such
// is asked for and it is no more than a window: old work is found among any
// number that is done.
func openWork(r *store.Reader, status []string, places []int64) (ids []fulfillment.ID, all bool, err error) {
	if len(status) == 0 || slices.ContainsFunc(status, func(s string) bool { return (&fulfillment.Fulfillment{WorkStatus: s}).Queue() == "" }) {
		return nil, false, nil
	}
	if len(places) == 0 {
		if places, err = locations(r); err != nil {
			return nil, false, err
		}
	}
	if len(places) > maxPlaces {
		return nil, false, nil
	}
	for _, place := range places {
		for _, s := range status {
			err := r.Each("SELECT id FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = $3 LIMIT $4", []any{r.M, place, s, int64(window + 1 - len(ids))}, func(scan func(...any) error) error {
				var id fulfillment.ID
				err := scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil || len(ids) > window {
				return nil, false, err
			}
		}
	}
	return ids, true, nil
}

func locations(r *store.Reader) (out []int64, err error) {
	err = r.Each("SELECT id FROM location WHERE m = $1 ORDER BY id LIMIT $2", []any{r.M, int64(maxPlaces + 1)}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// newest reads those of the ids that stand on the page, and one more.
func newest(r *store.Reader, ids []fulfillment.ID, f Filter) ([]*fulfillment.Fulfillment, error) {
	ids = slices.DeleteFunc(ids, func(id fulfillment.ID) bool { return id >= f.Before })
	slices.SortFunc(ids, func(a, b fulfillment.ID) int { return cmp.Compare(b, a) })
	list, _, _, err := heads(r, "SELECT "+columns+" FROM fulfillment WHERE m = $1 AND id IN ($IN)", ids[:min(len(ids), f.Limit+1)])
	slices.SortFunc(list, func(a, b *fulfillment.Fulfillment) int { return cmp.Compare(b.ID, a.ID) })
	return list, err
}

// recent reads those within the window below Before that fit, newest first.
func recent(r *store.Reader, f Filter, places []int64) (list []*fulfillment.Fulfillment, next fulfillment.ID, err error) {
	if len(f.WorkStatus)+len(places) > 0 {
		err := r.Row("SELECT id FROM fulfillment WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3", r.M, f.Before, int64(window-1)).Scan(&next)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, 0, err
		}
	}
	args := []any{r.M, f.Before, next}
	text := "SELECT " + columns + " FROM fulfillment WHERE m = $1 AND id < $2 AND id >= $3"
	if n := len(f.WorkStatus); n > 0 {
		text += " AND work_status IN (" + store.Params(len(args)+1, n) + ")"
		for _, s := range f.WorkStatus {
			args = append(args, s)
		}
	}
	if n := len(places); n > 0 {
		text += " AND location IN (" + store.Params(len(args)+1, n) + ")"
		for _, id := range places {
			args = append(args, id)
		}
	}
	args = append(args, int64(f.Limit+1))
	err = r.Each(text+" ORDER BY id DESC LIMIT "+store.Params(len(args), 1), args, func(scan func(...any) error) error {
		x, err := scanHead(scan)
		list = append(list, x)
		return err
	})
	return list, next, err
}
