package x12

import (
	"strconv"
	"strings"
	"unicode"

	"orderly/internal/edi"
)

// builder puts a set together, segment by segment.
type builder struct {
	syntax *edi.Syntax
	list   []edi.Segment
	faults []edi.Fault
}

// add writes a segment. Empty elements at its end are left out; a value that
// holds a separator, or a character that cannot be sent, is a fault, for X12
// has no way to say that a separator is meant as text.
func (b *builder) add(tag string, elements ...string) {
	for len(elements) > 0 && elements[len(elements)-1] == "" {
		elements = elements[:len(elements)-1]
	}
	g := edi.Segment{Tag: tag, Elements: elements, Position: len(b.list) + 1}
	for i, e := range elements {
		if b.clean(e) != e {
			b.faults = append(b.faults, edi.Fault{Kind: edi.BadCharacter, Code: "6", Segment: tag, Position: g.Position, Element: i + 1, Value: edi.Shown(e),
				Text: "the value holds a separator of this partner; agree on other separators or change the value"})
		}
	}
	b.list = append(b.list, g)
}

// clean makes blanks of what separates, and of what cannot be printed.
func (b *builder) clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && (byte(r) == b.syntax.Element || byte(r) == b.syntax.Component || b.syntax.Repeat != 0 && byte(r) == b.syntax.Repeat) || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	return strings.TrimRight(strings.ReplaceAll(s, b.syntax.Segment, " "), " ")
}

// text is free text: cleaned, and cut to what the standard takes.
func (b *builder) text(s string, most int) string {
	s = strings.TrimSpace(b.clean(s))
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most]))
	}
	return s
}

// parties writes the loops of N1.
func (b *builder) parties(list []edi.Party) {
	for i := range list {
		p := &list[i]
		code := partyCode(p.Role)
		qualifier := p.Qualifier
		if qualifier == "" && p.ID != "" {
			qualifier = "92"
		}
		b.add("N1", code, b.text(p.Name, 60), qualifier, p.ID)
		if len(p.Street) > 0 {
			var lines []string
			for _, v := range p.Street[:min(len(p.Street), 2)] {
				if v = b.text(v, 55); v != "" {
					lines = append(lines, v)
				}
			}
			if len(lines) > 0 {
				b.add("N3", lines...)
			}
		}
		if city := b.text(p.City, 30); city+p.Region+p.Postal+p.Country != "" {
			b.add("N4", city, p.Region, p.Postal, p.Country)
		}
	}
}

// codes are the pairs of qualifier and number by which an item is known.
func productPairs(x *edi.Line) []string {
	var out []string
	if x.Buyer != "" {
		out = append(out, "BP", x.Buyer)
	}
	if x.Seller != "" {
		out = append(out, "VP", x.Seller)
	}
	if x.GTIN != "" {
		out = append(out, gtinCode(x.GTIN), x.GTIN)
	}
	return out
}

// item writes a segment that ends with the pairs of an item.
func (b *builder) item(tag string, x *edi.Line, before ...string) {
	b.add(tag, append(before, productPairs(x)...)...)
}

func (b *builder) title(x *edi.Line) {
	if t := b.text(x.Title, 80); t != "" {
		b.add("PID", "F", "", "", "", t)
	}
}

// amount is a number, and nothing for zero.
func amount(n edi.Number) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

func hundredths(n edi.Number) string { return strconv.FormatInt(n.Hundredths(), 10) }

// dated writes a DTM when there is a date.
func (b *builder) dated(tag, code string, d edi.Date) {
	if d != "" {
		b.add(tag, code, string(d))
	}
}

// referred writes a REF or N9 when there is a value.
func (b *builder) referred(tag, code, v string) {
	if v != "" {
		b.add(tag, code, v)
	}
}

// unit is the unit of measure; each when none is told.
func unit(x *edi.Line) string {
	if x.Unit == "" {
		return "EA"
	}
	return x.Unit
}
