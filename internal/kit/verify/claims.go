package verify

import (
	"maps"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// claims holds what levels have reserved to what fulfillments hold open. Both
// are added up page by page. While nothing is written, cells that differ are
// violations; otherwise they are looked at again, each location in one
// snapshot.
func (x *run) claims() error {
	before, err := x.sequence()
	if err != nil {
		return err
	}
	claims, reserved := map[stock.Cell]int64{}, map[stock.Cell]int64{}
	if err := x.addCells(audit.ClaimPages, audit.AddClaims, claims); err != nil {
		return err
	}
	if err := x.addCells(audit.CheckoutPages, audit.AddCheckouts, claims); err != nil {
		return err
	}
	if err := x.addCells(audit.LevelPages, audit.AddReserved, reserved); err != nil {
		return err
	}
	after, err := x.sequence()
	if err != nil {
		return err
	}
	cells := maps.Clone(claims)
	maps.Copy(cells, reserved)
	x.countNow(int64(len(cells)), "K2")
	suspects := map[stock.LocationID][]stock.Cell{}
	for _, c := range slices.SortedFunc(maps.Keys(cells), byCell) {
		if claims[c] != reserved[c] {
			suspects[c.Location] = append(suspects[c.Location], c)
		}
	}
	quiet := before == after
	for _, place := range slices.Sorted(maps.Keys(suspects)) {
		if quiet {
			err = x.read(func(*store.Reader) error { x.differing(suspects[place], claims, reserved); return nil })
		} else {
			err = x.confirm(place, suspects[place])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *run) sequence() (s audit.Sequence, err error) {
	err = x.read(func(r *store.Reader) error { s, _, err = audit.SequenceOf(r); return err })
	return s, err
}

func (x *run) addCells(over []audit.Walk, add func(*store.Reader, audit.Range, map[stock.Cell]int64) error, into map[stock.Cell]int64) error {
	return x.walk(over, func(r *store.Reader, in audit.Range) error {
		page := map[stock.Cell]int64{}
		if err := add(r, in, page); err != nil {
			return err
		}
		x.later(func() {
			for c, q := range page {
				into[c] += q
			}
		})
		x.progress(int64(len(page)), 0)
		return nil
	})
}

// confirm compares cells of one location in one snapshot.
func (x *run) confirm(place stock.LocationID, cells []stock.Cell) error {
	items := make([]int64, len(cells))
	for i, c := range cells {
		items[i] = c.Item
	}
	err := x.read(func(r *store.Reader) error {
		claims, err := audit.ClaimsAt(r, place)
		if err != nil {
			return err
		}
		reserved, err := audit.ReservedAt(r, place, items)
		x.differing(cells, claims, reserved)
		return err
	})
	if fault.KindOf(err) == fault.Unavailable && x.ctx.Err() == nil {
		x.skip("K2", "%d cells of location %s, which were written meanwhile and have too many open claims for one look", len(cells), place)
		return nil
	}
	return err
}

func (x *run) differing(cells []stock.Cell, claims, reserved map[stock.Cell]int64) {
	for _, c := range cells {
		if claims[c] != reserved[c] {
			x.tell("K2", cellText(c), "%d units are reserved, open claims hold %d", reserved[c], claims[c])
		}
	}
}
