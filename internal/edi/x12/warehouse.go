package x12

import (
	"strconv"

	"orderly/internal/edi"
)

// shippingPurposes are W0501.
var shippingPurposes = map[string]string{"N": edi.Original, "R": edi.Replacement, "F": edi.Cancel, "C": edi.Change}

func (r *reader) shippingOrder() *edi.ShippingOrder {
	o := &edi.ShippingOrder{Purpose: edi.Original}
	skip := false
	lx := ""
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "W05":
			if p := shippingPurposes[r.get(g, 1)]; p != "" {
				o.Purpose = p
			}
			o.Number, o.Order = r.get(g, 2), r.get(g, 3)
		case "G62":
			switch r.get(g, 1) {
			case "10":
				o.Ship = r.date(g, 2)
			case "02":
				o.Deliver = r.date(g, 2)
			}
		case "NTE":
			if len(o.Lines) == 0 && o.Note == "" {
				o.Note = r.whole(g, 2)
			}
		case "W66":
			o.Carrier, o.SCAC = r.whole(g, 5), r.get(g, 10)
		case "N1", "N3", "N4":
			o.Parties = r.party(o.Parties, g, &skip)
		case "LX":
			lx = r.get(g, 1)
		case "W01":
			x := edi.Line{Number: lx, Quantity: r.number(g, 1), Unit: r.get(g, 2), GTIN: gtinOf(r.get(g, 3))}
			r.pairs(&x, g, 4)
			o.Lines = append(o.Lines, x)
		case "W76":
			o.Quantity = r.number(g, 1)
		case "G69", "N9":
			if n := len(o.Lines); n > 0 {
				r.described(&o.Lines[n-1], g)
			}
		}
	}
	return o
}

// gtinOf is a case code that is a trade item number; nothing otherwise.
func gtinOf(v string) string {
	if isGTIN(v) {
		return v
	}
	return ""
}

// described reads what follows a line of a warehouse's set.
func (r *reader) described(x *edi.Line, g *edi.Segment) {
	switch {
	case g.Tag == "G69" && x.Title == "":
		x.Title = r.whole(g, 1)
	case g.Tag == "N9" && r.get(g, 1) == "LI":
		x.Number = r.get(g, 2)
	}
}

// describe writes what follows a line of a warehouse's set; number is what its
// place in the set already says.
func (b *builder) describe(x *edi.Line, number string) {
	if t := b.text(x.Title, 45); t != "" {
		b.add("G69", t)
	}
	if x.Number != "" && x.Number != number {
		b.add("N9", "LI", x.Number)
	}
}

// caseCode is the element for a number of twelve digits; every other goes into
// a pair.
func (b *builder) coded(tag string, x *edi.Line, before ...string) {
	b.add(tag, append(append(before, ""), productPairs(x)...)...)
}

func (b *builder) shippingOrder(o *edi.ShippingOrder) {
	code := "N"
	for c, p := range shippingPurposes {
		if p == o.Purpose {
			code = c
		}
	}
	b.add("W05", code, o.Number, o.Order)
	b.parties(o.Parties)
	b.dated("G62", "10", o.Ship)
	b.dated("G62", "02", o.Deliver)
	if t := b.text(o.Note, 80); t != "" {
		b.add("NTE", "WHI", t)
	}
	if o.SCAC != "" || o.Carrier != "" {
		b.add("W66", "PP", "M", "", "", b.text(o.Carrier, 35), "", "", "", "", o.SCAC)
	}
	for i := range o.Lines {
		x := &o.Lines[i]
		n := strconv.Itoa(i + 1)
		b.add("LX", n)
		b.coded("W01", x, x.Quantity.String(), unit(x))
		b.describe(x, n)
	}
	if o.Quantity != 0 {
		b.add("W76", o.Quantity.String())
	}
}

func (r *reader) shippingAdvice() *edi.ShippingAdvice {
	o := &edi.ShippingAdvice{}
	skip := false
	lx := ""
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "W06":
			o.Number, o.Date, o.Shipment, o.Order = r.get(g, 2), r.date(g, 3), r.get(g, 4), r.get(g, 6)
		case "G62":
			if r.get(g, 1) == "11" {
				o.Date = r.date(g, 2)
			}
		case "W27":
			o.SCAC, o.Carrier = r.get(g, 2), r.whole(g, 3)
		case "N1", "N3", "N4":
			o.Parties = r.party(o.Parties, g, &skip)
		case "LX":
			lx = r.get(g, 1)
		case "W12":
			x := edi.AdvisedLine{Shipped: r.number(g, 3), Lot: r.get(g, 9)}
			x.Number, x.Quantity, x.Unit, x.GTIN = lx, r.number(g, 2), r.get(g, 5), gtinOf(r.get(g, 6))
			r.pairs(&x.Line, sliceOf(g, 7, 8), 1)
			r.pairs(&x.Line, g, 17)
			o.Lines = append(o.Lines, x)
		case "G69", "N9":
			if code := r.get(g, 1); g.Tag == "N9" && (code == "CN" || code == "2I") {
				o.Tracking = append(o.Tracking, r.whole(g, 2))
			} else if n := len(o.Lines); n > 0 {
				r.described(&o.Lines[n-1].Line, g)
			}
		}
	}
	return o
}

// sliceOf is a segment of some of another's elements.
func sliceOf(g *edi.Segment, from, to int) *edi.Segment {
	out := &edi.Segment{Tag: g.Tag}
	for n := from; n <= to; n++ {
		out.Elements = append(out.Elements, g.Raw(n))
	}
	return out
}

func (b *builder) shippingAdvice(o *edi.ShippingAdvice) {
	b.add("W06", "F", o.Number, string(o.Date), o.Shipment, "", o.Order)
	b.parties(o.Parties)
	for _, t := range o.Tracking {
		b.add("N9", "CN", t)
	}
	if o.SCAC != "" || o.Carrier != "" {
		b.add("W27", "M", o.SCAC, b.text(o.Carrier, 35))
	}
	var total edi.Number
	for i := range o.Lines {
		x := &o.Lines[i]
		n := strconv.Itoa(i + 1)
		b.add("LX", n)
		status := "CC"
		if x.Shipped < x.Quantity {
			status = "CP"
		}
		pairs := append(productPairs(&x.Line), "", "", "", "", "", "")
		elements := []string{status, x.Quantity.String(), x.Shipped.String(), (x.Quantity - x.Shipped).String(), unit(&x.Line), "", pairs[0], pairs[1], x.Lot, "", "", "", "", "", "", ""}
		b.add("W12", append(elements, pairs[2:6]...)...)
		b.describe(&x.Line, n)
		total += x.Shipped
	}
	b.add("W03", total.String())
}
