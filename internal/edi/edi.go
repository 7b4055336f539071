// Package edi is what the standards of electronic data interchange share: an
// interchange with its groups and messages, the separators it is written with,
// the grammar that a message is held against, the faults that name a segment,
// an element and a code, and the typed documents that the product speaks of.
//
// What belongs here is whatever X12 and EDIFACT have in common. What does not:
// their tags, codes and envelopes (edi/x12, edi/edifact), choosing between the
// two (edi/wire), partners and files (store/edi), and what a document does to
// an order (desk).
package edi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Standard names the family of a text.
type Standard string

// The standards that are read and written.
const (
	X12     Standard = "x12"
	Edifact Standard = "edifact"
)

// Limits on what is read. A text above one of them is refused as a whole.
const (
	MaxText     = 16 << 20 // bytes of one file
	MaxSegments = 250_000  // in one file
	MaxElements = 200      // in one segment
	MaxElement  = 8_192    // bytes of one element
	MaxMessages = 10_000   // in one file
	MaxFaults   = 200      // told of one message; the rest is counted
)

// Syntax is how a text is cut up. A zero byte means that the standard or the
// partner has no such character.
type Syntax struct {
	Element   byte
	Component byte
	Repeat    byte
	Release   byte   // makes the character after it an ordinary one; EDIFACT alone
	Decimal   byte   // '.' or ','
	Segment   string // the terminator, one character of any width
	Newline   string // what is written after each terminator
}

// Parts cuts a raw element into its components, each still released.
func (s *Syntax) Parts(raw string) []string {
	if s.Component == 0 || strings.IndexByte(raw, s.Component) < 0 {
		return []string{raw}
	}
	return s.cut(raw, s.Component)
}

// Repeats cuts a raw element into its repetitions.
func (s *Syntax) Repeats(raw string) []string {
	if s.Repeat == 0 || strings.IndexByte(raw, s.Repeat) < 0 {
		return []string{raw}
	}
	return s.cut(raw, s.Repeat)
}

// cut splits at a separator that no release character stands before.
func (s *Syntax) cut(raw string, at byte) []string {
	if s.Release == 0 || strings.IndexByte(raw, s.Release) < 0 {
		return strings.Split(raw, string(rune(at)))
	}
	var out []string
	from := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case s.Release:
			i++
		case at:
			out = append(out, raw[from:i])
			from = i + 1
		}
	}
	return append(out, raw[from:])
}

// Plain is a raw component as it is meant: without release characters and
// without the blanks that only fill a field.
func (s *Syntax) Plain(raw string) string {
	if s.Release == 0 || strings.IndexByte(raw, s.Release) < 0 {
		return strings.TrimRight(raw, " ")
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == s.Release && i+1 < len(raw) {
			i++
		}
		b.WriteByte(raw[i])
	}
	return strings.TrimRight(b.String(), " ")
}

// Printed is a value as a document has it: without the characters that nobody
// can print and without blanks at its end.
func Printed(s string) string {
	clean := func(r rune) bool { return !unicode.IsControl(r) && r != utf8.RuneError }
	for _, r := range s {
		if !clean(r) {
			s = strings.Map(func(r rune) rune {
				if clean(r) {
					return r
				}
				return ' '
			}, s)
			break
		}
	}
	return strings.TrimRight(s, " ")
}

// Segment is one line of a message: a tag and its elements as they were
// written. Position counts from one at the head of its message.
type Segment struct {
	Tag      string
	Elements []string
	Position int
}

// Raw is the n-th element, from one, as it was written; empty past the end.
func (g *Segment) Raw(n int) string {
	if n < 1 || n > len(g.Elements) {
		return ""
	}
	return g.Elements[n-1]
}

// Render writes segments as they were read, each ended as the syntax says.
func (s *Syntax) Render(b *strings.Builder, list []Segment) {
	for i := range list {
		b.WriteString(list[i].Tag)
		for _, e := range list[i].Elements {
			b.WriteByte(s.Element)
			b.WriteString(e)
		}
		b.WriteString(s.Segment)
		b.WriteString(s.Newline)
	}
}

// Text makes text of any bytes: what is not UTF-8 is read as Latin-1, which is
// what older systems send and what EDIFACT calls UNOC.
func Text(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	var b strings.Builder
	b.Grow(len(raw) + len(raw)/8)
	for _, c := range raw {
		b.WriteRune(rune(c))
	}
	return b.String()
}
