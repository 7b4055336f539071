package x12

import (
	"strconv"
	"strings"

	"orderly/internal/edi"
)

// purposes are BEG01 and its like.
var purposes = map[string]string{"00": edi.Original, "05": edi.Replacement, "01": edi.Cancel, "03": edi.Cancel, "04": edi.Change}

func purposeCode(p string) string {
	switch p {
	case edi.Replacement:
		return "05"
	case edi.Cancel:
		return "01"
	case edi.Change:
		return "04"
	}
	return "00"
}

func purposeOf(code string) string {
	if p := purposes[code]; p != "" {
		return p
	}
	return edi.Original
}

func (r *reader) order() *edi.Order {
	o := &edi.Order{Purpose: edi.Original}
	skip, inLines := false, false
	var notes []string
	for i := range r.list {
		g := &r.list[i]
		if g.Tag == "PO1" {
			inLines = true
			x := edi.Line{Number: r.get(g, 1), Quantity: r.number(g, 2), Unit: r.get(g, 3), Price: r.number(g, 4)}
			r.pairs(&x, g, 6)
			o.Lines = append(o.Lines, x)
			continue
		}
		if inLines {
			r.orderDetail(o, g)
			continue
		}
		switch g.Tag {
		case "BEG":
			o.Purpose, o.DropShip = purposeOf(r.get(g, 1)), r.get(g, 2) == "DS"
			o.Number, o.Date = r.get(g, 3), r.date(g, 5)
		case "CUR":
			o.Currency = r.get(g, 2)
		case "REF":
			if code := r.get(g, 1); code == "CO" || code == "CR" {
				o.Customer = r.whole(g, 2)
			}
		case "DTM":
			if r.get(g, 1) == "002" {
				o.Requested = r.date(g, 2)
			}
		case "TD5":
			if o.Carrier == "" {
				o.Carrier = r.whole(g, 5)
			}
		case "MSG":
			notes = append(notes, r.whole(g, 1))
		case "MTX":
			notes = append(notes, r.whole(g, 2))
		case "N1", "N3", "N4":
			o.Parties = r.party(o.Parties, g, &skip)
		}
	}
	o.Note = strings.TrimSpace(strings.Join(notes, " "))
	return o
}

// orderDetail reads what follows the first line.
func (r *reader) orderDetail(o *edi.Order, g *edi.Segment) {
	x := &o.Lines[len(o.Lines)-1]
	switch g.Tag {
	case "PID":
		if x.Title == "" {
			x.Title = r.whole(g, 5)
		}
	case "AMT":
		if code := r.get(g, 1); code == "TT" || code == "1" {
			o.Total = r.number(g, 2)
		}
	}
}

func (b *builder) order(o *edi.Order) {
	kind := "SA"
	if o.DropShip {
		kind = "DS"
	}
	b.add("BEG", purposeCode(o.Purpose), kind, o.Number, "", string(o.Date))
	if o.Currency != "" {
		b.add("CUR", "BY", o.Currency)
	}
	b.referred("REF", "CO", o.Customer)
	b.dated("DTM", "002", o.Requested)
	if t := b.text(o.Carrier, 35); t != "" {
		b.add("TD5", "", "", "", "", t)
	}
	if t := b.text(o.Note, 264); t != "" {
		b.add("N9", "L1", "NOTES")
		b.add("MSG", t)
	}
	b.parties(o.Parties)
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item("PO1", x, x.Number, x.Quantity.String(), unit(x), amount(x.Price), "")
		b.title(x)
	}
	b.add("CTT", strconv.Itoa(len(o.Lines)))
	if o.Total != 0 {
		b.add("AMT", "TT", o.Total.String())
	}
}

// lineActions are POC02.
var lineActions = []struct{ code, action string }{
	{"AI", edi.LineAdd}, {"DI", edi.LineDelete}, {"QI", edi.LineMore}, {"QD", edi.LineLess}, {"PC", edi.LinePrice}, {"CA", edi.LineChange},
	{"PQ", edi.LineChange}, {"RZ", edi.LineChange}, {"CT", edi.LineChange}, {"CH", edi.LineChange}, {"CG", edi.LineChange},
}

func (r *reader) orderChange() *edi.OrderChange {
	o := &edi.OrderChange{Purpose: edi.Change}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "BCH":
			if purposeOf(r.get(g, 1)) == edi.Cancel {
				o.Purpose = edi.Cancel
			}
			o.Number, o.Change, o.Ordered, o.Date = r.get(g, 3), r.get(g, 5), r.date(g, 6), r.date(g, 11)
		case "POC":
			x := edi.ChangedLine{Action: edi.LineChange, Left: r.number(g, 4)}
			x.Number, x.Quantity, x.Unit, x.Price = r.get(g, 1), r.number(g, 3), r.get(g, 5), r.number(g, 6)
			for _, a := range lineActions {
				if a.code == r.get(g, 2) {
					x.Action = a.action
				}
			}
			r.pairs(&x.Line, g, 8)
			o.Lines = append(o.Lines, x)
		case "PID":
			if n := len(o.Lines); n > 0 && o.Lines[n-1].Title == "" {
				o.Lines[n-1].Title = r.whole(g, 5)
			}
		case "N1", "N3", "N4":
			if len(o.Lines) == 0 {
				o.Parties = r.party(o.Parties, g, &skip)
			}
		}
	}
	return o
}

func (b *builder) orderChange(o *edi.OrderChange) {
	purpose := "04"
	if o.Purpose == edi.Cancel {
		purpose = "01"
	}
	b.add("BCH", purpose, "SA", o.Number, "", o.Change, string(o.Ordered), "", "", "", "", string(o.Date))
	b.parties(o.Parties)
	for i := range o.Lines {
		x := &o.Lines[i]
		code := "CA"
		for _, a := range lineActions {
			if a.action == x.Action {
				code = a.code
				break
			}
		}
		b.item("POC", &x.Line, x.Number, code, x.Quantity.String(), x.Left.String(), unit(&x.Line), amount(x.Price), "")
		b.title(&x.Line)
	}
	b.add("CTT", strconv.Itoa(len(o.Lines)))
}
