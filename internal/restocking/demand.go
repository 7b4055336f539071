package restocking

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/replenish"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/replenishment"
)

const (
	demandEntries = 2000 // of the journal in one step
	maxSteps      = 100_000
)

// CatchUp counts the demand of a merchant up to the end of its journal. Only
// those that replenish anything come here: nobody else pays for it.
func CatchUp(ctx context.Context, db *store.DB, m int64) error {
	for range maxSteps {
		advanced, err := Step(ctx, db, m)
		if err != nil || advanced == 0 {
			return err
		}
	}
	return nil
}

// Step counts the next stretch of a merchant's journal and tells how many
// entries it has come forward; 0 when there are none, or when another process
// was faster. Units and cursor are written together, so that a crash neither
// loses nor doubles any.
func Step(ctx context.Context, db *store.DB, m int64) (advanced int64, err error) {
	var s stretch
	if err := db.Read(ctx, access.System(m, "job", "demand"), s.read); err != nil || s.to == s.from {
		return 0, err
	}
	err = db.Transact(ctx, func(tx *store.Tx) error {
		advanced = 0
		tx.Beside(m)
		at, err := cursors.Lock(tx, replenishment.Consumer)
		if err != nil || at != s.from {
			return err
		}
		weeks, units := s.sorted()
		if err := replenishment.AddDemand(tx, weeks, units); err != nil {
			return err
		}
		advanced = s.to - s.from
		return cursors.Move(tx, replenishment.Consumer, s.to)
	})
	return advanced, err
}

// stretch is a part of the journal and the demand that it tells of.
type stretch struct {
	from, to int64
	deltas   []told
	units    map[replenishment.Week]int64
}

type told struct {
	order int64
	delta order.Delta
}

func (s *stretch) read(r *store.Reader) error {
	*s = stretch{units: map[replenishment.Week]int64{}}
	var err error
	if s.from, err = cursors.Of(r, replenishment.Consumer); err != nil {
		return err
	}
	s.to = s.from
	list, err := entries.After(r, s.from, demandEntries)
	if err != nil {
		return err
	}
	var orders, fulfillments []int64
	for i := range list {
		e := &list[i]
		s.to = e.Seq
		if e.Kind != journal.Order {
			continue
		}
		d, err := order.DecodeDelta(e.Data)
		if err != nil {
			return err
		}
		if len(d.Moves) == 0 {
			continue
		}
		s.deltas = append(s.deltas, told{e.Subject, d})
		orders = append(orders, e.Subject)
		for _, m := range d.Moves {
			if m.Fulfillment != 0 {
				fulfillments = append(fulfillments, m.Fulfillment)
			}
		}
	}
	return s.count(r, distinct(orders), distinct(fulfillments))
}

func distinct(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// count sums what moves say. A unit is wanted where it is claimed from, and at
// no place while it waits; whether it is picked or sent changes nothing, and what
// is canceled was not wanted.
func (s *stretch) count(r *store.Reader, orders, fulfillments []int64) error {
	placed, err := replenishment.Placed(r, orders)
	if err != nil {
		return err
	}
	items, err := replenishment.Stocked(r, orders)
	if err != nil {
		return err
	}
	places, err := replenishment.Places(r, fulfillments)
	if err != nil {
		return err
	}
	for _, t := range s.deltas {
		week := replenish.WeekOf(placed[t.order])
		for _, m := range t.delta.Moves {
			item, stocked := items[replenishment.LineKey{Order: t.order, N: m.Line}]
			if !stocked {
				continue
			}
			at := places[m.Fulfillment]
			s.add(item, at, week, m.From, -m.Quantity)
			s.add(item, at, week, m.To, m.Quantity)
		}
	}
	maps.DeleteFunc(s.units, func(_ replenishment.Week, n int64) bool { return n == 0 })
	return nil
}

func (s *stretch) add(item, location, week int64, in order.Bucket, q int64) {
	switch in {
	case order.Unsourced, order.Canceled:
		return
	case order.Backordered:
		location = 0
	}
	s.units[replenishment.Week{Cell: replenish.Cell{Item: item, Location: location}, Week: week}] += q
}

func (s *stretch) sorted() (weeks []replenishment.Week, units []int64) {
	weeks = slices.SortedFunc(maps.Keys(s.units), func(a, b replenishment.Week) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Week, b.Week))
	})
	for _, w := range weeks {
		units = append(units, s.units[w])
	}
	return weeks, units
}
