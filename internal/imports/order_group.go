package imports

import (
	"errors"
	"io"

	"orderly/internal/fault"
)

// Order is the rows of one order. It is imported as a whole or not at all:
// when one row has an Err, all of them have.
type Order struct {
	Rows []Row[OrderRow]
	Err  error // of the first row that is at fault
}

// Orders reads a file as orders. The rows of an order stand together; the same
// reference further down is another order, which the books refuse or know.
type Orders struct {
	rows  *Rows[orderCells]
	ahead Row[orderCells] // read and not given yet, unless err is set
	begun bool
	err   error
	lost  bool        // the line before ahead could not be read
	over  *orderCells // an order with too many rows, to know its others by
}

// orderCells are a row's texts before those of its order are filled in.
type orderCells struct {
	texts  [orderColumns]string
	custom map[string]string
}

// ReadOrders reads a file of order lines.
func ReadOrders(from Source, m Mapping) (*Orders, error) {
	rows, err := newRows(from, orders, m, func(c *cells) orderCells {
		return orderCells{[orderColumns]string(c.texts), c.custom}
	})
	if err != nil {
		return nil, err
	}
	return &Orders{rows: rows}, nil
}

// Unused are the columns of the file that fill nothing.
func (o *Orders) Unused() []string { return o.rows.Unused() }

// Next gives the next order, io.EOF after the last. A line that could not be
// read comes as an order of its own with one row. It may have been part of the
// order above or below it, so both of those are refused too: better no order
// than one that lacks a line.
func (o *Orders) Next() (Order, error) {
	if !o.begun {
		o.begun = true
		o.read()
	}
	if o.err != nil {
		return Order{}, o.err
	}
	if named(&o.ahead) {
		order := o.gather()
		if o.err != nil && !errors.Is(o.err, io.EOF) {
			return Order{}, o.err // the rest of this order was not read
		}
		return order, nil
	}
	lost := Row[OrderRow]{Line: o.ahead.Line, Raw: o.ahead.Raw, Err: o.ahead.Err}
	o.lost = true
	o.read()
	return Order{Rows: []Row[OrderRow]{lost}, Err: lost.Err}, nil
}

func (o *Orders) read() { o.ahead, o.err = o.rows.Next() }

// named is whether a row says which order it belongs to.
func named(r *Row[orderCells]) bool { return r.Value.texts[orderExternalID] != "" }

func (c *orderCells) continues(head *orderCells) bool {
	return c.texts[orderExternalID] == head.texts[orderExternalID] &&
		(c.texts[orderChannel] == "" || c.texts[orderChannel] == head.texts[orderChannel])
}

// gather takes the rows of one order, at most MaxOrderLines at a time.
func (o *Orders) gather() Order {
	head := o.ahead.Value
	lost := o.lost
	full := o.over != nil && head.continues(o.over)
	var out Order
	for o.err == nil && named(&o.ahead) && o.ahead.Value.continues(&head) {
		if len(out.Rows) == MaxOrderLines {
			full, o.over = true, &head
			break
		}
		out.Rows = append(out.Rows, o.row(&head, len(out.Rows) == 0))
		o.read()
	}
	o.lost = false
	lost = lost || o.err == nil && !named(&o.ahead)
	switch {
	case full:
		out.refuse(fault.New(fault.TooLarge, "too_many_lines",
			"the order %s has more than %d rows; split it into several", quote(head.texts[orderExternalID]), MaxOrderLines))
	case lost:
		out.refuse(fault.New(fault.Invalid, "line_lost",
			"the line next to this order could not be read and may be part of it; mend that line and send the order again"))
	}
	out.unite()
	return out
}

// row makes the ahead row whole by what the order's first row says.
func (o *Orders) row(head *orderCells, first bool) Row[OrderRow] {
	var l fault.List
	t := &o.ahead.Value.texts
	for i := range orderSKU {
		switch name := orders.columns[i].name; {
		case t[i] == "":
			t[i] = head.texts[i]
		case t[i] != head.texts[i]:
			l.Add("/"+name, "contradicts", "is %s here and %s on the order's first row", quote(t[i]), quote(head.texts[i]))
		}
		if first && t[i] == "" && (i == orderPlacedAt || i == orderCurrency) {
			l.Add("/"+orders.columns[i].name, "missing", "is empty on the order's first row")
		}
	}
	r := Row[OrderRow]{Line: o.ahead.Line, Raw: o.ahead.Raw, Err: o.ahead.Err, Value: orderRow(t, o.ahead.Value.custom)}
	if r.Err == nil {
		r.Err = rowFault(&l)
	}
	return r
}

func orderRow(t *[orderColumns]string, custom map[string]string) OrderRow {
	return OrderRow{
		Channel: t[orderChannel], ExternalID: t[orderExternalID], PlacedAt: t[orderPlacedAt], Currency: t[orderCurrency],
		Paid: t[orderPaid] == yes, CustomerID: t[orderCustomerID], Name: t[orderName], Email: t[orderEmail],
		Phone: t[orderPhone], Company: t[orderCompany],
		ShipTo: Address{
			Name: t[shipToName], Company: t[shipToCompany], Line1: t[shipToLine1], Line2: t[shipToLine2], City: t[shipToCity],
			Region: t[shipToRegion], PostalCode: t[shipToPostalCode], Country: t[shipToCountry], Phone: t[shipToPhone],
		},
		SKU: t[orderSKU], Title: t[orderTitle], Quantity: t[orderQuantity], UnitPrice: t[orderUnitPrice], Shipping: t[orderShipping], Custom: custom,
	}
}

// refuse gives every sound row the same fault.
func (o *Order) refuse(err error) {
	for i := range o.Rows {
		if o.Rows[i].Err == nil {
			o.Rows[i].Err = err
		}
	}
}

// unite refuses the sound rows of an order that has a faulty one.
func (o *Order) unite() {
	for i := range o.Rows {
		if err := o.Rows[i].Err; err != nil {
			o.Err = err
			o.refuse(fault.New(fault.Invalid, "order_incomplete",
				"line %d of the same order has a fault; an order is imported as a whole", o.Rows[i].Line))
			return
		}
	}
}
