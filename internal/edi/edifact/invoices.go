package edifact

import "orderly/internal/edi"

// freight is data element 7161 for what is paid for carriage.
const freight = "FC"

func (r *reader) invoice() *edi.Invoice {
	o := &edi.Invoice{}
	charge := ""
	for i := range r.list {
		g := &r.list[i]
		n := len(o.Lines)
		switch {
		case g.Tag == "LIN":
			charge = ""
			o.Lines = append(o.Lines, r.lineOf(g))
		case g.Tag == "ALC":
			charge = r.get(g, 5, 1)
		case g.Tag == "MOA":
			r.amount(o, g, charge)
		case n > 0 && g.Tag == "QTY":
			if v, unit, ok := r.quantity(g, invoiced); ok {
				o.Lines[n-1].Quantity, o.Lines[n-1].Unit = v, unit
			}
		case n > 0:
			r.described(&o.Lines[n-1], g)
		default:
			r.invoiceHead(o, g)
		}
	}
	return o
}

// amount reads the sums that are told of the whole, and what carriage costs.
func (r *reader) amount(o *edi.Invoice, g *edi.Segment, charge string) {
	switch v := r.number(g, 1, 2); r.get(g, 1, 1) {
	case "77", "9", "139":
		o.Total = v
	case "176":
		o.Tax = v
	case "8", "23":
		if charge == freight {
			o.Freight += v
		}
	}
}

func (r *reader) invoiceHead(o *edi.Invoice, g *edi.Segment) {
	switch g.Tag {
	case "BGM":
		o.Credit, o.Number = r.get(g, 1, 1) == "381", r.get(g, 2, 1)
	case "DTM":
		switch code, d := r.date(g); code {
		case documentDate:
			o.Date = d
		case orderDate:
			o.Ordered = d
		case "13":
			o.Due = d
		}
	case "RFF":
		if r.get(g, 1, 1) == "ON" {
			o.Order = r.get(g, 1, 2)
		}
	case "NAD":
		o.Parties = r.party(o.Parties, g)
	case "CUX":
		o.Currency = r.get(g, 1, 2)
	}
}

func (b *builder) invoice(o *edi.Invoice) {
	kind := "380"
	if o.Credit {
		kind = "381"
	}
	b.add("BGM", kind, b.c(o.Number), "9")
	b.date(documentDate, o.Date)
	b.reference("ON", o.Order)
	if b.clean(o.Order) != "" {
		b.date(orderDate, o.Ordered)
	}
	b.parties(o.Parties)
	b.currency(o.Currency, "4")
	if o.Due != "" {
		b.add("PAT", "3")
		b.date("13", o.Due)
	}
	if o.Freight != 0 {
		b.add("ALC", "C", "", "", "", b.c(freight))
		b.money("8", o.Freight)
	}
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item(x, x.Number, "")
		b.quantity(invoiced, x.Quantity, x.Unit)
		b.price(x.Price)
	}
	b.add("UNS", "S")
	b.count(len(o.Lines))
	b.money("77", o.Total)
	if o.Tax != 0 {
		b.money("176", o.Tax)
	}
}
