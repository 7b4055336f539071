package floor

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
)

// ScanCommand adds reports about a parcel on its way.
type ScanCommand struct {
	Parcel fulfillment.ParcelID
	Scans  []fulfillment.Scan
}

// Scan keeps what carriers report. A scan that is there already changes
// nothing; "delivered" delivers the parcel if it is under way.
var Scan = step.Act[ScanCommand]{
	Name: "parcels.scan", Permission: access.FulfillmentWrite,
	Check: func(c *ScanCommand) error {
		var l fault.List
		if len(c.Scans) == 0 || len(c.Scans) > fulfillment.MaxScans {
			l.Add("/scans", "out_of_range", "give 1 to %d scans", fulfillment.MaxScans)
			return l.Err()
		}
		for i := range c.Scans {
			c.Scans[i].Check(fmt.Sprintf("/scans/%d", i), &l)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[ScanCommand]) error {
		ids := make([]fulfillment.ParcelID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Parcel
		}
		return b.LoadParcels(ids)
	},
	Decide: decideScan,
}.Operation()

func decideScan(b *step.Batch, a desk.Asked[ScanCommand]) (desk.Result, error) {
	c := a.Command
	p := b.Parcels[c.Parcel]
	if p == nil || !a.Scope.Sees(int64(p.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %s", c.Parcel)
	}
	b.AddScans(p.ID, c.Scans)
	arrived := slices.ContainsFunc(c.Scans, func(s fulfillment.Scan) bool { return s.Code == "delivered" })
	if arrived && p.Status == "shipped" {
		d, err := p.Step("deliver")
		if err != nil {
			return desk.Result{}, err
		}
		p.Apply("deliver", b.At)
		b.TouchParcel(p)
		if err := b.Apply(a.Scope, journal.ParcelStepped+"delivered", p.Order, &d); err != nil {
			return desk.Result{}, err
		}
	}
	return desk.Result{Kind: "par", ID: int64(p.ID), Seq: p.Version, Status: "done"}, nil
}
