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
	"orderly/internal/order"
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
		if err := b.LoadParcels(ids); err != nil {
			return err
		}
		return b.LoadScans(ids)
	},
	Decide: decideScan,
}.Operation()

func decideScan(b *step.Batch, a desk.Asked[ScanCommand]) (desk.Result, error) {
	c := a.Command
	p := b.Parcel(c.Parcel)
	if p == nil || !a.Scope.Sees(int64(p.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %s", c.Parcel)
	}
	fresh := b.FreshScans(p.ID, c.Scans)
	if len(fresh) == 0 {
		return desk.Result{Kind: "par", ID: int64(p.ID), Seq: p.Version, Status: "unchanged"}, nil
	}
	b.AddScans(p.ID, fresh)
	typ, d := journal.ParcelScanned, order.Delta{Parcels: []order.ParcelStep{{ID: int64(p.ID), Step: fresh[len(fresh)-1].Code}}}
	arrived := slices.ContainsFunc(fresh, func(s fulfillment.Scan) bool { return s.Code == "delivered" })
	if arrived && p.Status == "shipped" {
		var err error
		if d, err = p.Step("deliver"); err != nil {
			return desk.Result{}, err
		}
		typ = journal.ParcelStepped + "delivered"
		p.Apply("deliver", b.At)
		b.TouchParcel(p)
	}
	if err := b.Apply(a.Scope, typ, p.Order, &d); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: "par", ID: int64(p.ID), Seq: p.Version, Status: "done"}, nil
}
