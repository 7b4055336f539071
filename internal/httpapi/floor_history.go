package httpapi

import (
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/orders"
)

// workParts are the units that a request names.
func workParts(in []LinePart, faults *fault.List) []fulfillment.Part {
	var out []fulfillment.Part
	for i := range in {
		out = append(out, fulfillment.Part{Line: in[i].Line, Quantity: in[i].units(i, faults)})
	}
	return out
}

// atVersion is the order when a fulfillment of it reached a version.
func atVersion(now *orderView, parcels []*fulfillment.Parcel, history []journal.Entry, id fulfillment.ID, version int64) (*orderView, []*fulfillment.Parcel, error) {
	o, _, err := orders.FoldToVersion(now.order, history, id, version)
	if err != nil {
		return nil, nil, err
	}
	then := history[:o.Version]
	v, err := foldView(now, then)
	if err != nil {
		return nil, nil, err
	}
	parcels, err = parcelsAfter(parcels, then)
	return v, parcels, err
}

// acts are those that lead to what the journal tells of a parcel.
var acts = map[string]string{
	"unpacked": "unpack", "shipped": "ship", "unshipped": "unship", "delivered": "deliver", "undelivered": "undeliver", "lost": "lose", "found": "find",
}

// stepsOf are the steps of parcels that an entry tells; scans are none.
func stepsOf(e *journal.Entry) ([]order.ParcelStep, error) {
	if e.Type == journal.ParcelScanned {
		return nil, nil
	}
	d, err := order.DecodeDelta(e.Data)
	return d.Parcels, err
}

// afterStep is how many entries there were when a parcel reached a version:
// packing is the first, each step one more.
func afterStep(history []journal.Entry, parcel, version int64) (int, error) {
	for i := range history {
		steps, err := stepsOf(&history[i])
		if err != nil {
			return 0, err
		}
		for _, s := range steps {
			if s.ID == parcel {
				version--
			}
		}
		if version <= 0 {
			return i + 1, nil
		}
	}
	return len(history), nil
}

// parcelsAfter gives the parcels as the entries leave them. Labels are told as
// they are now: the journal does not hold them.
func parcelsAfter(now []*fulfillment.Parcel, history []journal.Entry) ([]*fulfillment.Parcel, error) {
	at := map[int64]*fulfillment.Parcel{}
	for _, p := range now {
		then := *p
		then.Status, then.ShippedAt, then.DeliveredAt, then.Version = "packed", 0, 0, 0
		at[int64(p.ID)] = &then
	}
	for i := range history {
		steps, err := stepsOf(&history[i])
		if err != nil {
			return nil, err
		}
		for _, s := range steps {
			p := at[s.ID]
			switch {
			case p == nil: // of another fulfillment, which was not asked for
			case s.Step == "packed":
				p.Version = 1
			default:
				p.Apply(acts[s.Step], history[i].At)
			}
		}
	}
	var out []*fulfillment.Parcel
	for _, p := range now {
		if then := at[int64(p.ID)]; then.Version > 0 {
			out = append(out, then)
		}
	}
	return out, nil
}
