package httpapi

import (
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

const duplicateText = "Changes nothing: post the order of the answer, as it is or mended, to place it. Prices are the items' of today. " +
	"Units that were canceled are left out, unless all of the order was; discounts, fees, payments, notes, holds and the external_id are not repeated."

// OrderDuplicate is a request for an order like one that is there.
type OrderDuplicate struct {
	Order   NewOrder   `json:"order" doc:"What POST /v1/orders takes."`
	LeftOut []GoneLine `json:"left_out" doc:"Lines that cannot be ordered any more."`
}

// GoneLine is a line of an old order that cannot be ordered again.
type GoneLine struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Archived bool   `json:"archived" doc:"The item is there and not for sale; else nobody knows it any more."`
}

func (a *api) duplicateOrder(c *call, p *OrderID, _ *none) (OrderDuplicate, error) {
	out := OrderDuplicate{LeftOut: []GoneLine{}}
	id, err := orderByID(p.ID)
	if err != nil {
		return out, err
	}
	return out, c.read(func(r *store.Reader) error {
		v, err := viewOf(r, id)
		if err != nil {
			return err
		}
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		var asked order.Request
		for i := range v.order.Lines {
			asked.Lines = append(asked.Lines, order.RequestLine{SKU: v.order.Lines[i].SKU})
		}
		f := facts{request: &asked}
		if err := f.load(r, a.desk.DB.Now()); err != nil {
			return err
		}
		request, gone := order.Repeat(v.order, &f, m.Currency)
		out.Order = renderRequest(&request)
		out.LeftOut = out.LeftOut[:0]
		for _, g := range gone {
			out.LeftOut = append(out.LeftOut, GoneLine(g))
		}
		return nil
	})
}

// renderRequest is a request as it is sent.
func renderRequest(r *order.Request) NewOrder {
	out := NewOrder{Channel: r.Channel, Currency: r.Currency, Customer: NewCustomerRef{Contact: Contact(r.Parties.Customer)}, Tags: r.Tags, Lines: []NewLine{}}
	if r.CustomerID != 0 {
		out.Customer.ID = party.ID(r.CustomerID).String()
	}
	if a := renderAddress(&r.Parties.ShipTo); a != nil {
		out.ShipTo = *a
	}
	if a := renderAddress(&r.Parties.BillTo); a != nil {
		out.BillTo = *a
	}
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, NewLine{SKU: l.SKU, Quantity: l.Quantity, UnitPrice: l.Price.String()})
	}
	return out
}
