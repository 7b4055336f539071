// Package walk is work as a person on the floor sees it: a fulfillment with
// its order, the items with their pictures and barcodes, and where the units
// lie; and the papers that are printed from it.
//
// What belongs here: reading, on one snapshot, what a screen or a paper of the
// floor shows; the edges share it. What does not: any act (desk/floor) and how
// things look (papers, web).
package walk

import (
	"slices"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// Work is one fulfillment with everything that the floor needs to do it.
type Work struct {
	*fulfillment.Fulfillment
	Order   *order.Order // with its party
	Blocked []string     // acts that holds of the order stop
	Lines   []Line
	Parcels []*fulfillment.Parcel // of this fulfillment, oldest first
}

// Line is a line of a fulfillment with its item.
type Line struct {
	fulfillment.Line
	Item  *catalog.Item
	Shelf []stock.Shelved // where it lies, to be taken oldest first; only when asked for
}

// Parts says what to read beside the fulfillments and their orders.
type Parts struct{ Items, Shelves, Parcels bool }

// Read reads work by id, in the order of the ids. What is not there, or not at
// a location that the scope sees, is left out.
func Read(r *store.Reader, ids []fulfillment.ID, p Parts) ([]*Work, error) {
	list, err := fulfillments.Load(r, ids)
	if err != nil {
		return nil, err
	}
	place := make(map[fulfillment.ID]int, len(ids))
	for i, id := range slices.Backward(ids) {
		place[id] = i
	}
	list = slices.DeleteFunc(list, func(f *fulfillment.Fulfillment) bool { return !r.Scope.Sees(int64(f.Location)) })
	slices.SortFunc(list, func(a, b *fulfillment.Fulfillment) int { return place[a.ID] - place[b.ID] })
	return Of(r, list, p)
}

// One reads one piece of work; a fault when it is not there.
func One(r *store.Reader, id fulfillment.ID, p Parts) (*Work, error) {
	list, err := Read(r, []fulfillment.ID{id}, p)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %s", id)
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// Of reads what belongs to fulfillments that were read.
func Of(r *store.Reader, list []*fulfillment.Fulfillment, p Parts) ([]*Work, error) {
	ids := make([]order.ID, len(list))
	for i, f := range list {
		ids[i] = order.ID(f.Source)
	}
	found, err := orders.Load(r, unique(ids), orders.Parts{Party: true})
	if err != nil {
		return nil, err
	}
	out := make([]*Work, 0, len(list))
	for _, f := range list {
		o := found[order.ID(f.Source)]
		if o == nil {
			continue // of a purpose that has no order
		}
		w := &Work{Fulfillment: f, Order: o, Blocked: o.BlockedActs()}
		for _, l := range f.Lines {
			w.Lines = append(w.Lines, Line{Line: l})
		}
		out = append(out, w)
	}
	if err := readItems(r, out, p); err != nil {
		return nil, err
	}
	return out, readParcels(r, out, unique(ids), p)
}

func unique[K comparable](list []K) []K {
	seen := make(map[K]bool, len(list))
	return slices.DeleteFunc(slices.Clone(list), func(k K) bool {
		again := seen[k]
		seen[k] = true
		return again
	})
}

func readItems(r *store.Reader, list []*Work, p Parts) error {
	if !p.Items {
		return nil
	}
	var ids []catalog.ID
	var cells []stock.Cell
	for _, w := range list {
		for i := range w.Lines {
			ids = append(ids, catalog.ID(w.Lines[i].Line.Item))
			cells = append(cells, stock.Cell{Item: w.Lines[i].Line.Item, Location: w.Location})
		}
	}
	found, err := items.ByID(r, unique(ids))
	if err != nil {
		return err
	}
	at := make(map[catalog.ID]*catalog.Item, len(found))
	for _, i := range found {
		at[i.ID] = i
	}
	var shelves map[stock.Cell][]stock.Shelved
	if p.Shelves {
		if shelves, err = levels.Shelves(r, cells); err != nil {
			return err
		}
	}
	for _, w := range list {
		for i := range w.Lines {
			l := &w.Lines[i]
			l.Item = at[catalog.ID(l.Line.Item)]
			if l.Stocked {
				l.Shelf = shelves[stock.Cell{Item: l.Line.Item, Location: w.Location}]
			}
		}
	}
	return nil
}

func readParcels(r *store.Reader, list []*Work, ids []order.ID, p Parts) error {
	if !p.Parcels {
		return nil
	}
	all, err := fulfillments.ParcelsOfOrders(r, ids)
	for _, w := range list {
		for _, x := range all {
			if x.Fulfillment == w.ID {
				w.Parcels = append(w.Parcels, x)
			}
		}
	}
	return err
}

// Place reads a location with its time zone; a fault when there is none that
// the scope sees.
func Place(r *store.Reader, id stock.LocationID) (*stock.Location, *time.Location, error) {
	all, err := locations.All(r)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range all {
		if l.ID != id || !r.Scope.Sees(int64(id)) {
			continue
		}
		if zone, err := time.LoadLocation(l.Zone); err == nil && l.Zone != "" {
			return l, zone, nil
		}
		m, err := merchants.Get(r, r.M)
		return l, m.Location(), err
	}
	return nil, nil, fault.New(fault.NotFound, "no_such_location", "there is no location %s", id)
}
