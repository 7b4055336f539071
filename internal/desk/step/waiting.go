package step

import (
	"maps"

	"orderly/internal/catalog"
	"orderly/internal/order"
	"orderly/internal/store/orders"
)

// LoadItemsByID reads items into the catalog.
func (b *Batch) LoadItemsByID(ids []int64) error {
	list := make([]catalog.ID, len(ids))
	for i, id := range ids {
		list[i] = catalog.ID(id)
	}
	return b.Catalog.load(b.R, nil, list)
}

// SellableAnywhere is how many units of an item all active locations together
// may give. Its levels must have been loaded.
func (b *Batch) SellableAnywhere(item int64) int64 { return b.sellableAnywhere(item) }

// SetWaiting keeps who waits for an item, first come first.
func (b *Batch) SetWaiting(item int64, list []orders.WaitingUnits) error {
	b.waiting[item] = list
	if b.Catalog.terms == nil {
		return nil
	}
	var ids []order.ID
	for _, w := range list {
		ids = append(ids, w.Order)
	}
	found, err := orders.ChannelsOf(b.R, ids)
	if b.waiters == nil {
		b.waiters = map[order.ID]string{}
	}
	maps.Copy(b.waiters, found)
	return err
}

// Ahead is how many units of an item others are to get who come before a line
// of an order, as earlier commands of the batch have left it: what they wait
// for, and of each channel no more than it may sell now.
func (b *Batch) Ahead(item int64, id order.ID, line int) int64 {
	if b.Catalog.terms == nil {
		return b.waitAhead(item, id, line)
	}
	by := map[string]int64{}
	b.eachAhead(item, id, line, func(who order.ID, q int64) { by[b.waiters[who]] += q })
	sum := int64(0)
	for channel, q := range by {
		sum += min(q, b.sellableTo(item, channel))
	}
	return sum
}

// waitAhead is all that others wait for who come before a line, whatever their
// channels may sell now.
func (b *Batch) waitAhead(item int64, id order.ID, line int) (sum int64) {
	b.eachAhead(item, id, line, func(_ order.ID, q int64) { sum += q })
	return sum
}

func (b *Batch) eachAhead(item int64, id order.ID, line int, with func(who order.ID, q int64)) {
	for _, w := range b.waiting[item] {
		if w.Order == id && w.Line == line {
			return
		}
		q := w.Quantity
		if o := b.Order(w.Order); o != nil { // an earlier command may have served it
			q = o.Line(w.Line).Q[order.Backordered]
		}
		with(w.Order, q)
	}
}

// sellableTo is how many units of an item a channel may sell from everywhere.
func (b *Batch) sellableTo(item int64, channel string) int64 {
	b.terms = b.Catalog.Terms(channel)
	defer func() { b.terms = nil }()
	return b.sellableAnywhere(item)
}
