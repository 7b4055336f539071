package step

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store/counters"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/ledger"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/profiles"
	"orderly/internal/store/promises"
	"orderly/internal/store/yields"
)

// Write keeps everything that the batch changed, in one fixed order of tables
// and, within each, of keys.
func (b *Batch) Write() error {
	for _, step := range []func() error{
		b.writeConfig, b.writeSelling, b.writePreorders, b.writeLevels, b.writeCheckouts, b.writeOrders, b.writeFulfillments, b.writeParcels,
		func() error { return fulfillments.SaveProofs(b.tx, b.proofs) },
		b.writePickups, b.writeRequests, b.writeReturns, b.writePutAways, b.writeTaken, b.writeCredits, b.writePayments, b.writeStatements, b.writeRuns, b.writeTraits, b.writeApprovals,
		func() error { return ledger.Append(b.tx, b.money) },
		func() error { return orders.AddNotes(b.tx, b.notes) },
		func() error { return profiles.Append(b.tx, b.decisions) },
		func() error { return promises.Append(b.tx, b.promised) },
		func() error { return yields.Append(b.tx, b.yields) },
		b.writeTroubles,
		func() error { return levels.Append(b.tx, b.movements) },
		func() error { return entries.Append(b.tx, b.entries) },
		b.writeCounters,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	b.rememberOrders()
	return nil
}

func (b *Batch) writeLevels() error {
	if len(b.dirty) > 0 && len(b.entries) == 0 {
		return errors.New("levels were changed and no entry tells of it: other processes would not notice")
	}
	cells := slices.SortedFunc(maps.Keys(b.dirty), func(x, y stock.Cell) int {
		return cmp.Or(cmp.Compare(x.Item, y.Item), cmp.Compare(x.Location, y.Location))
	})
	list := make([]*stock.Level, len(cells))
	for i, c := range cells {
		list[i] = b.levels[c]
	}
	return levels.Save(b.tx, list)
}

func (b *Batch) writeOrders() error {
	if err := orders.Insert(b.tx, b.placed); err != nil {
		return err
	}
	var changed []orders.Changed
	var held []*order.Order
	for _, id := range slices.Sorted(maps.Keys(b.orders)) {
		x := b.orders[id]
		if x.was != nil && x.o.Version != x.was.Version {
			changed = append(changed, orders.Changed{Order: x.o, Was: x.was, Lines: slices.Sorted(maps.Keys(x.lines)), Recast: x.Recast, Refunded: x.refunded})
			if len(x.o.Holds) > 0 {
				held = append(held, x.o)
			}
		}
	}
	if err := orders.Update(b.tx, changed); err != nil {
		return err
	}
	if err := orders.SaveHolds(b.tx, held); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(b.preorders.drawn)) {
		if err := orders.SavePreorders(b.tx, b.orders[id].o); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.repriced)) {
		if err := orders.SpreadPriority(b.tx, b.orders[id].o); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.redue)) {
		if x := b.orders[id]; x.was != nil {
			if err := orders.SpreadDue(b.tx, x.o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Batch) writeFulfillments() error {
	var made []*fulfillment.Fulfillment
	var changed []fulfillments.Changed
	for _, id := range slices.Sorted(maps.Keys(b.fuls)) {
		x := b.fuls[id]
		switch {
		case x.was == nil:
			made = append(made, x.f)
			if x.f.ReleasedAt != 0 { // worked on in the act that made it: what an insert leaves out
				changed = append(changed, fulfillments.Changed{Fulfillment: x.f, Was: x.f.AsMade()})
			}
		case x.f.Version != x.was.Version:
			changed = append(changed, fulfillments.Changed{Fulfillment: x.f, Was: x.was})
		}
	}
	if err := fulfillments.Insert(b.tx, made); err != nil {
		return err
	}
	return fulfillments.Update(b.tx, changed)
}

func (b *Batch) writeParcels() error {
	if err := fulfillments.InsertParcels(b.tx, b.parcelsNew); err != nil {
		return err
	}
	var changed []*fulfillment.Parcel
	for _, p := range b.parcelsNew { // sent in the act that packed it: what an insert leaves out
		if p.ShippedAt != 0 {
			changed = append(changed, p)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.parcelsMod)) {
		changed = append(changed, b.parcelByID[id])
	}
	if err := fulfillments.UpdateParcels(b.tx, changed); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(b.scans)) {
		if err := fulfillments.AddScans(b.tx, id, b.scans[id]); err != nil {
			return err
		}
	}
	return nil
}

// writeCounters writes by how much each queue has grown or shrunk: membership
// before against after, for everything that was loaded or made.
func (b *Batch) writeCounters() error {
	for _, x := range b.orders {
		if x.was != nil {
			for _, q := range x.was.Queues() {
				b.counters[q]--
			}
		}
		for _, q := range x.o.Queues() {
			b.counters[q]++
		}
	}
	for _, x := range b.fuls {
		if x.was != nil && x.was.Queue() != "" {
			b.counters[x.was.Queue()]--
		}
		if q := x.f.Queue(); q != "" {
			b.counters[q]++
		}
	}
	return counters.Add(b.tx, b.counters)
}
