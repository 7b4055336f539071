package httpapi

import (
	"net/http"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/listing"
	"orderly/internal/party"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// OrderID names an order in a path.
type OrderID struct {
	ID string `path:"id" example:"ord_0pmnqh2000400"`
}

// DryRun are the parameters of acts that can be tried.
type DryRun struct {
	Dry bool `query:"dry_run" doc:"true answers with what would be, and changes nothing."`
}

// maxID is above every id.
const maxID = int64(1<<63 - 1)

func (a *api) placeOrder(c *call, p *DryRun, in *NewOrder) (Order, error) {
	cmd := intake.PlaceCommand{Request: in.request(&c.faults)}
	do := one[intake.PlaceCommand]
	if p.Dry {
		do = preview[intake.PlaceCommand]
	}
	r, err := do(c, intake.Place, cmd)
	if err != nil {
		return Order{}, err
	}
	v, err := c.placed(r)
	if err != nil {
		return Order{}, err
	}
	out := c.renderOrder(v)
	switch {
	case p.Dry:
		c.status, out.DryRun = http.StatusOK, true
	case r.Status == "created":
		c.created("/v1/orders/" + out.ID)
	default:
		c.status = http.StatusOK
	}
	c.tag(v.order.EditVersion)
	return out, nil
}

// placeOrders places many orders; each row has an outcome of its own.
func (a *api) placeOrders(c *call, p *DryRun, in *OrderBatch) (Outcomes[Order], error) {
	b := newBatch[intake.PlaceCommand, Order](c, intake.Place, in.Orders)
	b.dryRun = p.Dry
	each(b, in.Orders, func(row *NewOrder, faults *fault.List) (intake.PlaceCommand, error) {
		return intake.PlaceCommand{Request: row.request(faults)}, nil
	})
	return b.run(func(_ int, r desk.Result) (Order, error) {
		v, err := c.placed(r)
		if err != nil {
			return Order{}, err
		}
		out := c.renderOrder(v)
		out.DryRun = p.Dry
		return out, nil
	})
}

// OrderPage is one page of a list of orders.
type OrderPage struct {
	Page[OrderRow]
	Partial bool `json:"partial,omitempty" doc:"Present and true when more SKUs begin like the last word of q than were looked at: write more of it."`
}

type orderQuery struct {
	Paging
	Q                 string    `query:"q" maxLength:"200" doc:"Words that must all be found: an order's number or id, external_id, SKU or tracking number; the customer's e-mail address, phone number, postal code, or words of names and companies. Case and accents make no difference. The last word, from three letters on, also finds what begins so. An order is found by its number at once, by its words a moment after it was placed."`
	SKU               string    `query:"sku" maxLength:"80" doc:"Only orders with a line of this item, bundles and their components included."`
	Status            string    `query:"status" enum:"open,completed,canceled"`
	PaymentStatus     string    `query:"payment_status" enum:"none,unpaid,partially_paid,paid,overpaid,partially_refunded,refunded"`
	FulfillmentStatus string    `query:"fulfillment_status" enum:"none,unfulfilled,backordered,partially_backordered,in_progress,partially_shipped,shipped,partially_delivered,delivered,lost"`
	ReturnStatus      string    `query:"return_status" enum:"none,requested,partially_returned,returned"`
	HoldStatus        string    `query:"hold_status" enum:"none,held"`
	Stage             []string  `query:"stage" enum:"on_hold,unsourced,backordered,in_work,shipped,delivered,lost,canceled" doc:"One or more, with commas."`
	Channel           string    `query:"channel" maxLength:"60"`
	ExternalID        string    `query:"external_id" maxLength:"200"`
	Number            int64     `query:"number" minimum:"1"`
	Customer          string    `query:"customer" doc:"A customer's id."`
	Tag               string    `query:"tag" maxLength:"60"`
	CreatedFrom       time.Time `query:"created_from" doc:"Placed into these books at or after: RFC 3339, to the millisecond."`
	CreatedTo         time.Time `query:"created_to" doc:"Placed into these books before: RFC 3339, to the millisecond."`
	PlacedFrom        string    `query:"placed_from" format:"date" doc:"Placed by the customer on or after this day, in the merchant's zone."`
	PlacedTo          string    `query:"placed_to" format:"date" doc:"Placed by the customer on or before this day, in the merchant's zone."`
	Location          string    `query:"location" maxLength:"60" doc:"Only orders that have open work at this location: code or id."`
	Due               string    `query:"due" enum:"late,today" doc:"Only open work that was promised for before now, or before the merchant's day ends; the soonest first."`
	Sort              string    `query:"sort" enum:"due" doc:"due lists open work by the moment that it is promised for, the soonest first. Orders that nothing was promised for, or that wait for stock, are not in it."`
}

// question is what the parameters ask for.
func (p *orderQuery) question(faults *fault.List) listing.Question {
	q := listing.Question{
		Q: p.Q, SKU: p.SKU, Status: p.Status, Payment: p.PaymentStatus, Fulfillment: p.FulfillmentStatus, Return: p.ReturnStatus, Hold: p.HoldStatus, Stages: p.Stage,
		Channel: p.Channel, ExternalID: p.ExternalID, Number: p.Number, Tag: p.Tag, Location: p.Location, Due: p.Due, Sort: p.Sort, CreatedFrom: p.CreatedFrom, CreatedTo: p.CreatedTo,
	}
	if p.Q != "" {
		var err error
		q.Words, err = search.Parse(p.Q)
		faults.AddError(parameterMark+"q", err)
	}
	if p.Customer != "" {
		id, err := party.ParseID(p.Customer)
		faults.AddError(parameterMark+"customer", err)
		q.Customer = int64(id)
	}
	q.PlacedFrom, q.PlacedTo = dayOf("placed_from", p.PlacedFrom, faults), dayOf("placed_to", p.PlacedTo, faults)
	return q
}

func dayOf(name, text string, faults *fault.List) int64 {
	if text == "" {
		return 0
	}
	day, ok := listing.Day(text)
	if !ok {
		faults.Add(parameterMark+name, "invalid_date", "a day such as 2026-01-31")
	}
	return day
}

func (a *api) listOrders(c *call, p *orderQuery, _ *none) (OrderPage, error) {
	cursor, err := p.text()
	if err != nil {
		return OrderPage{}, err
	}
	q := p.question(&c.faults)
	if err := c.parameters(); err != nil {
		return OrderPage{}, err
	}
	return c.listed(q, cursor, p.Limit)
}

// listed reads a page of orders.
func (c *call) listed(q listing.Question, cursor string, limit int) (OrderPage, error) {
	var found orders.Found
	err := c.read(func(r *store.Reader) error {
		now := time.UnixMicro(c.api.desk.DB.Now())
		if q.Due != "" { // nothing else asks for the merchant's day
			m, err := merchants.Get(r, r.M)
			if err != nil {
				return err
			}
			now = now.In(m.Location())
		}
		f, err := orders.FilterOf(r, q, now, limit)
		if err != nil {
			return err
		}
		if !f.Resume(cursor) {
			return badCursor()
		}
		found, err = orders.List(r, f)
		return err
	})
	return OrderPage{pageUntil(found.Rows, renderRow, found.Cursor()), found.Partial}, err
}

type orderGet struct {
	OrderID
	Expand []string `query:"expand" enum:"fulfillments,parcels,scans,entries,notes,payments,returns,customer" doc:"What to add, with commas. Fulfillments are there anyway; scans come with their parcels."`
}

func (a *api) getOrder(c *call, p *orderGet, _ *none) (Order, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Order{}, err
	}
	if err := mayExpand(c.scope, p.Expand); err != nil {
		return Order{}, err
	}
	var v *orderView
	var x expansion
	err = c.read(func(r *store.Reader) (err error) {
		if v, err = viewOf(r, id); err != nil {
			return err
		}
		return x.load(r, v.order, p.Expand)
	})
	if err != nil {
		return Order{}, err
	}
	out := c.renderOrder(v)
	if err := x.render(c, &out, p.Expand); err != nil {
		return Order{}, err
	}
	c.tag(v.order.EditVersion)
	return out, nil
}

// mayExpand refuses to add what has a scope of its own to a key without it.
func mayExpand(scope access.Scope, expand []string) error {
	if wants(expand, "entries") {
		if err := scope.Require(access.EntriesRead); err != nil {
			return err
		}
		if len(scope.Locations) > 0 {
			return restricted()
		}
	}
	if wants(expand, "customer") {
		return scope.Require(access.CustomersRead)
	}
	return nil
}

func wants(expand []string, one string) bool { return slices.Contains(expand, one) }
