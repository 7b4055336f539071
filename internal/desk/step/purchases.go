package step

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
)

// Purchase reads a purchase order as earlier commands have left it.
func (b *Batch) Purchase(by access.Scope, id purchase.ID) (*purchase.Purchase, error) {
	p, err := purchases.Get(b.R, id)
	if err == nil && (p == nil || !by.Sees(p.Location)) {
		err = fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %s", id)
	}
	return p, err
}

// MakePurchase keeps a new purchase order under the next number, and tells of it.
func (b *Batch) MakePurchase(by access.Scope, p *purchase.Purchase, typ string, told map[string]any) error {
	last, err := purchases.LastNumber(b.R)
	if err != nil {
		return err
	}
	p.ID, p.Number = purchase.ID(b.NewID()), last+1
	if err := b.Keep(func(tx *store.Tx) error { return purchases.SetLastNumber(tx, p.Number) }); err != nil {
		return err
	}
	if told == nil {
		told = map[string]any{}
	}
	told["number"], told["purpose"], told["lines"] = p.Number, p.Purpose, len(p.Lines)
	return b.SavePurchase(by, p, nil, typ, told)
}

// SavePurchase keeps a purchase order as it is now, was being what it was before,
// nil for a new one. What it adds to what is incoming at its location follows in
// the same act, and an entry tells of it. Costs are in no entry: whoever reads the
// journal need not know them.
func (b *Batch) SavePurchase(by access.Scope, p, was *purchase.Purchase, typ string, told map[string]any) error {
	p.Version, p.UpdatedAt = p.Version+1, b.At
	if told == nil {
		told = map[string]any{}
	}
	told["status"] = p.Status()
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	b.Tell(by, journal.Purchase, int64(p.ID), p.Version, typ, data)
	return errors.Join(b.await(p, was), b.Keep(func(tx *store.Tx) error { return purchases.Save(tx, p, was) }))
}

// await has levels follow what a purchase order awaits.
func (b *Batch) await(p, was *purchase.Purchase) error {
	more := map[stock.Cell]int64{}
	var items []int64
	count := func(p *purchase.Purchase, sign int64) {
		for i := range p.Lines {
			l := &p.Lines[i]
			if n := p.Awaited(l); n != 0 {
				more[stock.Cell{Item: l.Item, Location: stock.LocationID(p.Location)}] += sign * n
				items = append(items, l.Item)
			}
		}
	}
	count(p, 1)
	if was != nil {
		count(was, -1)
	}
	if err := b.LoadLevels(items); err != nil {
		return err
	}
	for cell, n := range more {
		if n == 0 {
			continue
		}
		l := b.Level(cell)
		if l.Incoming+n < 0 {
			return fmt.Errorf("purchase order %d takes %d of %d units that are incoming of item %d", p.Number, -n, l.Incoming, cell.Item)
		}
		l.Incoming += n
		if err := b.touchLevel(l); err != nil {
			return err
		}
	}
	return nil
}

// DayAfter is when the day begins, in the shop's zone, that is so many days from
// now.
func (b *Batch) DayAfter(days int64) int64 {
	y, m, d := time.UnixMicro(b.At).In(b.Zone()).Date()
	return time.Date(y, m, d+int(days), 0, 0, 0, 0, b.Zone()).UnixMicro()
}

// LastMovement is the id of the movement made last.
func (b *Batch) LastMovement() int64 {
	if len(b.movements) == 0 {
		return 0
	}
	return b.movements[len(b.movements)-1].ID
}
