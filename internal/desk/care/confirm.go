package care

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// ConfirmCommand is the word of a customer that the parcels have come.
type ConfirmCommand struct{ Order order.ID }

// Confirm delivers every parcel of the order that is under way and of which the
// carrier has not reported it. The journal names the customer's link as who
// said so. Said again, it changes nothing.
var Confirm = step.Act[ConfirmCommand]{
	Name: "tracking.confirm", Permission: access.Track,
	Load: func(b *step.Batch, asked []desk.Asked[ConfirmCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		return b.LoadParcelsOf(ids)
	},
	Decide: decideConfirm,
}.Operation()

func decideConfirm(b *step.Batch, a desk.Asked[ConfirmCommand]) (desk.Result, error) {
	o, err := tracked(b, a.Scope, a.Command.Order)
	if err != nil {
		return desk.Result{}, err
	}
	var list []*fulfillment.Parcel
	for _, p := range b.ParcelsOf(o.ID) {
		if p.Status == "shipped" {
			list = append(list, p)
		}
	}
	if len(list) == 0 && !anyDelivered(b, o.ID) {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_under_way", "no parcel of order %d is under way yet", o.Number)
	}
	if len(list) == 0 {
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}, nil
	}
	var all order.Delta
	for _, p := range list {
		d, err := p.Step("deliver")
		if err != nil {
			return desk.Result{}, err
		}
		all.Moves, all.Parcels = append(all.Moves, d.Moves...), append(all.Parcels, d.Parcels...)
	}
	for _, p := range list {
		p.Apply("deliver", b.At)
		b.TouchParcel(p)
	}
	if err := b.Apply(a.Scope, journal.ParcelStepped+all.Parcels[0].Step, o.ID, &all); err != nil {
		return desk.Result{}, err
	}
	b.ConfirmLink(o.ID)
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
}

func anyDelivered(b *step.Batch, id order.ID) bool {
	return slices.ContainsFunc(b.ParcelsOf(id), func(p *fulfillment.Parcel) bool { return p.Status == "delivered" })
}

// tracked finds the one order that a customer's link opens.
func tracked(b *step.Batch, by access.Scope, id order.ID) (*order.Order, error) {
	o := b.Order(id)
	if o == nil || by.Order == 0 || by.Order != int64(id) {
		return nil, fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	return o, nil
}
