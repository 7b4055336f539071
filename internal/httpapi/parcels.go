package httpapi

import (
	"fmt"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
)

type parcelID struct {
	ID string `path:"id" example:"par_0pmnqh2000400"`
}

// NewScans adds reports about a parcel.
type NewScans struct {
	Scans []Scan `json:"scans" maxItems:"200"`
}

func noSuchParcel(text string) error {
	return fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %.40q; an id looks like par_0pmnqh2000400", text)
}

func parcelByID(text string) (fulfillment.ParcelID, error) {
	id, err := fulfillment.ParseParcelID(text)
	if err != nil {
		return 0, noSuchParcel(text)
	}
	return id, nil
}

func (a *api) getParcel(c *call, p *parcelID, _ *none) (Parcel, error) {
	id, err := parcelByID(p.ID)
	if err != nil {
		return Parcel{}, err
	}
	return c.parcel(id, 0)
}

// parcel renders a parcel with its scans, as it was at a version; 0 is now.
func (c *call) parcel(id fulfillment.ParcelID, version int64) (Parcel, error) {
	var found *fulfillment.Parcel
	var scans map[fulfillment.ParcelID][]fulfillment.Scan
	err := c.read(func(r *store.Reader) error {
		list, err := fulfillments.Parcels(r, []fulfillment.ParcelID{id})
		if err == nil && (len(list) == 0 || !c.scope.Sees(int64(list[0].Location))) {
			err = noSuchParcel(id.String())
		}
		if err != nil {
			return err
		}
		if version > 0 && list[0].Version > version {
			history, err := historyOf(r, list[0].Order, 0)
			if err != nil {
				return err
			}
			n, err := afterStep(history, int64(id), version)
			if err != nil {
				return err
			}
			if list, err = parcelsAfter(list, history[:n]); err != nil {
				return err
			}
		}
		found = list[0]
		scans, err = fulfillments.Scans(r, []fulfillment.ParcelID{id})
		return err
	})
	if err != nil {
		return Parcel{}, err
	}
	out := renderParcel(found)
	out.Scans = renderScans(scans[id])
	return out, nil
}

// moveParcel is the handler of an act on one parcel.
func moveParcel(act string) func(*call, *parcelID, *none) (Parcel, error) {
	return func(c *call, p *parcelID, _ *none) (Parcel, error) {
		return c.moved(p.ID, floor.ParcelCommand{Act: act})
	}
}

func (a *api) shipParcel(c *call, p *parcelID, in *Label) (Parcel, error) {
	return c.moved(p.ID, floor.ParcelCommand{Act: "ship", Carrier: in.Carrier, Tracking: in.Tracking})
}

func (c *call) moved(text string, cmd floor.ParcelCommand) (Parcel, error) {
	id, err := parcelByID(text)
	if err != nil {
		return Parcel{}, err
	}
	cmd.Parcel = id
	r, err := one(c, floor.Parcel, cmd)
	return c.stepped(id, r, err)
}

func (c *call) stepped(id fulfillment.ParcelID, r desk.Result, err error) (Parcel, error) {
	if err != nil {
		return Parcel{}, err
	}
	return c.parcel(id, r.Seq)
}

func (a *api) addScans(c *call, p *parcelID, in *NewScans) (Parcel, error) {
	id, err := parcelByID(p.ID)
	if err != nil {
		return Parcel{}, err
	}
	cmd := floor.ScanCommand{Parcel: id, Scans: make([]fulfillment.Scan, len(in.Scans))}
	for i, s := range in.Scans {
		cmd.Scans[i] = fulfillment.Scan{At: parseInstant(fmt.Sprintf("/scans/%d/at", i), s.At, &c.faults), Code: s.Code, Text: s.Text, Place: s.Place}
	}
	r, err := one(c, floor.Scan, cmd)
	return c.stepped(id, r, err)
}
