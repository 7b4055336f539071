package imports

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"orderly/internal/fault"
)

// MaxPurchaseRows are of one file of purchases: its rows are sorted by order and day
// before any is carried out, so they are all held at once.
const MaxPurchaseRows = 250_000

// PurchaseOrder is the rows of one purchase order. It is imported as a whole or not
// at all: when one row has an Err, all of them have.
type PurchaseOrder struct {
	Rows []Row[PurchaseRow]
	Err  error // of the first row that is at fault
}

// GatherPurchases reads a file of purchases to its end and gives its orders from the
// oldest to the newest, so that each finds the prices of those before it. Rows of one
// number are one order, wherever they stand. A row without a number goes on with the
// order above it, which is how some systems write them. A line that could not be read
// comes as an order of its own; it may have been part of the order above or below it,
// so both of those are refused too.
func GatherPurchases(rows *Rows[PurchaseRow]) ([]PurchaseOrder, error) {
	g := purchaseGroups{at: map[string]int{}}
	for n := 0; ; n++ {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == MaxPurchaseRows {
			return nil, fault.New(fault.TooLarge, "too_many_lines", "a file of purchases has at most %d lines; split it by year, and bring the oldest in first", MaxPurchaseRows)
		}
		g.add(row)
	}
	for i := range g.list {
		g.list[i].settle()
	}
	slices.SortStableFunc(g.list, func(a, b PurchaseOrder) int { return cmp.Compare(a.day(), b.day()) })
	return g.list, nil
}

// purchaseGroups are orders in the making, as they first appear in the file.
type purchaseGroups struct {
	list []PurchaseOrder
	at   map[string]int
	last int  // the order of the row above, where that could be read
	open bool // whether it could
	lost bool // whether the row above could not be read
}

func (g *purchaseGroups) add(row Row[PurchaseRow]) {
	v := &row.Value
	carried := v.ExternalID == "" && v.Supplier == "" && v.SupplierCode == "" && *v != PurchaseRow{}
	switch {
	case carried && g.open:
		g.list[g.last].carry(row)
		return
	case v.ExternalID == "":
		if row.Err == nil {
			row.Err = fault.New(fault.Invalid, "missing", "external_id: is empty")
		}
		if *v == (PurchaseRow{}) { // not even cut into cells
			if g.open {
				g.list[g.last].refuse(lostLine)
			}
			g.lost = true
		}
		g.list = append(g.list, PurchaseOrder{Rows: []Row[PurchaseRow]{row}, Err: row.Err})
		g.open = false
		return
	}
	i, known := g.at[v.ExternalID]
	if !known {
		i = len(g.list)
		g.list, g.at[strings.Clone(v.ExternalID)] = append(g.list, PurchaseOrder{}), i
	}
	g.list[i].put(row)
	if g.lost {
		g.list[i].refuse(lostLine)
	}
	g.last, g.open, g.lost = i, true, false
}

var lostLine = fault.New(fault.Invalid, "line_lost", "the line next to one of this order could not be read and may be part of it; mend that line and send the order again")

// carry adds a row that says of the order only what is its own; days of the order's
// first row are its too.
func (o *PurchaseOrder) carry(row Row[PurchaseRow]) {
	head, v := &o.Rows[0].Value, &row.Value
	v.ExternalID = head.ExternalID
	v.PromisedOn, v.CameOn = cmp.Or(v.PromisedOn, head.PromisedOn), cmp.Or(v.CameOn, head.CameOn)
	o.put(row)
}

// put adds a row, made whole by what the order's first row says. Beyond
// MaxOrderLines rows are kept to be told, and nothing else.
func (o *PurchaseOrder) put(row Row[PurchaseRow]) {
	o.Rows = append(o.Rows, row)
	n := len(o.Rows) - 1
	head, own := o.Rows[0].Value.purchaseHead(), o.Rows[n].Value.purchaseHead()
	var l fault.List
	for i := range own {
		switch name := purchases.columns[i].name; {
		case *own[i] == "":
			*own[i] = *head[i]
		case *own[i] != *head[i]:
			l.Add("/"+name, "contradicts", "is %s here and %s on the order's first row", quote(*own[i]), quote(*head[i]))
		}
	}
	if n == 0 && *own[purchaseSupplier] == "" && *own[purchaseSupplierCode] == "" {
		l.Add("/supplier", "missing", "is empty on the order's first row")
	}
	if o.Rows[n].Err == nil {
		o.Rows[n].Err = rowFault(&l)
	}
}

// settle refuses the sound rows of an order that has a faulty one, or too many.
func (o *PurchaseOrder) settle() {
	if len(o.Rows) > MaxOrderLines {
		o.refuse(fault.New(fault.TooLarge, "too_many_lines", "the order %s has more than %d rows; split it into several", quote(o.Rows[0].Value.ExternalID), MaxOrderLines))
	}
	for i := range o.Rows {
		if err := o.Rows[i].Err; err != nil {
			o.Err = err
			o.refuse(fault.New(fault.Invalid, "order_incomplete", "line %d of the same order has a fault; an order is imported as a whole", o.Rows[i].Line))
			return
		}
	}
}

// refuse gives every sound row the same fault.
func (o *PurchaseOrder) refuse(err error) {
	for i := range o.Rows {
		if o.Rows[i].Err == nil {
			o.Rows[i].Err = err
		}
	}
}

// day is when an order was sent, or when the first of it came.
func (o *PurchaseOrder) day() string {
	day := o.Rows[0].Value.SentOn
	for i := range o.Rows {
		if came := o.Rows[i].Value.CameOn; day == "" || came != "" && o.Rows[0].Value.SentOn == "" && came < day {
			day = came
		}
	}
	return day
}
