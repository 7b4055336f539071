package step

import (
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store/fulfillments"
)

// openParcels are the parcels of one order that are in the batch.
type openParcels struct {
	list []*fulfillment.Parcel
	all  bool // no other is in the books
}

func (b *Batch) parcelsAt(id order.ID) *openParcels {
	x := b.parcels[id]
	if x == nil {
		x = &openParcels{}
		b.parcels[id] = x
	}
	return x
}

// knowParcel takes a parcel into the batch that is not there yet.
func (b *Batch) knowParcel(p *fulfillment.Parcel) {
	if b.parcelByID[p.ID] == nil {
		b.parcelByID[p.ID] = p
		x := b.parcelsAt(p.Order)
		x.list = append(x.list, p)
	}
}

// Parcel is a parcel of the batch; nil when it is not there.
func (b *Batch) Parcel(id fulfillment.ParcelID) *fulfillment.Parcel { return b.parcelByID[id] }

// LoadParcels reads parcels with their whole orders.
func (b *Batch) LoadParcels(ids []fulfillment.ParcelID) error {
	found, err := fulfillments.Parcels(b.R, ids)
	if err != nil {
		return err
	}
	var of []order.ID
	for _, p := range found {
		b.knowParcel(p)
		of = append(of, p.Order)
	}
	return b.LoadOrders(of)
}

// LoadParcelsOf reads every parcel of loaded orders.
func (b *Batch) LoadParcelsOf(ids []order.ID) error {
	var missing []order.ID
	for _, id := range ids {
		if x := b.parcelsAt(id); !x.all {
			x.all = true
			missing = append(missing, id)
		}
	}
	found, err := fulfillments.ParcelsOfOrders(b.R, missing)
	for _, p := range found {
		b.knowParcel(p)
	}
	return err
}

// ParcelsOf are the parcels of an order that are in the batch, oldest first.
func (b *Batch) ParcelsOf(id order.ID) []*fulfillment.Parcel {
	x := b.parcelsAt(id)
	slices.SortFunc(x.list, func(p, q *fulfillment.Parcel) int { return int(max(-1, min(1, p.ID-q.ID))) })
	return x.list
}

// AddParcel adds a new parcel.
func (b *Batch) AddParcel(p *fulfillment.Parcel) {
	b.knowParcel(p)
	b.parcelsNew = append(b.parcelsNew, p)
}

// TouchParcel marks a loaded parcel as changed.
func (b *Batch) TouchParcel(p *fulfillment.Parcel) {
	if !slices.Contains(b.parcelsNew, p) {
		b.parcelsMod[p.ID] = true
	}
}

// recallParcels takes the parcels of a remembered order into the batch.
func (b *Batch) recallParcels(id order.ID, kept *remembered) {
	if !kept.parcels.all {
		return
	}
	b.parcelsAt(id).all = true
	for _, p := range kept.parcels.list {
		own := *p // its lines stay as they are from the first day on
		b.knowParcel(&own)
	}
}

// parcelsOf is what of an order's parcels can be remembered: all or none.
func (b *Batch) parcelsOf(id order.ID) openParcels {
	x := b.parcelsAt(id)
	if b.orders[id].was == nil { // it has those of this batch
		x.all = true
	}
	if !x.all {
		return openParcels{}
	}
	return openParcels{list: b.ParcelsOf(id), all: true}
}

// forgetParcels drops orders of which parcels alone were changed.
func (b *Batch) forgetParcels() {
	for id := range b.parcelsMod {
		of := b.parcelByID[id].Order
		if x := b.orders[of]; x == nil || x.was != nil && x.o.Version == x.was.Version {
			b.memory.forget(of)
		}
	}
}
