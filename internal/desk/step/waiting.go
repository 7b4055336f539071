package step

import (
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
func (b *Batch) SetWaiting(item int64, list []orders.WaitingUnits) { b.waiting[item] = list }

// Ahead is how many units of an item others wait for who come before a line of
// an order, as earlier commands of the batch have left it.
func (b *Batch) Ahead(item int64, id order.ID, line int) int64 {
	sum := int64(0)
	for _, w := range b.waiting[item] {
		if w.Order == id && w.Line == line {
			break
		}
		q := w.Quantity
		if o := b.Order(w.Order); o != nil { // an earlier command may have served it
			q = o.Line(w.Line).Q[order.Backordered]
		}
		sum += q
	}
	return sum
}
