package edifact

import (
	"strings"

	"orderly/internal/edi"
)

// reader walks over the segments of a message.
type reader struct {
	syntax *edi.Syntax
	list   []edi.Segment
}

func (r *reader) get(g *edi.Segment, element, component int) string {
	return edi.Printed(part(r.syntax, g, element, component))
}

func (r *reader) number(g *edi.Segment, element, component int) edi.Number {
	v, _ := edi.ParseNumber(r.get(g, element, component))
	return v
}

// joined is the components of an element from one on, as one text.
func (r *reader) joined(g *edi.Segment, element, from, to int) string {
	var out []string
	for n := from; n <= to; n++ {
		if v := r.get(g, element, n); v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, " ")
}

// date reads DTM; the hour that a format has is left out.
func (r *reader) date(g *edi.Segment) (code string, d edi.Date) {
	v := r.get(g, 1, 2)
	if len(v) > 8 && r.get(g, 1, 3) != "101" {
		v = v[:8]
	}
	return r.get(g, 1, 1), edi.DateOf(v)
}

// party takes a NAD into the list, unless its role is none of ours.
func (r *reader) party(list []edi.Party, g *edi.Segment) []edi.Party {
	code := r.get(g, 1, 1)
	for _, role := range roles {
		if role.code != code {
			continue
		}
		p := edi.Party{Role: role.role, ID: r.get(g, 2, 1), Qualifier: r.get(g, 2, 3), Name: r.joined(g, 4, 1, 5),
			City: r.get(g, 6, 1), Region: r.get(g, 7, 1), Postal: r.get(g, 8, 1), Country: r.get(g, 9, 1)}
		for n := 1; n <= 2; n++ {
			if v := r.get(g, 5, n); v != "" {
				p.Street = append(p.Street, v)
			}
		}
		return append(list, p)
	}
	return list
}

// lineOf begins a line from LIN.
func (r *reader) lineOf(g *edi.Segment) edi.Line {
	x := edi.Line{Number: r.get(g, 1, 1)}
	r.named(&x, r.get(g, 3, 1), r.get(g, 3, 2))
	return x
}

// named takes a number of an item by its qualifier; the first of a kind stands.
func (r *reader) named(x *edi.Line, v, code string) {
	switch {
	case v == "":
	case (code == "EN" || code == "UP" || code == "SRV") && x.GTIN == "":
		x.GTIN = v
	case (code == "IN" || code == "BP") && x.Buyer == "":
		x.Buyer = v
	case (code == "SA" || code == "VP" || code == "VN") && x.Seller == "":
		x.Seller = v
	}
}

// described reads what every message says of a line in the same way.
func (r *reader) described(x *edi.Line, g *edi.Segment) {
	switch g.Tag {
	case "PIA":
		for n := 2; n <= 6; n++ {
			r.named(x, r.get(g, n, 1), r.get(g, n, 2))
		}
	case "IMD":
		if x.Title == "" {
			x.Title = r.joined(g, 3, 4, 5)
		}
	case "PRI":
		if code := r.get(g, 1, 1); code == "AAA" || code == "AAB" && x.Price == 0 {
			x.Price = r.number(g, 1, 2)
		}
	}
}

// quantity reads QTY when it is of the given kind.
func (r *reader) quantity(g *edi.Segment, code string) (n edi.Number, unit string, ok bool) {
	return r.number(g, 1, 2), r.get(g, 1, 3), r.get(g, 1, 1) == code
}

func (r *reader) carrier(g *edi.Segment) (scac, name string) {
	if r.get(g, 5, 2) == "172" || r.get(g, 5, 3) == "182" {
		scac = r.get(g, 5, 1)
	}
	return scac, r.get(g, 5, 4)
}
