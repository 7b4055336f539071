package edifact

import (
	"strings"
	"unicode"

	"orderly/internal/edi"
)

// builder puts a message together, segment by segment.
type builder struct {
	syntax *edi.Syntax
	list   []edi.Segment
}

// c is a composite: its components, released, without the empty ones at its
// end.
func (b *builder) c(parts ...string) string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = b.release(b.clean(p))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, string(rune(b.syntax.Component)))
}

// add writes a segment of elements that are already released.
func (b *builder) add(tag string, elements ...string) {
	for len(elements) > 0 && elements[len(elements)-1] == "" {
		elements = elements[:len(elements)-1]
	}
	b.list = append(b.list, edi.Segment{Tag: tag, Elements: elements, Position: len(b.list) + 1})
}

// release puts the release character before every character of the syntax.
func (b *builder) release(s string) string {
	y := b.syntax
	if !strings.ContainsAny(s, string([]byte{y.Element, y.Component, y.Release})+y.Segment) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == y.Element || c == y.Component || c == y.Release || c == y.Segment[0] {
			out.WriteByte(y.Release)
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// clean leaves what UNOC, the Latin alphabet of eight bits, has.
func (b *builder) clean(s string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case r > 0xff:
			return '.'
		}
		return r
	}, s), " ")
}

// lines breaks a text into at most so many pieces of a width, between words
// where it can; what does not fit is left out.
func lines(s string, width, most int) []string {
	var out []string
	rest := []rune(strings.TrimSpace(s))
	for len(rest) > 0 && len(out) < most {
		if len(rest) <= width {
			return append(out, string(rest))
		}
		cut, next := width, width
		for i := width; i > 0; i-- {
			if rest[i] == ' ' && rest[i-1] != ' ' {
				cut, next = i, i+1
				break
			}
		}
		out = append(out, string(rest[:cut]))
		rest = rest[next:]
	}
	return out
}

func (b *builder) date(code string, d edi.Date) {
	if d != "" {
		b.add("DTM", b.c(code, string(d), "102"))
	}
}

func (b *builder) reference(code, v string) {
	if v = b.clean(v); v != "" {
		b.add("RFF", b.c(code, v))
	}
}

func (b *builder) number(n edi.Number) string { return n.With(b.syntax.Decimal) }

// roles are the codes of NAD that say what a party is here; the first of a
// role is the one that is written.
var roles = []struct{ code, role string }{
	{"BY", edi.Buyer}, {"SU", edi.Seller}, {"SE", edi.Seller}, {"DP", edi.ShipTo}, {"ST", edi.ShipTo}, {"SF", edi.ShipFrom},
	{"IV", edi.BillTo}, {"PE", edi.RemitTo}, {"WH", edi.Warehouse}, {"CN", edi.Consignee},
}

// parties writes the segments NAD. A party that is named only has its name in
// the composite for it.
func (b *builder) parties(list []edi.Party) {
	for i := range list {
		p := &list[i]
		code := ""
		for _, r := range roles {
			if r.role == p.Role {
				code = r.code
				break
			}
		}
		id := ""
		if p.ID != "" {
			id = b.c(p.ID, "", or(p.Qualifier, "92"))
		}
		street := p.Street[:min(len(p.Street), 2)]
		b.add("NAD", code, id, "", b.c(lines(p.Name, 35, 5)...), b.c(street...), b.c(p.City), b.c(p.Region), b.c(p.Postal), b.c(p.Country))
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// item writes LIN with the number of the trade item, and what else an item is
// called and is.
func (b *builder) item(x *edi.Line, number, action string) {
	gtin := ""
	if x.GTIN != "" {
		gtin = b.c(x.GTIN, "EN")
	}
	b.add("LIN", b.c(number), action, gtin)
	if x.Buyer != "" {
		b.add("PIA", "1", b.c(x.Buyer, "IN"))
	}
	if x.Seller != "" {
		b.add("PIA", "1", b.c(x.Seller, "SA"))
	}
	if title := lines(x.Title, 35, 2); len(title) > 0 {
		b.add("IMD", "F", "", b.c(append([]string{"", "", ""}, title...)...))
	}
}

func (b *builder) quantity(code string, n edi.Number, unit string) {
	b.add("QTY", b.c(code, b.number(n), unit))
}

func (b *builder) money(code string, n edi.Number) {
	b.add("MOA", b.c(code, b.number(n)))
}

func (b *builder) price(n edi.Number) {
	if n != 0 {
		b.add("PRI", b.c("AAA", b.number(n)))
	}
}

func (b *builder) currency(code, kind string) {
	if code != "" {
		b.add("CUX", b.c("2", code, kind))
	}
}

// carrier writes TDT for the main carriage.
func (b *builder) carrier(scac, name string) {
	if name = b.clean(name); scac == "" && strings.TrimSpace(name) == "" {
		return
	}
	list, agency := "", ""
	if scac != "" {
		list, agency = "172", "182"
	}
	first := ""
	if l := lines(name, 35, 1); len(l) > 0 {
		first = l[0]
	}
	b.add("TDT", "20", "", "", "", b.c(scac, list, agency, first))
}
