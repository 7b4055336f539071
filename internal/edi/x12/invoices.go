package x12

import (
	"strconv"

	"orderly/internal/edi"
)

// freight is the code of SAC02 for what is paid for carriage.
const freight = "D240"

func (r *reader) invoice() *edi.Invoice {
	o := &edi.Invoice{}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "BIG":
			o.Date, o.Number, o.Ordered, o.Order = r.date(g, 1), r.get(g, 2), r.date(g, 3), r.get(g, 4)
			o.Credit = r.get(g, 7) == "CR"
		case "CUR":
			o.Currency = r.get(g, 2)
		case "ITD":
			if d := r.date(g, 6); d != "" {
				o.Due = d
			}
		case "N1", "N3", "N4":
			if len(o.Lines) == 0 {
				o.Parties = r.party(o.Parties, g, &skip)
			}
		case "IT1":
			x := edi.Line{Number: r.get(g, 1), Quantity: r.number(g, 2), Unit: r.get(g, 3), Price: r.number(g, 4)}
			r.pairs(&x, g, 6)
			o.Lines = append(o.Lines, x)
		case "PID":
			if n := len(o.Lines); n > 0 && o.Lines[n-1].Title == "" {
				o.Lines[n-1].Title = r.whole(g, 5)
			}
		case "TDS", "TXI", "SAC":
			r.totals(o, g)
		}
	}
	return o
}

// totals reads the sums at the end, which X12 writes in hundredths.
func (r *reader) totals(o *edi.Invoice, g *edi.Segment) {
	switch {
	case g.Tag == "TDS":
		v, _ := strconv.ParseInt(r.get(g, 1), 10, 64)
		o.Total = edi.OfHundredths(v)
	case g.Tag == "TXI":
		o.Tax += r.number(g, 2)
	case r.get(g, 1) == "C" && r.get(g, 2) == freight:
		v, _ := strconv.ParseInt(r.get(g, 5), 10, 64)
		o.Freight += edi.OfHundredths(v)
	}
}

func (b *builder) invoice(o *edi.Invoice) {
	kind := "DI"
	if o.Credit {
		kind = "CR"
	}
	b.add("BIG", string(o.Date), o.Number, string(o.Ordered), o.Order, "", "", kind)
	if o.Currency != "" {
		b.add("CUR", "SE", o.Currency)
	}
	b.parties(o.Parties)
	if o.Due != "" {
		b.add("ITD", "01", "3", "", "", "", string(o.Due))
	}
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item("IT1", x, x.Number, x.Quantity.String(), unit(x), x.Price.String(), "")
		b.title(x)
	}
	b.add("TDS", hundredths(o.Total))
	if o.Tax != 0 {
		b.add("TXI", "TX", o.Tax.String())
	}
	if o.Freight != 0 {
		b.add("SAC", "C", freight, "", "", hundredths(o.Freight))
	}
	b.add("CTT", strconv.Itoa(len(o.Lines)))
}
