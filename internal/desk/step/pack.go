package step

import (
	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// Pack puts picked units into one parcel and tells of it; without parts, all
// that is picked. The parcel brings its carrier, tracking number and weight.
func (b *Batch) Pack(by access.Scope, o *order.Order, f *fulfillment.Fulfillment, parts []fulfillment.Part, p fulfillment.Parcel) (*fulfillment.Parcel, error) {
	d, err := f.Pack(parts)
	if err != nil {
		return nil, err
	}
	p.ID, p.Fulfillment, p.Order, p.Location = fulfillment.ParcelID(b.NewID()), f.ID, o.ID, f.Location
	p.Status, p.PackedAt, p.Version = "packed", b.At, 1
	for _, m := range d.Moves {
		p.Lines = append(p.Lines, fulfillment.ParcelLine{Line: m.Line, Quantity: m.Quantity})
	}
	d.Parcels = []order.ParcelStep{{ID: int64(p.ID), Step: "packed"}}
	b.AddParcel(&p)
	return &p, b.Apply(by, journal.FulPacked, o.ID, &d)
}
