package edifact

import (
	"strconv"

	"orderly/internal/edi"
)

// box is a package that is being read, and the order that its lines name.
type box struct {
	edi.Package
	order string
	date  edi.Date
}

func (r *reader) shipNotice() *edi.ShipNotice {
	o := &edi.ShipNotice{}
	var boxes []box
	for i := range r.list {
		g := &r.list[i]
		switch {
		case g.Tag == "CPS":
			boxes = append(boxes, box{})
		case len(boxes) > 0:
			r.packed(&boxes[len(boxes)-1], g)
		default:
			r.shipmentHead(o, g)
		}
	}
	for i := range boxes {
		gather(o, &boxes[i])
	}
	return o
}

// gather puts a package beneath its order, which is the one before when that
// has the same number.
func gather(o *edi.ShipNotice, x *box) {
	if len(x.Lines) == 0 && x.SSCC == "" && x.Tracking == "" {
		return
	}
	n := len(o.Orders)
	if n == 0 || o.Orders[n-1].Number != x.order {
		o.Orders = append(o.Orders, edi.ShippedOrder{Number: x.order, Date: x.date})
		n++
	}
	o.Orders[n-1].Packages = append(o.Orders[n-1].Packages, x.Package)
}

func (r *reader) shipmentHead(o *edi.ShipNotice, g *edi.Segment) {
	switch g.Tag {
	case "BGM":
		o.Number = r.get(g, 2, 1)
	case "DTM":
		switch code, d := r.date(g); code {
		case documentDate:
			o.Date = d
			if v := r.get(g, 1, 2); len(v) >= 12 && edi.ValidTime(v[8:12]) {
				o.Time = v[8:12]
			}
		case "11":
			o.Shipped = d
		case "17":
			o.Expected = d
		}
	case "RFF":
		switch r.get(g, 1, 1) {
		case "BM":
			o.Bill = r.get(g, 1, 2)
		case "CN", "AAM":
			o.Tracking = r.get(g, 1, 2)
		}
	case "NAD":
		o.Parties = r.party(o.Parties, g)
	case "TDT":
		o.SCAC, o.Carrier = r.carrier(g)
	}
}

func (r *reader) packed(x *box, g *edi.Segment) {
	n := len(x.Lines)
	switch {
	case g.Tag == "LIN":
		x.Lines = append(x.Lines, r.lineOf(g))
	case n == 0:
		if g.Tag == "GIN" && r.get(g, 1, 1) == "BJ" {
			x.SSCC = r.get(g, 2, 1)
		}
		if g.Tag == "RFF" && r.get(g, 1, 1) == "CN" {
			x.Tracking = r.get(g, 1, 2)
		}
	case g.Tag == "QTY":
		if v, unit, ok := r.quantity(g, despatched); ok {
			x.Lines[n-1].Quantity, x.Lines[n-1].Unit = v, unit
		}
	case g.Tag == "RFF":
		if r.get(g, 1, 1) == "ON" {
			x.order = r.get(g, 1, 2)
		}
	case g.Tag == "DTM":
		if code, d := r.date(g); code == orderDate {
			x.date = d
		}
	default:
		r.described(&x.Lines[n-1], g)
	}
}

func (b *builder) shipNotice(o *edi.ShipNotice) {
	b.add("BGM", "351", b.c(o.Number), "9")
	if o.Time != "" && o.Date != "" {
		b.add("DTM", b.c(documentDate, string(o.Date)+o.Time, "203"))
	} else {
		b.date(documentDate, o.Date)
	}
	b.date("11", o.Shipped)
	b.date("17", o.Expected)
	b.reference("BM", o.Bill)
	b.reference("CN", o.Tracking)
	b.parties(o.Parties)
	b.carrier(o.SCAC, o.Carrier)
	b.add("CPS", "1")
	n, count := 1, 0
	for i := range o.Orders {
		of := &o.Orders[i]
		for k := range of.Packages {
			n++
			b.add("CPS", strconv.Itoa(n), "1")
			count = b.packed(of, &of.Packages[k], count)
		}
	}
	b.count(count)
}

// packed writes a package and what is in it.
func (b *builder) packed(of *edi.ShippedOrder, p *edi.Package, count int) int {
	if p.SSCC != "" || p.Tracking != "" {
		b.add("PAC", "1")
		b.add("PCI", "33E")
		b.reference("CN", p.Tracking)
		if p.SSCC != "" {
			b.add("GIN", "BJ", b.c(p.SSCC))
		}
	}
	for i := range p.Lines {
		x := &p.Lines[i]
		count++
		b.item(x, x.Number, "")
		b.quantity(despatched, x.Quantity, x.Unit)
		b.reference("ON", of.Number)
		if b.clean(of.Number) != "" {
			b.date(orderDate, of.Date)
		}
	}
	return count
}
