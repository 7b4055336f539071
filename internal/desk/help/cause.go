package help

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
	"orderly/internal/store/troubles"
	"orderly/internal/support"
	"orderly/internal/trouble"
)

// Causes proposes what may have caused a case, out of the record of its order.
func Causes(r *store.Reader, c *support.Case, now int64) ([]string, error) {
	if c.Order == 0 {
		return []string{}, nil
	}
	id := order.ID(c.Order)
	found, err := orders.Load(r, []order.ID{id}, orders.Parts{})
	o := found[id]
	if err != nil || o == nil {
		return []string{}, err
	}
	h := support.History{
		Now: now, DueAt: o.DueAt, Open: o.Sums.Open() > 0, Lost: o.Sums[order.Lost] > 0, Canceled: o.Sums[order.Canceled] > 0,
		Backordered: o.Sums[order.Backordered]+o.Sums[order.Unsourced] > 0,
	}
	parcels, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
	if err != nil {
		return nil, err
	}
	for _, p := range parcels {
		h.LateLeft = h.LateLeft || o.DueAt != 0 && p.ShippedAt > o.DueAt
		h.Overdue = h.Overdue || p.DeliveredAt == 0 && support.Overdue(p.ShippedAt, now)
	}
	back, err := returned.OfOrder(r, id)
	if err != nil {
		return nil, err
	}
	for _, x := range back {
		h.CameBack = h.CameBack || x.Origin == returns.Parcel
		h.Refused = h.Refused || x.State == returns.Refused
		for i := range x.Lines {
			h.Damaged = h.Damaged || x.Lines[i].Damaged+x.Lines[i].Scrapped > 0
			h.Owed = h.Owed || x.Lines[i].Quantity > x.Lines[i].Refunded && x.ReceivedAt != 0 && x.ClosedAt == 0
		}
	}
	list, err := troubles.OfOrders(r, []int64{c.Order})
	for _, t := range list {
		h.ShortPicked = h.ShortPicked || t.Kind == trouble.ShortPick
		h.Lost = h.Lost || t.Kind == trouble.Lost
		h.Payment = h.Payment || t.Kind == trouble.Payment
	}
	out := slices.Clip(append([]string{}, support.Propose(h)...))
	return out, err
}
