package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/desk/floor"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/walk"
)

const pdfType = "application/pdf"

// printed is a paper that was filled and can be drawn.
type printed interface{ PDF() ([]byte, error) }

// addPaper serves a route whose answer is a PDF. It is read on one snapshot
// and drawn when that is closed.
func addPaper[P any](a *api, r route, fill func(*call, *P) (func(*store.Reader, int64) (printed, error), error)) {
	r.answers = []int{http.StatusOK}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		b, err := c.paper(func() (func(*store.Reader, int64) (printed, error), error) { return fill(c, p) })
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", pdfType)
			w.Header().Set("Content-Disposition", "inline")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(b)
		}}, nil
	})
	usual := operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"]
	usual.Content = map[string]*huma.MediaType{pdfType: {Schema: &huma.Schema{Type: "string", Description: "The file."}}}
}

func (c *call) paper(begin func() (func(*store.Reader, int64) (printed, error), error)) ([]byte, error) {
	fill, err := begin()
	if err != nil {
		return nil, err
	}
	var p printed
	err = c.read(func(r *store.Reader) (err error) {
		p, err = fill(r, c.api.desk.DB.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.PDF()
}

// paperRoutes are the papers of the floor.
func (a *api) paperRoutes() {
	read := access.FulfillmentRead
	addPaper(a, route{method: "GET", path: "/v1/fulfillments/{id}/pick-list.pdf", id: "pickList", summary: "Print what to take off which shelf", needs: read, text: pickListText}, pickList)
	addPaper(a, route{method: "GET", path: "/v1/fulfillments/{id}/packing-slip.pdf", id: "packingSlip", summary: "Print what goes into the parcel", needs: read, text: slipText}, packingSlip)
	addPaper(a, route{method: "GET", path: "/v1/parcels/{id}/label.pdf", id: "parcelLabel", summary: "Print a plain address label, A6", needs: read}, parcelLabel)
	addPaper(a, route{method: "GET", path: "/v1/locations/{id}/handover.pdf", id: "handover", summary: "Print what the carrier takes along today", needs: read, text: handoverText}, handover)
	addPaper(a, route{method: "GET", path: "/v1/orders/{id}/receipt.pdf", id: "receipt", summary: "Print a receipt for the counter, 80 mm wide", needs: access.OrdersRead}, receipt)
	write := floor.Item.Permission
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/pick-item", id: "pickItem", summary: "Pick what a scanner read", needs: write, text: itemText}, scanItem(false))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/unpick-item", id: "unpickItem", summary: "Put back what a scanner read", needs: write, text: itemText}, scanItem(true))
}

const (
	pickListText = "With `also`, other fulfillments of the same location are on the same list: a wave, in one walk along the shelves."
	slipText     = "Of the newest parcel, or of the one that is named. Before packing it tells what will be in it."
	handoverText = "The parcels that are ready to leave and those that have left since midnight at the location, each carrier's on pages of its own, with count, weights and a place to sign."
	itemText     = "The code is a SKU or a barcode; a case of twelve counts as twelve. What does not belong here, or is more than is asked for, is refused with 409. " +
		"Send each scan with an Idempotency-Key of its own: sent again after a lost connection, it counts once."
)

type pickListQuery struct {
	ID   string   `path:"id" example:"ful_0pmnqh2000400"`
	Also []string `query:"also" maxItems:"199" doc:"Ids of other fulfillments, with commas."`
}

func pickList(_ *call, p *pickListQuery) (func(*store.Reader, int64) (printed, error), error) {
	var ids []fulfillment.ID
	for _, text := range append([]string{p.ID}, p.Also...) {
		id, err := fulfillmentByID(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return func(r *store.Reader, now int64) (printed, error) { return filled(walk.PickList(r, ids, now)) }, nil
}

// filled keeps a nil paper from being an interface that is not nil.
func filled[T printed](p T, err error) (printed, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

type slipQuery struct {
	ID     string `path:"id" example:"ful_0pmnqh2000400"`
	Parcel string `query:"parcel" maxLength:"40" doc:"Which of its parcels."`
}

func packingSlip(_ *call, p *slipQuery) (func(*store.Reader, int64) (printed, error), error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return nil, err
	}
	var parcel fulfillment.ParcelID
	if p.Parcel != "" {
		if parcel, err = parcelByID(p.Parcel); err != nil {
			return nil, err
		}
	}
	return func(r *store.Reader, now int64) (printed, error) { return filled(walk.Slip(r, id, parcel, now)) }, nil
}

func parcelLabel(_ *call, p *parcelID) (func(*store.Reader, int64) (printed, error), error) {
	id, err := parcelByID(p.ID)
	return func(r *store.Reader, now int64) (printed, error) { return filled(walk.Label(r, id, now)) }, err
}

type handoverQuery struct {
	ID      string `path:"id" doc:"The location's id, or its code as code:LEEDS." example:"loc_0pmnqh2000400"`
	Carrier string `query:"carrier" maxLength:"80" doc:"Only this carrier's."`
}

func handover(c *call, p *handoverQuery) (func(*store.Reader, int64) (printed, error), error) {
	l, err := c.locationRow(p.ID)
	if err != nil {
		return nil, err
	}
	return func(r *store.Reader, now int64) (printed, error) {
		return filled(walk.Handover(r, stock.LocationID(l.ID), p.Carrier, now))
	}, nil
}

type receiptQuery struct {
	ID string `path:"id" example:"ord_0pmnqh2000400"`
}

func receipt(_ *call, p *receiptQuery) (func(*store.Reader, int64) (printed, error), error) {
	id, err := orderByID(p.ID)
	return func(r *store.Reader, _ int64) (printed, error) { return filled(walk.Receipt(r, id)) }, err
}

// ScannedItem is what a scanner read.
type ScannedItem struct {
	Code     string `json:"code" maxLength:"80" example:"5012345678900" doc:"A SKU or a barcode."`
	Quantity int64  `json:"quantity,omitempty" minimum:"0" maximum:"1000000" doc:"How often it was read; once when left out."`
}

func scanItem(back bool) func(*call, *fulfillmentID, *ScannedItem) (FulfillmentWithParcels, error) {
	return func(c *call, p *fulfillmentID, in *ScannedItem) (FulfillmentWithParcels, error) {
		if in.Quantity < 0 {
			c.faults.Add("/quantity", "out_of_range", "quantity is not negative")
		}
		return workOn(c, p.ID, floor.Item, func(id fulfillment.ID) floor.ItemCommand {
			return floor.ItemCommand{Fulfillment: id, Code: in.Code, Quantity: in.Quantity, Back: back}
		})
	}
}
