package shelves

import (
	"math"

	"orderly/internal/catalog"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/locations"
	"orderly/internal/store/partners"
	"orderly/internal/store/purchases"
	sells "orderly/internal/store/selling"
)

// Available is how much of an item a channel may sell now.
type Available struct {
	Item     *catalog.Item
	Counted  bool  // else there is no end of it: a service, something digital
	Units    int64 // whole bundles, where it is one
	Incoming int64 // at the places that the channel sells from

	ExpectedAt int64 // when the day begins on which the first of them should come; 0 when no day is known
}

// Availability tells how much of items a channel may sell, as its orders would
// be sourced now: at active places that it sells from, less what it leaves to
// others there, and not by a partner's word on its stock that is too old at now. A
// bundle is there as often as its scarcest component allows.
func Availability(r *store.Reader, channel string, list []*catalog.Item, now int64) ([]Available, error) {
	all, err := sells.Terms(r)
	if err != nil {
		return nil, err
	}
	terms := all[channel]
	places, err := sendingPlaces(r)
	if err != nil {
		return nil, err
	}
	known, ids, err := withParts(r, list)
	if err != nil {
		return nil, err
	}
	asked, err := partners.Terms(r)
	if err != nil {
		return nil, err
	}
	free, incoming := map[int64]int64{}, map[int64]int64{}
	err = levels.OfItems(r, ids, func(l *stock.Level) {
		if places[l.Location] && terms.From(l.Location) {
			if !asked[l.Location].Stale(now) {
				free[l.Item] += terms.Sellable(l)
			}
			incoming[l.Item] += l.Incoming
		}
	})
	if err != nil {
		return nil, err
	}
	coming, err := purchases.ExpectedOf(r, ids)
	expected := map[int64]int64{}
	for _, x := range coming {
		if first := expected[x.Item]; places[x.Location] && terms.From(x.Location) && (first == 0 || x.At < first) {
			expected[x.Item] = x.At
		}
	}
	out := make([]Available, len(list))
	for i, item := range list {
		out[i] = Available{Item: item, Counted: item.Stocked(), Units: free[int64(item.ID)], Incoming: incoming[int64(item.ID)], ExpectedAt: expected[int64(item.ID)]}
		if item.Kind == catalog.Bundle {
			out[i].Units, out[i].Counted = bundles(item, known, free)
		}
		if item.Archived {
			out[i].Units, out[i].Counted = 0, true
		}
	}
	return out, err
}

// bundles is how many of a bundle its components allow; counted is false when
// none of them is counted.
func bundles(item *catalog.Item, known map[catalog.ID]*catalog.Item, free map[int64]int64) (n int64, counted bool) {
	n = math.MaxInt64
	for _, c := range item.Components {
		if part := known[c.Item]; part != nil && part.Stocked() {
			n, counted = min(n, free[int64(c.Item)]/c.Quantity), true
		}
	}
	if !counted {
		n = 0
	}
	return n, counted
}

// withParts gives items and the components of bundles among them, and the ids
// of all that have levels.
func withParts(r *store.Reader, list []*catalog.Item) (known map[catalog.ID]*catalog.Item, ids []int64, err error) {
	known = map[catalog.ID]*catalog.Item{}
	var parts []catalog.ID
	for _, i := range list {
		known[i.ID] = i
		for _, c := range i.Components {
			parts = append(parts, c.Item)
		}
	}
	more, err := items.ByID(r, parts)
	for _, i := range more {
		known[i.ID] = i
	}
	for id, i := range known {
		if i.Stocked() {
			ids = append(ids, int64(id))
		}
	}
	return known, ids, err
}

// ByTerms is what each channel may sell of levels of one item, where that is
// not what anybody may: for those of which something was said.
func ByTerms(r *store.Reader, list []stock.Level) (map[string]int64, map[string]*selling.Terms, error) {
	terms, err := sells.Terms(r)
	if err != nil || len(terms) == 0 {
		return nil, nil, err
	}
	places, err := sendingPlaces(r)
	out := map[string]int64{}
	for code, t := range terms {
		out[code] = 0
		for i := range list {
			if places[list[i].Location] {
				out[code] += t.Sellable(&list[i])
			}
		}
	}
	return out, terms, err
}

func sendingPlaces(r *store.Reader) (map[stock.LocationID]bool, error) {
	all, err := locations.All(r)
	out := make(map[stock.LocationID]bool, len(all))
	for _, l := range all {
		out[l.ID] = l.Active
	}
	return out, err
}
