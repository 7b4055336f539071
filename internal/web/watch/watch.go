// Package watch is the room of what goes wrong on its way: labels that no carrier
// has scanned, parcels that stand still, lanes and suppliers that slip.
//
// What belongs here: showing them with the orders behind. What does not: what is
// unusual (the noun watch), and doing something about it (orders, floor).
package watch

import (
	"cmp"
	"slices"

	"orderly/internal/access"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/suppliers"
	kept "orderly/internal/store/watch"
	"orderly/internal/watch"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	looked  = 2000 // parcels under way that the page looks at
	shown   = 100  // of those that want a look, the longest first
	trips   = 600  // of a location that say what is usual
	sellers = 500
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{{Method: "GET", Path: "/watch", Needs: access.FulfillmentRead, Do: index}}
}

// view is what the page shows.
type view struct {
	Parcels   []watch.Seen
	More      bool
	Lanes     []watch.Slip[watch.Lane]
	Suppliers []watch.Slip[int64]
	places    map[int64]*stock.Location
	names     map[int64]string // of suppliers
}

func index(v *shell.Visit) error {
	x := &view{names: map[int64]string{}, places: map[int64]*stock.Location{}}
	if err := v.Read(func(r *store.Reader) error { return x.read(v, r, v.Now().UnixMicro()) }); err != nil {
		return err
	}
	return v.Page(v.T("watch.title"), watchPage(v, x))
}

func (x *view) read(v *shell.Visit, r *store.Reader, now int64) error {
	all, err := locations.All(r)
	if err != nil {
		return err
	}
	var gone []watch.Trip
	for _, l := range all {
		if !r.Scope.Sees(int64(l.ID)) {
			continue
		}
		x.places[int64(l.ID)] = l
		list, err := kept.Trips(r, int64(l.ID), now-watch.LanesPast, trips)
		if err != nil {
			return err
		}
		gone = append(gone, list...)
	}
	x.Lanes = watch.Lanes(gone, now)
	if err := x.readParcels(r, watch.Usual(gone, now), now); err != nil || !v.May(access.PurchasesRead) {
		return err
	}
	return x.readSuppliers(r, now)
}

func (x *view) readParcels(r *store.Reader, usual map[watch.Lane]int64, now int64) error {
	list, err := kept.Underway(r, kept.After{}, looked+1)
	if err != nil {
		return err
	}
	x.More = len(list) > looked
	for _, p := range list[:min(len(list), looked)] {
		if seen, is := watch.Look(p, usual, watch.Usually, now); is && x.places[p.Location] != nil {
			x.Parcels = append(x.Parcels, seen)
		}
	}
	slices.SortFunc(x.Parcels, func(a, b watch.Seen) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID)) })
	if len(x.Parcels) > shown {
		x.Parcels, x.More = x.Parcels[:shown], true
	}
	return nil
}

func (x *view) readSuppliers(r *store.Reader, now int64) error {
	all, err := suppliers.Page(r, false, "", sellers)
	if err != nil {
		return err
	}
	var ids []int64
	for _, s := range all {
		ids, x.names[int64(s.ID)] = append(ids, int64(s.ID)), s.Name
	}
	list, err := kept.Leads(r, ids, now-watch.SellersPast)
	x.Suppliers = watch.Sellers(list, now)
	return err
}

func (x *view) place(id int64) string {
	if l := x.places[id]; l != nil {
		return l.Name
	}
	return ""
}

func orderPath(s watch.Seen) string { return "/orders/" + ident.Text("ord", s.Order) }

func kind(v *shell.Visit, s watch.Seen) (string, ui.Tone) {
	if s.Kind == watch.NeverScanned {
		return v.T("watch.never_scanned"), ui.Warn
	}
	return v.T("watch.stands_still"), ui.Bad
}
