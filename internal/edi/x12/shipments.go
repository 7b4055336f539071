package x12

import (
	"strconv"

	"orderly/internal/edi"
)

// level is where the reader of a ship notice stands.
type level struct {
	code  string // S, O, P, I, of HL03
	order int    // index of the order that is open
	box   int    // index of its package
	above string // HL01 of the order
	boxed bool   // the package has a level of its own
}

func (r *reader) shipNotice() *edi.ShipNotice {
	o := &edi.ShipNotice{}
	at := level{order: -1, box: -1}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch {
		case g.Tag == "BSN":
			o.Number, o.Date, o.Time = r.get(g, 2), r.date(g, 3), hourMinute(r.get(g, 4))
		case g.Tag == "HL":
			r.enter(o, &at, g)
		case at.code == "S":
			r.shipmentLevel(o, g, &skip)
		case at.code == "O" && g.Tag == "PRF":
			o.Orders[at.order].Number, o.Orders[at.order].Date = r.get(g, 1), r.date(g, 4)
		case (at.code == "P" || at.code == "T") && g.Tag == "MAN":
			r.mark(&o.Orders[at.order].Packages[at.box], g)
		case at.code == "I":
			r.shippedLine(o, &at, g)
		}
	}
	return o
}

// hourMinute is a time without its seconds.
func hourMinute(s string) string {
	if edi.ValidTime(s) {
		return s[:4]
	}
	return ""
}

// enter opens the level that an HL names, and what must stand above it. An
// item directly beneath its order lies loose, even after a package.
func (r *reader) enter(o *edi.ShipNotice, at *level, g *edi.Segment) {
	at.code = r.get(g, 3)
	box, item := at.code == "P" || at.code == "T", at.code == "I"
	if at.code == "O" || at.order < 0 && (box || item) {
		o.Orders = append(o.Orders, edi.ShippedOrder{})
		at.order, at.box, at.above = len(o.Orders)-1, -1, r.get(g, 1)
	}
	loose := item && (at.box < 0 || at.boxed && r.get(g, 2) == at.above)
	if box || loose {
		of := &o.Orders[at.order]
		of.Packages = append(of.Packages, edi.Package{})
		at.box, at.boxed = len(of.Packages)-1, box
	}
	if item {
		in := &o.Orders[at.order].Packages[at.box]
		in.Lines = append(in.Lines, edi.Line{})
	}
}

func (r *reader) shipmentLevel(o *edi.ShipNotice, g *edi.Segment, skip *bool) {
	switch g.Tag {
	case "TD5":
		if r.get(g, 2) == "2" {
			o.SCAC = r.get(g, 3)
		}
		o.Carrier = r.whole(g, 5)
	case "REF":
		switch r.get(g, 1) {
		case "CN":
			o.Tracking = r.whole(g, 2)
		case "BM":
			o.Bill = r.whole(g, 2)
		}
	case "DTM":
		switch r.get(g, 1) {
		case "011":
			o.Shipped = r.date(g, 2)
		case "017":
			o.Expected = r.date(g, 2)
		}
	case "N1", "N3", "N4":
		o.Parties = r.party(o.Parties, g, skip)
	}
}

func (r *reader) mark(p *edi.Package, g *edi.Segment) {
	switch r.get(g, 1) {
	case "GM", "AI":
		p.SSCC = r.get(g, 2)
	case "CP", "CA":
		p.Tracking = r.get(g, 2)
	}
}

func (r *reader) shippedLine(o *edi.ShipNotice, at *level, g *edi.Segment) {
	lines := o.Orders[at.order].Packages[at.box].Lines
	x := &lines[len(lines)-1]
	switch g.Tag {
	case "LIN":
		x.Number = r.get(g, 1)
		r.pairs(x, g, 2)
	case "SN1":
		x.Quantity, x.Unit = r.number(g, 2), r.get(g, 3)
	case "PID":
		x.Title = r.whole(g, 5)
	}
}

func (b *builder) shipNotice(o *edi.ShipNotice) {
	time := o.Time
	if time == "" {
		time = "0000"
	}
	b.add("BSN", "00", o.Number, string(o.Date), time, "0001")
	n := 1
	b.add("HL", "1", "", "S")
	if o.SCAC != "" || o.Carrier != "" {
		qualifier := ""
		if o.SCAC != "" {
			qualifier = "2"
		}
		b.add("TD5", "", qualifier, o.SCAC, "", b.text(o.Carrier, 35))
	}
	b.referred("REF", "BM", o.Bill)
	b.referred("REF", "CN", o.Tracking)
	b.dated("DTM", "011", o.Shipped)
	b.dated("DTM", "017", o.Expected)
	b.parties(o.Parties)
	for i := range o.Orders {
		n++
		order := n
		b.add("HL", strconv.Itoa(n), "1", "O")
		b.add("PRF", o.Orders[i].Number, "", "", string(o.Orders[i].Date))
		for k := range o.Orders[i].Packages {
			n = b.packed(&o.Orders[i].Packages[k], n, order)
		}
	}
	b.add("CTT", strconv.Itoa(n))
}

// packed writes a package and what is in it; what lies loose stands directly
// beneath its order.
func (b *builder) packed(p *edi.Package, n, order int) int {
	parent := order
	if p.SSCC != "" || p.Tracking != "" {
		n++
		parent = n
		b.add("HL", strconv.Itoa(n), strconv.Itoa(order), "P")
		if p.SSCC != "" {
			b.add("MAN", "GM", p.SSCC)
		}
		if p.Tracking != "" {
			b.add("MAN", "CP", p.Tracking)
		}
	}
	for i := range p.Lines {
		x := &p.Lines[i]
		n++
		b.add("HL", strconv.Itoa(n), strconv.Itoa(parent), "I")
		b.item("LIN", x, x.Number)
		b.add("SN1", "", x.Quantity.String(), unit(x))
		b.title(x)
	}
	return n
}
