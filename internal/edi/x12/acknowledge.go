package x12

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/edi"
)

// statusCodes are AK501 and AK901.
var statusCodes = map[string]edi.Status{"A": edi.Accepted, "E": edi.Noted, "P": edi.Noted, "R": edi.Rejected, "M": edi.Rejected, "W": edi.Rejected, "X": edi.Rejected}

func statusCode(s edi.Status, partly bool) string {
	switch {
	case s == edi.Accepted:
		return "A"
	case s == edi.Rejected:
		return "R"
	case partly:
		return "P"
	}
	return "E"
}

// Acknowledge is the answer to a group, one entry for each of its sets.
func Acknowledge(g *edi.Group) *edi.Acknowledgment {
	a := &edi.Acknowledgment{Function: g.Function, Control: g.Control, Status: g.Status(), Received: int64(len(g.Messages)), Taken: int64(g.Taken())}
	a.Stated = a.Received
	if n, err := strconv.ParseInt(g.Stated, 10, 32); err == nil && n >= 0 {
		a.Stated = n
	}
	for _, f := range g.Faults {
		if !f.Noted && !slices.Contains(a.Codes, f.Code) {
			a.Codes = append(a.Codes, f.Code)
		}
	}
	if a.Status == edi.Rejected {
		a.Taken = 0
	}
	for i := range g.Messages {
		a.Messages = append(a.Messages, answer(&g.Messages[i]))
	}
	return a
}

// inError is AK502 for a set with faults in its segments.
const inError = "5"

func answer(m *edi.Message) edi.AnsweredMessage {
	out := edi.AnsweredMessage{Type: m.Type, Control: m.Control, Status: m.Status()}
	for _, f := range m.Faults {
		code := inError
		if ofSet(f.Kind) {
			code = f.Code
		} else {
			out.Faults = append(out.Faults, f)
		}
		if !slices.Contains(out.Codes, code) {
			out.Codes = append(out.Codes, code)
		}
	}
	slices.Sort(out.Codes)
	return out
}

// maxCodes is how many codes AK5 and AK9 have room for.
const maxCodes = 5

func (b *builder) acknowledgment(a *edi.Acknowledgment) {
	b.add("AK1", a.Function, a.Control)
	for i := range a.Messages {
		m := &a.Messages[i]
		b.add("AK2", m.Type, m.Control)
		for k := 0; k < len(m.Faults); {
			k = b.segmentFaults(m.Faults, k)
		}
		b.add("AK5", append([]string{statusCode(m.Status, false)}, firstOf(m.Codes)...)...)
	}
	b.add("AK9", append([]string{statusCode(a.Status, a.Taken < a.Received), count(a.Stated), count(a.Received), count(a.Taken)}, firstOf(a.Codes)...)...)
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

func firstOf(codes []string) []string { return codes[:min(len(codes), maxCodes)] }

// segmentFaults writes the faults of one segment, from the one at k on, and
// says where the next segment's begin.
func (b *builder) segmentFaults(list []edi.Fault, k int) int {
	first := &list[k]
	end := k
	for end < len(list) && list[end].Position == first.Position && list[end].Segment == first.Segment && ofSegment(list[end].Kind) == ofSegment(first.Kind) {
		end++
		if ofSegment(first.Kind) {
			break
		}
	}
	if ofSegment(first.Kind) {
		b.add("AK3", b.tag(first.Segment), strconv.Itoa(first.Position), "", first.Code)
		return end
	}
	b.add("AK3", b.tag(first.Segment), strconv.Itoa(first.Position), "", "8")
	for i := k; i < end; i++ {
		f := &list[i]
		place := strconv.Itoa(f.Element)
		if f.Component > 0 {
			place += string(rune(b.syntax.Component)) + strconv.Itoa(f.Component)
		}
		b.list = append(b.list, edi.Segment{Tag: "AK4", Position: len(b.list) + 1, Elements: trimmed(place, reference(f.Reference), f.Code, b.text(f.Value, 99))})
	}
	return end
}

// tag is a segment's tag as AK301 can name it.
func (b *builder) tag(s string) string {
	s = b.text(s, 3)
	for len(s) < 2 {
		s += "?"
	}
	return s
}

func trimmed(elements ...string) []string {
	for len(elements) > 0 && elements[len(elements)-1] == "" {
		elements = elements[:len(elements)-1]
	}
	return elements
}

// reference is an element's number when the dictionary has one.
func reference(s string) string {
	if s == "0" || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

func (r *reader) acknowledgment() *edi.Acknowledgment {
	a := &edi.Acknowledgment{}
	var segment edi.Fault
	for i := range r.list {
		g := &r.list[i]
		n := len(a.Messages)
		switch g.Tag {
		case "AK1":
			a.Function, a.Control = r.get(g, 1), r.get(g, 2)
		case "AK2":
			a.Messages = append(a.Messages, edi.AnsweredMessage{Type: r.get(g, 1), Control: r.get(g, 2)})
		case "AK3", "IK3":
			segment = r.segmentFault(g)
			if n > 0 && segment.Code != "8" {
				a.Messages[n-1].Faults = append(a.Messages[n-1].Faults, segment)
			}
		case "AK4", "IK4":
			if n > 0 {
				a.Messages[n-1].Faults = append(a.Messages[n-1].Faults, r.elementFault(segment, g))
			}
		case "AK5", "IK5":
			if n > 0 {
				a.Messages[n-1].Status, a.Messages[n-1].Codes = statusCodes[r.get(g, 1)], r.listed(g, 2)
			}
		case "AK9":
			a.Status, a.Codes = statusCodes[r.get(g, 1)], r.listed(g, 5)
			a.Stated, a.Received, a.Taken = r.whole64(g, 2), r.whole64(g, 3), r.whole64(g, 4)
		}
	}
	return a
}

func (r *reader) whole64(g *edi.Segment, n int) int64 {
	v, _ := strconv.ParseInt(r.get(g, n), 10, 64)
	return v
}

func (r *reader) listed(g *edi.Segment, from int) (out []string) {
	for n := from; n <= len(g.Elements); n++ {
		if v := r.get(g, n); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func (r *reader) segmentFault(g *edi.Segment) edi.Fault {
	position, _ := strconv.Atoi(r.get(g, 2))
	code := r.get(g, 4)
	return edi.Fault{Kind: segmentKinds[code], Code: code, Segment: r.get(g, 1), Position: position, Text: "the partner says of the segment: code " + edi.Shown(code)}
}

func (r *reader) elementFault(of edi.Fault, g *edi.Segment) edi.Fault {
	parts := r.syntax.Parts(g.Raw(1))
	f := edi.Fault{Code: r.get(g, 3), Segment: of.Segment, Position: of.Position, Reference: r.get(g, 2), Value: r.whole(g, 4)}
	f.Element, _ = strconv.Atoi(parts[0])
	if len(parts) > 1 {
		f.Component, _ = strconv.Atoi(parts[1])
	}
	f.Kind = elementKinds[f.Code]
	f.Text = "the partner says of the element: code " + edi.Shown(f.Code)
	return f
}
