// Package locations is the room of places: what lies and what waits at each.
//
// What belongs here: looking at locations. What does not: their settings
// (settings), and the work itself (floor).
package locations

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/shelves"
	"orderly/internal/web/shell"
)

const (
	maxShown  = 100 // locations with their figures on one page
	dueSize   = 15
	shelfSize = 25
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/locations", Needs: access.CatalogRead, Do: list},
		{Method: "GET", Path: "/locations/{id}", Needs: access.CatalogRead, Do: page},
	}
}

// row is a location with the work that waits there.
type row struct {
	*stock.Location
	Work map[string]int64
}

func (x row) sum() (n int64) {
	for _, each := range x.Work {
		n += each
	}
	return n
}

func visible(r *store.Reader) ([]*stock.Location, error) {
	all, err := locations.All(r)
	return slices.DeleteFunc(all, func(l *stock.Location) bool { return !r.Scope.Sees(int64(l.ID)) }), err
}

func list(v *shell.Visit) error {
	q := strings.ToLower(v.Query("q"))
	var rows []row
	more := false
	err := v.Read(func(r *store.Reader) error {
		all, err := visible(r)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(l *stock.Location) bool { return !strings.Contains(strings.ToLower(l.Code+" "+l.Name), q) })
		if more = len(all) > maxShown; more {
			all = all[:maxShown]
		}
		for _, l := range all {
			x := row{Location: l}
			if v.May(access.FulfillmentRead) {
				if x.Work, err = shelves.WorkAt(r, l.ID); err != nil {
					return err
				}
			}
			rows = append(rows, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("locations.title"), listPage(v, rows, v.Query("q"), more))
}

// view is what the page of one location shows.
type view struct {
	row
	Due  []shelves.Due
	Lies shelves.Page
	Low  []shelves.Row
}

func page(v *shell.Visit) error {
	x := &view{}
	id, err := stock.ParseLocationID(v.Path("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	err = v.Read(func(r *store.Reader) error {
		all, err := visible(r)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(l *stock.Location) bool { return l.ID == id })
		if i < 0 {
			return fault.New(fault.NotFound, "no_such_location", "there is no such location")
		}
		x.Location = all[i]
		return x.read(v, r)
	})
	if err != nil {
		return err
	}
	return v.Page(x.Code, locationPage(v, x))
}

func (x *view) read(v *shell.Visit, r *store.Reader) (err error) {
	if v.May(access.FulfillmentRead) {
		if x.Work, err = shelves.WorkAt(r, x.ID); err != nil {
			return err
		}
		for _, status := range shelves.OpenWork {
			if status != "pending" || len(x.Due) < dueSize {
				due, err := shelves.DueAt(r, x.ID, status, dueSize)
				if err != nil {
					return err
				}
				x.Due = append(x.Due, due...)
			}
		}
		slices.SortStableFunc(x.Due, func(a, b shelves.Due) int { return int(min(max(due(a)-due(b), -1), 1)) })
		x.Due = x.Due[:min(dueSize, len(x.Due))]
	}
	if !v.May(access.StockRead) {
		return nil
	}
	if x.Lies, err = shelves.List(r, shelves.Filter{Location: x.ID, Limit: shelfSize}); err != nil {
		return err
	}
	low, err := shelves.List(r, shelves.Filter{Location: x.ID, Only: shelves.Low, Limit: shelfSize})
	x.Low = low.Rows
	return err
}

// due puts what has no time last.
func due(d shelves.Due) int64 {
	if d.DueAt == 0 {
		return 1<<62 - 1
	}
	return d.DueAt
}

func orderPath(id int64) string { return "/orders/" + ident.Text("ord", id) }

func address(l *stock.Location) string { return strings.Join(l.Address.Lines(), ", ") }
