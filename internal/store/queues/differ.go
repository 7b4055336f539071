package queues

import (
	"cmp"
	"slices"

	"orderly/internal/difference"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
)

// differ adds how many differences with something to book wait at each place.
func (b *Board) differ(r *store.Reader) error {
	at, err := differences.Places(r, maxPlaces)
	if err != nil {
		return err
	}
	var strange []stock.LocationID
	for _, place := range at {
		f := queue.Fact{Queue: queue.Differences, Location: int64(place)}
		if f.Count, f.Oldest, err = differences.CountProposed(r, place, most); err != nil {
			return err
		}
		if f.Count == 0 {
			continue
		}
		if f.Count == most {
			f.Count, f.More = most-1, true
		}
		if _, known := b.Places[place]; !known {
			strange = append(strange, place)
		}
		b.Facts = append(b.Facts, f)
	}
	return b.Know(r, strange)
}

// differRows reads differences with something to book, the oldest first.
func (b *Board) differRows(r *store.Reader, ask Ask, after int64) ([]Row, error) {
	var out []Row
	for _, f := range b.Facts {
		place := stock.LocationID(f.Location)
		if f.Queue != queue.Differences || ask.Location != 0 && ask.Location != place {
			continue
		}
		list, err := differences.Proposed(r, place, difference.ID(after), ask.Limit+1)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			out = append(out, Row{Kind: queue.Difference, ID: int64(d.ID), Location: place, Status: d.State, Since: d.MadeAt, Item: d.Cell.Item, Units: d.Proposed})
		}
	}
	slices.SortFunc(out, func(x, y Row) int { return cmp.Compare(x.ID, y.ID) })
	return out[:min(len(out), ask.Limit+1)], nil
}
