package orders

import (
	"errors"
	"io"
	"net/http"

	"orderly/internal/access"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/web/shell"
)

// maxDeliver bounds the form of a delivery: a picture, and a few lines.
const maxDeliver = fulfillment.MaxProof + 64<<10

// proofs reads who took the parcels that the visitor may know of.
func (x *view) proofs(r *store.Reader, v *shell.Visit) (err error) {
	x.Proofs = nil
	if !v.May(access.FulfillmentRead) {
		return nil
	}
	var ids []fulfillment.ParcelID
	for _, p := range x.Parcels {
		if p.Status == "delivered" && v.Scope.Sees(int64(p.Location)) {
			ids = append(ids, p.ID)
		}
	}
	x.Proofs, err = fulfillments.Proofs(r, ids)
	return err
}

// delivers reports whether the visitor may say that a parcel has come.
func (x *view) delivers(v *shell.Visit, p *fulfillment.Parcel) bool {
	return p.Status == "shipped" && v.May(access.FulfillmentWrite) && v.Scope.Sees(int64(p.Location))
}

// deliverForm names the form in which somebody says that a parcel has come.
func deliverForm(p *fulfillment.Parcel) string { return "deliver-" + p.ID.String() }

func (x *view) parcel(id fulfillment.ParcelID) string {
	return "/orders/" + x.ID.String() + "/parcels/" + id.String()
}

// picture is where the picture of a delivery is read.
func (x *view) picture(id fulfillment.ParcelID) string { return x.parcel(id) + "/proof" }

func taker(v *shell.Visit, f fulfillment.Proof) string {
	if f.Name == "" {
		return v.T("order.taken")
	}
	return v.T("order.proof_of", "name", f.Name)
}

func noSuchParcel() error {
	return fault.New(fault.NotFound, "no_such_parcel", "the order has no such parcel")
}

// parcelOf is the parcel of the page's address.
func parcelOf(v *shell.Visit, r *store.Reader) (*fulfillment.Parcel, error) {
	of, err := orderID(v)
	if err != nil {
		return nil, err
	}
	id, err := fulfillment.ParseParcelID(v.Path("parcel"))
	if err != nil {
		return nil, noSuchParcel()
	}
	list, err := fulfillments.Parcels(r, []fulfillment.ParcelID{id})
	if err == nil && (len(list) == 0 || list[0].Order != of || !v.Scope.Sees(int64(list[0].Location))) {
		err = noSuchParcel()
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// proofPicture shows the picture of a delivery.
func proofPicture(v *shell.Visit) error {
	var f fulfillment.Proof
	err := v.Read(func(r *store.Reader) error {
		p, err := parcelOf(v, r)
		if err != nil {
			return err
		}
		f, _, err = fulfillments.ProofOf(r, p.ID)
		if err == nil && f.Size == 0 {
			err = fault.New(fault.NotFound, "no_such_file", "there is no picture of this delivery")
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.File(f.Kind, "delivery", f.Data)
}

// deliver says that a parcel has come, who took it and where, with a picture.
func deliver(v *shell.Visit) error {
	var p *fulfillment.Parcel
	err := v.Read(func(r *store.Reader) (err error) {
		p, err = parcelOf(v, r)
		return err
	})
	if err != nil {
		return err
	}
	c := floor.ParcelCommand{Parcel: p.ID, Act: "deliver"}
	data, err := sentPicture(v)
	if err != nil {
		return err
	}
	told := fulfillment.Proof{Name: v.Form("received_by"), Place: v.Form("place"), Data: data}
	if told.Name != "" || told.Place != "" || len(data) > 0 {
		c.Proof = &told
	}
	if _, err = shell.Do(v, floor.Parcel, c); err == nil {
		undo{Act: "parcels/" + p.ID.String() + "/undeliver"}.offer(v, p.Order)
	}
	return done(v, deliverForm(p), v.T("order.said_delivered"), err)
}

// sentPicture is the file of the form; one byte too many when it is too large,
// so that it is refused in words.
func sentPicture(v *shell.Visit) ([]byte, error) {
	upload, _, err := v.R.FormFile("file")
	var most *http.MaxBytesError
	switch {
	case errors.As(err, &most):
		return make([]byte, fulfillment.MaxProof+1), nil
	case err != nil:
		return nil, nil //nolint:nilerr // no file was chosen
	}
	defer upload.Close()
	return io.ReadAll(io.LimitReader(upload, fulfillment.MaxProof+1))
}

// undeliver takes back that a parcel has come.
func undeliver(v *shell.Visit) error {
	id, err := fulfillment.ParseParcelID(v.Path("parcel"))
	if err != nil {
		return noSuchParcel()
	}
	_, err = shell.Do(v, floor.Parcel, floor.ParcelCommand{Parcel: id, Act: "undeliver"})
	return done(v, "undeliver", v.T("order.said_undelivered"), err)
}
