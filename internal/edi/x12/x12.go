// Package x12 reads and writes ANSI ASC X12: interchanges of groups of
// transaction sets, held against the standard's envelopes, segments and
// elements, and the sets of a trade in goods as the documents of package edi.
//
// What belongs here is what X12 alone knows: ISA to IEA, tags, codes of 997,
// 999 and TA1. The rules stand for the versions 004010 to 005010 together: an
// element may have the longer of their lengths. What does not belong here:
// partners and files, and any other standard.
package x12

import (
	"strings"
	"unicode/utf8"

	"orderly/internal/edi"
	"orderly/internal/fault"
)

// isaElements is how many elements the header has, always.
const isaElements = 16

// maxHeader bounds an element of ISA whose separators are wrong.
const maxHeader = 40

// Parse reads the interchanges of a text. It fails when the text cannot be cut
// into segments at all; whatever else is wrong stands in the interchange, its
// groups and its messages.
func Parse(text string) ([]edi.Interchange, error) {
	if standard, err := edi.Detect(text); err != nil {
		return nil, err
	} else if standard != edi.X12 {
		return nil, fault.New(fault.Invalid, "edi_unknown", "this is %s, not X12", standard)
	}
	p := parser{text: strings.TrimPrefix(text, "\ufeff")}
	if err := p.run(); err != nil {
		return nil, err
	}
	p.endInterchange(nil)
	return p.out, nil
}

// parser walks over a text once.
type parser struct {
	text     string
	at       int
	segments int
	messages int
	syntax   edi.Syntax
	out      []edi.Interchange
	group    *edi.Group
	message  *edi.Message
	open     bool // an interchange is
}

func (p *parser) run() error {
	for {
		p.skip()
		if p.at == len(p.text) {
			return nil
		}
		if strings.HasPrefix(p.text[p.at:], "ISA") && !letter(p.text, p.at+3) {
			if err := p.header(); err != nil {
				return err
			}
		} else if len(p.out) == 0 {
			return broken("no separator stands after it")
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

// skip passes over what stands between two segments.
func (p *parser) skip() {
	for p.at < len(p.text) && strings.IndexByte(" \r\n\t\x1a", p.text[p.at]) >= 0 {
		p.at++
	}
}

func letter(s string, at int) bool {
	if at >= len(s) {
		return false
	}
	c := s[at]
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func broken(format string, args ...any) error {
	return fault.New(fault.Invalid, "edi_unreadable", "the header ISA cannot be read: "+format, args...)
}

// header learns the separators from an ISA: what stands after the tag, after
// the last separator, and after that.
func (p *parser) header() error {
	rest := p.text[p.at:]
	if len(rest) < 4 || strings.IndexByte(" \r\n\t", rest[3]) >= 0 || rest[3] >= utf8.RuneSelf {
		return broken("no separator stands after it")
	}
	element := rest[3]
	at := 3
	for n := 1; n < isaElements; n++ {
		next := strings.IndexByte(rest[at+1:], element)
		if next < 0 || next > maxHeader || strings.ContainsAny(rest[at+1:at+1+next], "\r\n") {
			return broken("element %d does not end; are the separators mixed, or elements missing?", n)
		}
		at += next + 1
	}
	component, width := utf8.DecodeRuneInString(rest[at+1:])
	if width != 1 || letter(rest, at+1) || byte(component) == element || component <= ' ' {
		return broken("element 16 has to be one ASCII character that separates components, not %q", edi.Shown(string(component)))
	}
	terminator, width := utf8.DecodeRuneInString(rest[at+2:])
	end := string(terminator)
	switch {
	case width == 0 || terminator == utf8.RuneError:
		return broken("it ends without a segment terminator")
	case byte(terminator) == element && width == 1:
		return broken("it has more than 16 elements")
	case width == 1 && letter(rest, at+2) || terminator == ' ' || terminator == component:
		return broken("%q after element 16 cannot be the segment terminator", edi.Shown(end))
	case strings.HasPrefix(rest[at+2:], "\r\n"):
		end = "\r\n"
	}
	if strings.Contains(rest[:at+2], end) {
		return broken("the segment terminator %q comes within it", edi.Shown(end))
	}
	p.syntax = edi.Syntax{Element: element, Component: byte(component), Decimal: '.', Segment: end}
	after := rest[at+2+len(end):]
	for _, newline := range []string{"\r\n", "\n"} {
		if strings.HasPrefix(after, newline) {
			p.syntax.Newline = newline
			break
		}
	}
	return nil
}

// next cuts the segment at the present place. The last one of a text may lack
// its terminator.
func (p *parser) next() (edi.Segment, error) {
	rest := p.text[p.at:]
	end := strings.Index(rest, p.syntax.Segment)
	if end < 0 {
		rest = strings.TrimRight(rest, " \r\n\t\x1a")
		end = len(rest)
		p.at = len(p.text)
	} else {
		p.at += end + len(p.syntax.Segment)
	}
	if p.segments++; p.segments > edi.MaxSegments {
		return edi.Segment{}, fault.New(fault.TooLarge, "edi_too_large", "the file has more than %d segments", edi.MaxSegments)
	}
	words := strings.Split(rest[:end], string(rune(p.syntax.Element)))
	if len(words) > edi.MaxElements+1 {
		return edi.Segment{}, fault.New(fault.TooLarge, "edi_too_large", "segment %d has more than %d elements", p.segments, edi.MaxElements)
	}
	for i, w := range words {
		if len(w) > edi.MaxElement {
			return edi.Segment{}, fault.New(fault.TooLarge, "edi_too_large", "segment %d, element %d has more than %d bytes; is a terminator missing?", p.segments, i, edi.MaxElement)
		}
	}
	return edi.Segment{Tag: words[0], Elements: words[1:]}, nil
}

// take puts a segment where it belongs.
func (p *parser) take(g edi.Segment) error {
	switch g.Tag {
	case "ISA":
		p.endInterchange(nil)
		p.out = append(p.out, interchangeOf(g, p.syntax))
		p.syntax = p.out[len(p.out)-1].Syntax
		p.open = true
	case "IEA":
		p.endInterchange(&g)
	case "GS":
		p.endGroup(nil)
		x := p.current(g)
		x.Groups = append(x.Groups, groupOf(g, &x.Syntax))
		p.group = &x.Groups[len(x.Groups)-1]
	case "GE":
		p.endGroup(&g)
	case "ST":
		p.endMessage(nil)
		if p.messages++; p.messages > edi.MaxMessages {
			return fault.New(fault.TooLarge, "edi_too_large", "the file has more than %d transaction sets", edi.MaxMessages)
		}
		p.start(g)
	case "SE":
		p.endMessage(&g)
	default:
		p.body(g)
	}
	return nil
}

// current is the interchange that is open. A segment after IEA goes to the one
// that was closed, which is then told of it.
func (p *parser) current(g edi.Segment) *edi.Interchange {
	x := &p.out[len(p.out)-1]
	if !p.open {
		envelopeFault(x, edi.Misplaced, "024", g.Tag, 0, "", edi.Shown(g.Tag)+" stands after the end of the interchange")
	}
	return x
}

func (p *parser) start(g edi.Segment) {
	g.Position = 1
	x := p.current(g)
	if p.group == nil {
		envelopeFault(x, edi.Misplaced, "022", "ST", 0, "", "a transaction set stands outside of a group (GS … GE)")
		x.Groups = append(x.Groups, edi.Group{})
		p.group = &x.Groups[len(x.Groups)-1]
	}
	p.group.Messages = append(p.group.Messages, edi.Message{
		Type: x.Syntax.Plain(g.Raw(1)), Control: x.Syntax.Plain(g.Raw(2)), Version: p.group.Version, Segments: []edi.Segment{g}})
	p.message = &p.group.Messages[len(p.group.Messages)-1]
}

func (p *parser) body(g edi.Segment) {
	if p.message == nil {
		envelopeFault(p.current(g), edi.Misplaced, "024", edi.Shown(g.Tag), 0, "", edi.Shown(g.Tag)+" stands outside of a transaction set (ST … SE)")
		return
	}
	g.Position = len(p.message.Segments) + 1
	p.message.Segments = append(p.message.Segments, g)
}
