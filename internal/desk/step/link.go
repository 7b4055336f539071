package step

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/store/tracking"
)

// LoadLinks reads the tracking links of orders.
func (b *Batch) LoadLinks(ids []order.ID) (err error) {
	b.links, err = tracking.Known(b.R, ids)
	return err
}

// Link is an order's tracking link as earlier commands have left it; the zero
// Link when there is none.
func (b *Batch) Link(id order.ID) tracking.Link { return b.links[id] }

// SaveLink keeps a link as it is now.
func (b *Batch) SaveLink(l tracking.Link) {
	b.links[l.Order] = l
	b.savedLinks = append(b.savedLinks, l.Order)
}

// ConfirmLink notes that an order's link was used to say that it has come.
func (b *Batch) ConfirmLink(id order.ID) { b.confirmed = append(b.confirmed, id) }

func (b *Batch) writeLinks() error {
	slices.Sort(b.savedLinks)
	var list []tracking.Link
	for _, id := range slices.Compact(b.savedLinks) {
		list = append(list, b.links[id])
	}
	if err := tracking.Save(b.tx, list); err != nil {
		return err
	}
	return tracking.Confirm(b.tx, b.confirmed)
}
