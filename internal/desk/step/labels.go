package step

import (
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store/fulfillments"
)

// Label is a carrier's number for a parcel.
type Label struct{ Carrier, Tracking string }

// LoadLabels reads which parcels under way have these numbers.
func (b *Batch) LoadLabels(labels []Label) error {
	by := map[string][]string{}
	for _, l := range labels {
		if l.Tracking != "" {
			by[l.Carrier] = append(by[l.Carrier], l.Tracking)
		}
	}
	for carrier, numbers := range by {
		found, err := fulfillments.ByTracking(b.R, carrier, numbers)
		if err != nil {
			return err
		}
		for _, p := range found {
			b.knowParcel(p)
		}
	}
	return nil
}

// FreeLabel refuses a number that another parcel under way has.
func (b *Batch) FreeLabel(l Label, own fulfillment.ParcelID) error {
	if l.Tracking == "" {
		return nil
	}
	for _, p := range b.parcelByID {
		if p.ID != own && p.Carrier == l.Carrier && p.Tracking == l.Tracking && p.DeliveredAt == 0 && p.Status != "unpacked" {
			return fault.New(fault.Conflict, "tracking_taken", "parcel %s, which is still under way, has the number %s of %s", p.ID, l.Tracking, l.Carrier)
		}
	}
	return nil
}
