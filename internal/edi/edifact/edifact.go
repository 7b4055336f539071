// Package edifact reads and writes UN/EDIFACT: interchanges of messages, held
// against the envelopes, segments and elements of directory D.96A, which its
// successors extend, and ORDERS, ORDRSP, DESADV and INVOIC as the documents of
// package edi. CONTRL answers an interchange.
//
// What belongs here is what EDIFACT alone knows: UNA to UNZ, tags, codes of
// CONTRL. What does not: functional groups (UNG), which nobody in the trade of
// goods sends any more and which are refused, partners and files, and any other
// standard.
package edifact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly/internal/edi"
	"orderly/internal/fault"
)

// Default is the syntax that stands when no UNA names another.
func Default() edi.Syntax {
	return edi.Syntax{Element: '+', Component: ':', Release: '?', Decimal: '.', Segment: "'", Newline: "\n"}
}

// Parse reads the interchanges of a text. It fails when the text cannot be cut
// into segments at all; whatever else is wrong stands in the interchange and
// its messages.
func Parse(text string) ([]edi.Interchange, error) {
	if standard, err := edi.Detect(text); err != nil {
		return nil, err
	} else if standard != edi.Edifact {
		return nil, fault.New(fault.Invalid, "edi_unknown", "this is %s, not EDIFACT", standard)
	}
	p := parser{text: strings.TrimPrefix(text, "\ufeff"), syntax: Default()}
	p.syntax.Newline = ""
	if err := p.run(); err != nil {
		return nil, err
	}
	p.end(nil)
	if len(p.out) == 0 {
		return nil, fault.New(fault.Invalid, "edi_unreadable", "after UNA no interchange (UNB) begins")
	}
	return p.out, nil
}

// parser walks over a text once.
type parser struct {
	text     string
	at       int
	segments int
	messages int
	syntax   edi.Syntax
	lead     string
	out      []edi.Interchange
	message  *edi.Message
	open     bool
}

func (p *parser) run() error {
	for {
		p.skip()
		if p.at == len(p.text) {
			return nil
		}
		if strings.HasPrefix(p.text[p.at:], "UNA") {
			if err := p.service(); err != nil {
				return err
			}
			continue
		}
		g, err := p.next()
		if err != nil {
			return err
		}
		if err := p.take(g); err != nil {
			return err
		}
	}
}

func (p *parser) skip() {
	for p.at < len(p.text) && strings.IndexByte(" \r\n\t\x1a", p.text[p.at]) >= 0 {
		p.at++
	}
}

// newline is the line break at the present place.
func (p *parser) newline() string {
	for _, n := range []string{"\r\n", "\n"} {
		if strings.HasPrefix(p.text[p.at:], n) {
			return n
		}
	}
	return ""
}

// service reads UNA: the six characters after it are the separators.
func (p *parser) service() error {
	rest := p.text[p.at:]
	if len(rest) < 9 {
		return fault.New(fault.Invalid, "edi_unreadable", "the separators after UNA are cut off; six characters stand there")
	}
	u := rest[3:9]
	marks := []byte{u[0], u[1], u[3], u[5]}
	if u[3] == ' ' {
		marks = []byte{u[0], u[1], u[5]}
	}
	slices.Sort(marks)
	for i, c := range marks {
		if c <= ' ' || c >= utf8.RuneSelf || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || i > 0 && marks[i-1] == c {
			return fault.New(fault.Invalid, "edi_unreadable", "the separators after UNA (%q) cannot be told from text, or from each other", edi.Shown(u))
		}
	}
	p.syntax = edi.Syntax{Component: u[0], Element: u[1], Decimal: u[2], Release: u[3], Segment: u[5:6]}
	if u[3] == ' ' {
		p.syntax.Release = 0
	}
	if p.syntax.Decimal != ',' {
		p.syntax.Decimal = '.'
	}
	p.at += 9
	p.lead = "UNA" + u + p.newline()
	return nil
}

// next cuts the segment at the present place.
func (p *parser) next() (edi.Segment, error) {
	end := p.terminator()
	raw := p.text[p.at:]
	if end < 0 {
		raw = p.whole(strings.TrimRight(raw, " \r\n\t\x1a"))
		p.at = len(p.text)
	} else {
		raw = p.text[p.at:end]
		p.at = end + 1
	}
	p.segments++
	tooLarge := func(format string, args ...any) (edi.Segment, error) {
		return edi.Segment{}, fault.New(fault.TooLarge, "edi_too_large", format, args...)
	}
	if p.segments > edi.MaxSegments {
		return tooLarge("the file has more than %d segments", edi.MaxSegments)
	}
	words := p.elements(raw)
	if len(words) > edi.MaxElements+1 {
		return tooLarge("segment %d has more than %d elements", p.segments, edi.MaxElements)
	}
	for i, w := range words {
		if len(w) > edi.MaxElement {
			return tooLarge("segment %d, element %d has more than %d bytes; is a terminator missing?", p.segments, i, edi.MaxElement)
		}
	}
	return edi.Segment{Tag: words[0], Elements: words[1:]}, nil
}

// whole is a segment without a release character at its end, which releases
// nothing.
func (p *parser) whole(raw string) string {
	n := 0
	for p.syntax.Release != 0 && n < len(raw) && raw[len(raw)-1-n] == p.syntax.Release {
		n++
	}
	return raw[:len(raw)-n%2]
}

// terminator finds where the segment ends; a released one does not end it.
func (p *parser) terminator() int {
	stop, release := p.syntax.Segment[0], p.syntax.Release
	for i := p.at; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == stop:
			return i
		case release != 0 && c == release:
			i++
		}
	}
	return -1
}

// elements cuts a segment where no release character stands before.
func (p *parser) elements(raw string) []string {
	s := p.syntax
	s.Component = s.Element
	return s.Parts(raw)
}

func (p *parser) take(g edi.Segment) error {
	if g.Tag != "UNB" && len(p.out) == 0 {
		return fault.New(fault.Invalid, "edi_no_envelope", "the text begins with %s: the envelope around it (UNB … UNZ) is missing", edi.Shown(g.Tag))
	}
	switch g.Tag {
	case "UNB":
		p.end(nil)
		p.syntax.Newline = p.newline()
		p.out = append(p.out, interchangeOf(g, p.syntax, p.lead))
		p.lead, p.open = "", true
	case "UNZ":
		p.end(&g)
	case "UNH":
		p.endMessage(nil)
		if p.messages++; p.messages > edi.MaxMessages {
			return fault.New(fault.TooLarge, "edi_too_large", "the file has more than %d messages", edi.MaxMessages)
		}
		p.start(g)
	case "UNT":
		p.endMessage(&g)
	default:
		p.body(g)
	}
	return nil
}

func (p *parser) current(g edi.Segment) *edi.Interchange {
	x := &p.out[len(p.out)-1]
	if !p.open {
		envelopeFault(x, edi.Misplaced, "33", g.Tag, 0, "", edi.Shown(g.Tag)+" stands after the end of the interchange")
	}
	return x
}

func (p *parser) start(g edi.Segment) {
	g.Position = 1
	x := p.current(g)
	if len(x.Groups) == 0 {
		x.Groups = append(x.Groups, edi.Group{Control: x.Control})
	}
	of := x.Syntax.Parts(g.Raw(2))
	version := ""
	if len(of) > 2 {
		version = x.Syntax.Plain(of[1]) + "." + x.Syntax.Plain(of[2])
	}
	group := &x.Groups[0]
	group.Messages = append(group.Messages, edi.Message{Type: x.Syntax.Plain(of[0]), Version: version, Control: x.Syntax.Plain(g.Raw(1)), Segments: []edi.Segment{g}})
	p.message = &group.Messages[len(group.Messages)-1]
}

func (p *parser) body(g edi.Segment) {
	if p.message == nil {
		envelopeFault(p.current(g), edi.Misplaced, "33", edi.Shown(g.Tag), 0, "", edi.Shown(g.Tag)+" stands outside of a message (UNH … UNT)")
		return
	}
	g.Position = len(p.message.Segments) + 1
	p.message.Segments = append(p.message.Segments, g)
}

func envelopeFault(x *edi.Interchange, kind edi.Kind, code, segment string, element int, value, text string) {
	if len(x.Faults) < edi.MaxFaults {
		x.Faults = append(x.Faults, edi.Fault{Kind: kind, Code: code, Segment: segment, Element: element, Value: edi.Shown(value), Text: text})
	}
}

// part is a component of an element as it is meant; both count from one.
func part(s *edi.Syntax, g *edi.Segment, element, component int) string {
	parts := s.Parts(g.Raw(element))
	if component > len(parts) {
		return ""
	}
	return s.Plain(parts[component-1])
}

func interchangeOf(g edi.Segment, s edi.Syntax, lead string) edi.Interchange {
	of := func(element, component int) string { return part(&s, &g, element, component) }
	x := edi.Interchange{
		Standard: edi.Edifact, Syntax: s, Lead: lead, Head: []edi.Segment{g},
		Sender:   edi.Address{ID: of(2, 1), Qualifier: of(2, 2)},
		Receiver: edi.Address{ID: of(3, 1), Qualifier: of(3, 2)},
		Date:     of(4, 1), Time: of(4, 2), Control: of(5, 1), Version: of(1, 1) + ":" + of(1, 2),
		Asked: of(9, 1) == "1", Test: of(11, 1) == "1",
	}
	g.Position = 0
	dictionary.Check(&g, &s, func(f edi.Fault) {
		f.Code = codes[f.Kind]
		x.Faults = append(x.Faults, f)
	})
	if len(x.Version) < 4 || x.Version[:3] != "UNO" {
		envelopeFault(&x, edi.BadHeader, "2", "UNB", 1, x.Version, fmt.Sprintf("%q is no syntax; UNOA:2 to UNOY:4 are", edi.Shown(x.Version)))
	}
	return x
}

// end closes the open interchange.
func (p *parser) end(g *edi.Segment) {
	p.endMessage(nil)
	if !p.open {
		if g != nil {
			p.current(*g)
		}
		return
	}
	p.open = false
	x := &p.out[len(p.out)-1]
	n := 0
	if len(x.Groups) > 0 {
		n = len(x.Groups[0].Messages)
	} else {
		envelopeFault(x, edi.Empty, "32", "UNB", 0, "", "the interchange holds no message")
	}
	if g == nil {
		envelopeFault(x, edi.NoTrailer, "13", "UNZ", 0, "", "the interchange ends without UNZ")
		return
	}
	x.Tail = []edi.Segment{*g}
	if stated := x.Syntax.Plain(g.Raw(1)); !edi.SameNumber(stated, strconv.Itoa(n)) {
		envelopeFault(x, edi.CountDiffers, "29", "UNZ", 1, stated, fmt.Sprintf("UNZ counts %s messages; there are %d", edi.Shown(stated), n))
	}
	if control := x.Syntax.Plain(g.Raw(2)); control != x.Control {
		envelopeFault(x, edi.ControlDiffers, "28", "UNZ", 2, control, fmt.Sprintf("UNB has the reference %s, UNZ has %s", edi.Shown(x.Control), edi.Shown(control)))
	}
}

// endMessage closes the open message and holds it against its rules.
func (p *parser) endMessage(g *edi.Segment) {
	m := p.message
	if m == nil {
		if g != nil {
			p.body(*g)
		}
		return
	}
	p.message = nil
	x := &p.out[len(p.out)-1]
	if g == nil {
		m.Tell(edi.Fault{Kind: edi.NoTrailer, Segment: "UNT", Position: len(m.Segments) + 1, Text: "the message ends without UNT"}, codes)
	} else {
		g.Position = len(m.Segments) + 1
		m.Segments = append(m.Segments, *g)
		m.Trailer(&x.Syntax, "UNH", "the reference", codes)
	}
	others := x.Groups[0].Messages[:len(x.Groups[0].Messages)-1]
	if slices.ContainsFunc(others, func(o edi.Message) bool { return o.Control == m.Control }) {
		m.Tell(edi.Fault{Kind: edi.ControlBad, Segment: "UNH", Position: 1, Element: 1, Value: edi.Shown(m.Control), Text: "the reference " + edi.Shown(m.Control) + " comes twice in the interchange"}, codes)
	}
	check(m, &x.Syntax)
}

// check holds a message against its grammar and its segments against theirs.
func check(m *edi.Message, s *edi.Syntax) {
	tell := func(f edi.Fault) { m.Tell(f, codes) }
	grammar, ok := messages[m.Type]
	if !ok {
		tell(edi.Fault{Kind: edi.NotSupported, Segment: "UNH", Position: 1, Element: 2, Component: 1, Value: edi.Shown(m.Type), Text: "the message " + edi.Shown(m.Type) + " is not read here"})
		return
	}
	for i := range m.Segments {
		dictionary.Check(&m.Segments[i], s, tell)
	}
	body := m.Segments[1:]
	if n := len(body); n > 0 && body[n-1].Tag == "UNT" {
		body = body[:n-1]
	}
	grammar.Walk(body, dictionary.Known, len(m.Segments), func(kind edi.Kind, segment string, position int, text string) {
		tell(edi.Fault{Kind: kind, Segment: segment, Position: position, Text: text, Noted: kind != edi.NoSegment})
	})
	slices.SortStableFunc(m.Faults, func(a, b edi.Fault) int { return a.Position - b.Position })
}
