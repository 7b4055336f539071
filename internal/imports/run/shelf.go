package run

import (
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

// maxShelf is how many items are remembered while a file is read.
const maxShelf = 50_000

// shelf remembers items by SKU and id. What it is asked for, kind, unit and
// scale, never changes; whether an item can still be ordered does, so that is
// left to the desk. It belongs to the goroutine that reads the file.
type shelf struct {
	bySKU map[string]*catalog.Item
	byID  map[catalog.ID]*catalog.Item
}

func newShelf() *shelf {
	return &shelf{bySKU: map[string]*catalog.Item{}, byID: map[catalog.ID]*catalog.Item{}}
}

func (s *shelf) BySKU(sku string) *catalog.Item { return s.bySKU[sku] }

func (s *shelf) ByID(id catalog.ID) *catalog.Item { return s.byID[id] }

func (s *shelf) put(list []*catalog.Item) {
	for _, i := range list {
		i.Archived = false
		s.bySKU[i.SKU], s.byID[i.ID] = i, i
	}
}

// load reads the items that are not known yet, and the components of bundles.
func (s *shelf) load(r *store.Reader, skus []string) error {
	if len(s.byID) > maxShelf {
		*s = *newShelf()
	}
	skus = slices.DeleteFunc(slices.Clone(skus), func(sku string) bool { return s.bySKU[sku] != nil })
	slices.Sort(skus)
	list, err := items.BySKU(r, slices.Compact(skus))
	if err != nil {
		return err
	}
	s.put(list)
	var parts []catalog.ID
	for _, i := range list {
		for _, c := range i.Components {
			if s.byID[c.Item] == nil {
				parts = append(parts, c.Item)
			}
		}
	}
	list, err = items.ByID(r, parts)
	s.put(list)
	return err
}

// loadIDs reads the items of ids that are not known yet.
func (s *shelf) loadIDs(r *store.Reader, ids []catalog.ID) error {
	ids = slices.DeleteFunc(ids, func(id catalog.ID) bool { return s.byID[id] != nil })
	slices.Sort(ids)
	list, err := items.ByID(r, slices.Compact(ids))
	s.put(list)
	return err
}
