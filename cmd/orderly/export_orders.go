package main

import (
	"strconv"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// orderColumns are those that import reads, then what only Orderly knows.
var orderColumns = strings.Fields(`channel external_id placed_at currency paid customer_id customer_name email phone company
	ship_to_name ship_to_company ship_to_line1 ship_to_line2 ship_to_city ship_to_region ship_to_postal_code ship_to_country ship_to_phone
	sku title quantity unit_price
	orderly_id number line due_at stage payment fulfillment returns line_total discount tax order_total order_paid order_refunded
	canceled unsourced backordered allocated picked packed shipped delivered lost returned`)

// lineBuckets are the quantities at the end of a row.
var lineBuckets = [...]order.Bucket{
	order.Canceled, order.Unsourced, order.Backordered, order.Allocated, order.Picked, order.Packed, order.Shipped, order.Delivered, order.Lost, order.Returned,
}

// exportOrders gives orders newest first, from those that were taken into the
// books since the time given.
func exportOrders(x *export) source {
	var before order.ID
	from := order.ID(ident.First(instant(x.since)))
	return source{columns: orderColumns, page: func(r *store.Reader) ([]record, bool, error) {
		found, err := orders.List(r, orders.Filter{From: from, Before: before, Limit: exportPage})
		if err != nil || len(found.Rows) == 0 {
			return nil, false, err
		}
		ids := make([]order.ID, len(found.Rows))
		for i, row := range found.Rows {
			ids[i] = row.Order.ID
		}
		loaded, err := orders.Load(r, ids, orders.Parts{Party: true, Fees: true})
		if err != nil {
			return nil, false, err
		}
		list := make([]*order.Order, len(ids))
		for i, id := range ids {
			list[i] = loaded[id]
		}
		before = found.Next
		out, err := x.orders(r, list)
		return out, found.Next != 0, err
	}}
}

func (x *export) orders(r *store.Reader, list []*order.Order) ([]record, error) {
	if x.csv {
		return orderRows(r, list)
	}
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = int64(o.ID)
	}
	all, err := fulfillments.OfSources(r, ids)
	if err != nil {
		return nil, err
	}
	work := map[int64][]*fulfillment.Fulfillment{}
	for _, f := range all {
		work[f.Source] = append(work[f.Source], f)
	}
	out := make([]record, len(list))
	for i, o := range list {
		out[i].object = func() any { return x.shape.Order(o, work[int64(o.ID)]) }
	}
	return out, nil
}

// orderRows gives each order a row for each line that was asked for; the
// components of a bundle are within its line.
func orderRows(r *store.Reader, list []*order.Order) ([]record, error) {
	known, err := externalIDs(r, list)
	if err != nil {
		return nil, err
	}
	out := make([]record, len(list))
	for i, o := range list {
		head := orderHead(o, known[o.Customer])
		for n := range o.Lines {
			if l := &o.Lines[n]; l.Parent == 0 {
				out[i].rows = append(out[i].rows, append(head[:len(head):len(head)], lineCells(o, l)...))
			}
		}
	}
	return out, nil
}

// externalIDs are the names by which other systems know the orders' customers.
func externalIDs(r *store.Reader, list []*order.Order) (map[int64]string, error) {
	var ids []party.ID
	seen := map[int64]bool{0: true}
	for _, o := range list {
		if !seen[o.Customer] {
			seen[o.Customer] = true
			ids = append(ids, party.ID(o.Customer))
		}
	}
	found, err := customers.ByID(r, ids)
	out := map[int64]string{}
	for _, c := range found {
		out[int64(c.ID)] = c.ExternalID
	}
	return out, err
}

func orderHead(o *order.Order, customer string) []string {
	who, to := o.Party.Customer, o.Party.ShipTo
	return []string{
		text(o.Channel), text(o.ExternalID), timestamp(o.PlacedAt), o.Currency.Code(), strconv.FormatBool(o.Paid > 0 && o.Paid >= o.Totals.Total),
		text(customer), text(who.Name), text(who.Email), text(who.Phone), text(who.Company),
		text(to.Name), text(to.Company), text(to.Line1), text(to.Line2), text(to.City), text(to.Region), text(to.PostalCode), to.Country, text(to.Phone),
	}
}

func lineCells(o *order.Order, l *order.Line) []string {
	money := o.Currency.FormatAmount
	cells := []string{
		text(l.SKU), text(l.Title), decimal(l.Quantity, l.Scale), l.Price.String(),
		o.ID.String(), strconv.FormatInt(o.Number, 10), strconv.Itoa(l.N), timestamp(o.DueAt),
		o.Statuses.Stage, o.Statuses.Payment, o.Statuses.Fulfillment, o.Statuses.Return,
		money(l.Total), money(l.Discount), money(l.Tax), money(o.Totals.Total), money(o.Paid), money(o.Refunded),
	}
	q := o.Quantities(l)
	for _, b := range lineBuckets {
		cells = append(cells, decimal(q[b], l.Scale))
	}
	return cells
}
