package httpapi

import (
	"encoding/base64"

	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
)

const deliverText = "With a name, a place or a file it proves the delivery: that is personal, kept beside the parcel and erased with the person."

// Handover says who took a parcel, when and where.
type Handover struct {
	ReceivedBy string `json:"received_by,omitempty" maxLength:"200"`
	At         string `json:"at,omitempty" format:"date-time" doc:"Now when left out."`
	Place      string `json:"place,omitempty" maxLength:"200" doc:"Where it was left." example:"with the neighbor"`
	File       string `json:"file,omitempty" doc:"A photo or a signature, a JPEG, PNG or WebP, in base64. A body has at most 1 MB; larger pictures, to 2 MB, are sent on the page of the order."`
}

// Proof is what proves a delivery.
type Proof struct {
	Parcel string `json:"parcel"`
	Handover
	Kind string `json:"kind,omitempty" doc:"Of the file, by what is in it." example:"image/png"`
	Size int64  `json:"size,omitempty"`
}

// proof reads what is told of a delivery; nil when nothing is.
func (in *Handover) proof(c *call) *fulfillment.Proof {
	if in == nil || *in == (Handover{}) {
		return nil
	}
	p := &fulfillment.Proof{Name: in.ReceivedBy, Place: in.Place}
	if in.At != "" {
		p.At = parseInstant("/at", in.At, &c.faults)
	}
	data, err := base64.StdEncoding.DecodeString(in.File)
	if err != nil {
		c.faults.Add("/file", "invalid_base64", "file is a picture in base64")
	}
	p.Data = data
	return p
}

func (a *api) deliverFulfillment(c *call, p *fulfillmentID, in *Handover) (FulfillmentWithParcels, error) {
	proof := in.proof(c)
	return workOn(c, p.ID, floor.Parcel, func(id fulfillment.ID) floor.ParcelCommand {
		return floor.ParcelCommand{Fulfillment: id, Act: "deliver", Proof: proof}
	})
}

func (a *api) deliverParcel(c *call, p *parcelID, in *Handover) (Parcel, error) {
	return c.moved(p.ID, floor.ParcelCommand{Act: "deliver", Proof: in.proof(c)})
}

func (a *api) getProof(c *call, p *parcelID, _ *none) (Proof, error) {
	x, err := a.getParcel(c, p, nil)
	if err != nil {
		return Proof{}, err
	}
	id, err := parcelByID(x.ID)
	if err != nil {
		return Proof{}, err
	}
	var f fulfillment.Proof
	err = c.read(func(r *store.Reader) error {
		var ok bool
		if f, ok, err = fulfillments.ProofOf(r, id); err == nil && !ok {
			err = fault.New(fault.NotFound, "no_proof", "nobody has told who took parcel %s", id)
		}
		return err
	})
	if err != nil {
		return Proof{}, err
	}
	return Proof{Parcel: id.String(), Handover: Handover{ReceivedBy: f.Name, At: instant(f.At), Place: f.Place, File: base64.StdEncoding.EncodeToString(f.Data)}, Kind: f.Kind, Size: f.Size}, nil
}
