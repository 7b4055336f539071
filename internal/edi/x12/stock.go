package x12

import (
	"strconv"

	"orderly/internal/edi"
)

func (r *reader) transferNotice() *edi.TransferNotice {
	o := &edi.TransferNotice{}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "W06":
			o.Number, o.Date, o.Shipment = r.get(g, 2), r.date(g, 3), r.get(g, 4)
		case "G62":
			if r.get(g, 1) == "17" {
				o.Expected = r.date(g, 2)
			}
		case "N1", "N3", "N4":
			o.Parties = r.party(o.Parties, g, &skip)
		case "W04":
			x := edi.Line{Number: strconv.Itoa(len(o.Lines) + 1), Quantity: r.number(g, 1), Unit: r.get(g, 2), GTIN: gtinOf(r.get(g, 3))}
			r.pairs(&x, sliceOf(g, 4, 7), 1)
			o.Lines = append(o.Lines, x)
		case "G69", "N9":
			if n := len(o.Lines); n > 0 {
				r.described(&o.Lines[n-1], g)
			}
		}
	}
	return o
}

func (b *builder) transferNotice(o *edi.TransferNotice) {
	b.add("W06", "N", o.Number, string(o.Date), o.Shipment)
	b.parties(o.Parties)
	b.dated("G62", "17", o.Expected)
	var total edi.Number
	for i := range o.Lines {
		x := &o.Lines[i]
		b.twoPairs("W04", x, x.Quantity)
		b.describe(x, strconv.Itoa(i+1))
		total += x.Quantity
	}
	b.add("W03", total.String())
}

// twoPairs writes an item whose segment has room for a number of twelve digits
// and two pairs.
func (b *builder) twoPairs(tag string, x *edi.Line, quantity edi.Number, after ...string) {
	y, code := *x, ""
	if len(x.GTIN) == 12 {
		y.GTIN, code = "", x.GTIN
	}
	pairs := productPairs(&y)
	if len(pairs) > 4 {
		b.faults = append(b.faults, edi.Fault{Kind: edi.ManyElements, Code: "3", Segment: tag, Position: len(b.list) + 1, Element: 8,
			Text: "the segment has room for two numbers of an item beside one of twelve digits"})
		pairs = pairs[:4]
	}
	pairs = append(pairs, "", "", "", "")[:4]
	b.add(tag, append(append([]string{quantity.String(), unit(x), code}, pairs...), after...)...)
}

func (r *reader) transferReceipt() *edi.TransferReceipt {
	o := &edi.TransferReceipt{}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		n := len(o.Lines)
		switch g.Tag {
		case "W17":
			o.Date, o.Number, o.Order, o.Shipment = r.date(g, 2), r.get(g, 3), r.get(g, 4), r.get(g, 5)
		case "N1", "N3", "N4":
			o.Parties = r.party(o.Parties, g, &skip)
		case "W07":
			x := edi.ReceivedLine{Lot: r.get(g, 8)}
			x.Number, x.Quantity, x.Unit, x.GTIN = strconv.Itoa(n+1), r.number(g, 1), r.get(g, 2), gtinOf(r.get(g, 3))
			r.pairs(&x.Line, sliceOf(g, 4, 7), 1)
			o.Lines = append(o.Lines, x)
		case "W13":
			if n > 0 && r.get(g, 3) == damaged {
				o.Lines[n-1].Damaged += r.number(g, 1)
			}
		case "G69", "N9":
			if n > 0 {
				r.described(&o.Lines[n-1].Line, g)
			}
		}
	}
	return o
}

// damaged is the receiving condition of W1303.
const damaged = "01"

func (b *builder) transferReceipt(o *edi.TransferReceipt) {
	b.add("W17", "F", string(o.Date), o.Number, o.Order, o.Shipment)
	b.parties(o.Parties)
	var good, bad edi.Number
	for i := range o.Lines {
		x := &o.Lines[i]
		b.twoPairs("W07", &x.Line, x.Quantity, x.Lot)
		b.describe(&x.Line, strconv.Itoa(i+1))
		if x.Damaged != 0 {
			b.add("W13", x.Damaged.String(), unit(&x.Line), damaged)
		}
		good, bad = good+x.Quantity, bad+x.Damaged
	}
	b.add("W14", good.String(), "", amount(bad))
}

// What QTY01 counts.
const (
	onHand    = "17"
	available = "33"
	unusable  = "20"
)

func (r *reader) stockReport() *edi.StockReport {
	o := &edi.StockReport{}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "BIA":
			o.Number, o.Date = r.get(g, 3), r.date(g, 4)
		case "N1", "N3", "N4":
			if len(o.Lines) == 0 {
				o.Parties = r.party(o.Parties, g, &skip)
			}
		case "LIN":
			x := edi.StockLine{}
			x.Number = r.get(g, 1)
			r.pairs(&x.Line, g, 2)
			o.Lines = append(o.Lines, x)
		case "PID", "QTY":
			if n := len(o.Lines); n > 0 {
				r.counted(&o.Lines[n-1], g)
			}
		}
	}
	return o
}

func (r *reader) counted(x *edi.StockLine, g *edi.Segment) {
	if g.Tag == "PID" {
		x.Title = r.whole(g, 5)
		return
	}
	if u := r.get(g, 3); u != "" {
		x.Unit = u
	}
	switch r.get(g, 1) {
	case onHand:
		x.Quantity = r.number(g, 2)
	case available:
		x.Available = r.number(g, 2)
	case unusable:
		x.Damaged = r.number(g, 2)
	}
}

func (b *builder) stockReport(o *edi.StockReport) {
	b.add("BIA", "00", "MB", o.Number, string(o.Date))
	b.parties(o.Parties)
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item("LIN", &x.Line, x.Number)
		b.title(&x.Line)
		b.add("QTY", onHand, x.Quantity.String(), unit(&x.Line))
		b.add("QTY", available, x.Available.String(), unit(&x.Line))
		if x.Damaged != 0 {
			b.add("QTY", unusable, x.Damaged.String(), unit(&x.Line))
		}
	}
	b.add("CTT", strconv.Itoa(len(o.Lines)))
}
