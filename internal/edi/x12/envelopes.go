package x12

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/edi"
)

// widths are the lengths of the sixteen elements of ISA.
var widths = [isaElements]int{2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}

func envelopeFault(x *edi.Interchange, kind edi.Kind, code, segment string, element int, value, text string) {
	if len(x.Faults) < edi.MaxFaults {
		x.Faults = append(x.Faults, edi.Fault{Kind: kind, Code: code, Segment: segment, Element: element, Value: edi.Shown(value), Text: text})
	}
}

// interchangeOf reads ISA. Elements that are shorter than the standard fixes
// are noted and read all the same: many a tool trims them.
func interchangeOf(g edi.Segment, s edi.Syntax) edi.Interchange {
	plain := func(n int) string { return strings.TrimSpace(g.Raw(n)) }
	x := edi.Interchange{
		Standard: edi.X12, Head: []edi.Segment{g},
		Sender:   edi.Address{Qualifier: plain(5), ID: plain(6)},
		Receiver: edi.Address{Qualifier: plain(7), ID: plain(8)},
		Date:     plain(9), Time: plain(10), Version: plain(12), Control: plain(13),
		Asked: plain(14) == "1", Test: plain(15) == "T",
	}
	if repeat := g.Raw(11); len(repeat) == 1 && !letter(repeat, 0) && repeat != " " && x.Version > "00401" && repeat[0] != s.Element && repeat[0] != s.Component {
		s.Repeat = repeat[0]
	}
	x.Syntax = s
	for i, width := range widths {
		if v := g.Raw(i + 1); len(v) != width {
			x.Faults = append(x.Faults, edi.Fault{Kind: edi.BadHeader, Code: "022", Segment: "ISA", Element: i + 1, Value: edi.Shown(v), Noted: true,
				Text: fmt.Sprintf("element %d has %d characters where %d are fixed", i+1, len(v), width)})
		}
	}
	if x.Sender.ID == "" {
		envelopeFault(&x, edi.BadHeader, "006", "ISA", 6, "", "the sender has no id")
	}
	if x.Receiver.ID == "" {
		envelopeFault(&x, edi.BadHeader, "008", "ISA", 8, "", "the receiver has no id")
	}
	if !edi.ValidDate(x.Date) {
		envelopeFault(&x, edi.BadDate, "014", "ISA", 9, x.Date, fmt.Sprintf("%q is no date (YYMMDD)", edi.Shown(x.Date)))
	}
	if !edi.ValidTime(x.Time) {
		envelopeFault(&x, edi.BadTime, "015", "ISA", 10, x.Time, fmt.Sprintf("%q is no time (HHMM)", edi.Shown(x.Time)))
	}
	if !number(x.Control) {
		envelopeFault(&x, edi.ControlBad, "018", "ISA", 13, x.Control, fmt.Sprintf("%q is no control number", edi.Shown(x.Control)))
	}
	if usage := plain(15); usage != "P" && usage != "T" && usage != "I" {
		envelopeFault(&x, edi.BadCode, "020", "ISA", 15, usage, fmt.Sprintf("%q says neither production (P) nor test (T)", edi.Shown(usage)))
	}
	return x
}

func number(s string) bool {
	_, err := strconv.ParseUint(s, 10, 63)
	return err == nil
}

func groupOf(g edi.Segment, s *edi.Syntax) edi.Group {
	out := edi.Group{Function: s.Plain(g.Raw(1)), Sender: s.Plain(g.Raw(2)), Receiver: s.Plain(g.Raw(3)),
		Control: s.Plain(g.Raw(6)), Version: s.Plain(g.Raw(8)), Head: []edi.Segment{g}}
	g.Position = 1
	dictionary.Check(&g, s, func(f edi.Fault) {
		f.Code = "6"
		out.Faults = append(out.Faults, f)
	})
	return out
}

// endMessage closes the open transaction set and holds it against its rules.
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
		m.Tell(edi.Fault{Kind: edi.NoTrailer, Segment: "SE", Position: len(m.Segments) + 1, Text: "the transaction set ends without SE"}, codes)
	} else {
		g.Position = len(m.Segments) + 1
		m.Segments = append(m.Segments, *g)
		m.Trailer(&x.Syntax, "ST", "the control number", codes)
	}
	if n := len(p.group.Messages); n > 1 {
		p.unique(m)
	}
	p.function(m)
	check(m, &x.Syntax)
}

// unique tells of a control number that its group has used.
func (p *parser) unique(m *edi.Message) {
	others := p.group.Messages[:len(p.group.Messages)-1]
	if slices.ContainsFunc(others, func(o edi.Message) bool { return o.Control == m.Control }) {
		m.Tell(edi.Fault{Kind: edi.ControlBad, Code: "23", Segment: "ST", Position: 1, Element: 2, Value: edi.Shown(m.Control),
			Text: "the control number " + edi.Shown(m.Control) + " comes twice in its group"}, codes)
	}
}

// function tells of a set in the wrong group.
func (p *parser) function(m *edi.Message) {
	if want := functions[m.Type]; want != "" && want != p.group.Function {
		m.Tell(edi.Fault{Kind: edi.WrongGroup, Segment: "ST", Position: 1, Element: 1, Value: m.Type,
			Text: fmt.Sprintf("a set %s belongs into a group %s, not %s", m.Type, want, edi.Shown(p.group.Function))}, codes)
	}
}

func groupFault(g *edi.Group, kind edi.Kind, code, segment string, element int, value, text string) {
	g.Faults = append(g.Faults, edi.Fault{Kind: kind, Code: code, Segment: segment, Element: element, Value: edi.Shown(value), Text: text})
}

// endGroup closes the open group.
func (p *parser) endGroup(g *edi.Segment) {
	p.endMessage(nil)
	if p.group == nil {
		if g != nil {
			x := p.current(*g)
			envelopeFault(x, edi.Misplaced, "022", "GE", 0, "", "GE ends a group that was never begun")
		}
		return
	}
	group := p.group
	p.group = nil
	if g == nil {
		groupFault(group, edi.NoTrailer, "3", "GE", 0, "", "the group ends without GE")
		return
	}
	group.Tail = []edi.Segment{*g}
	group.Stated = strings.TrimSpace(g.Raw(1))
	if !edi.SameNumber(group.Stated, strconv.Itoa(len(group.Messages))) {
		groupFault(group, edi.CountDiffers, "5", "GE", 1, group.Stated, fmt.Sprintf("GE counts %s transaction sets; there are %d", edi.Shown(group.Stated), len(group.Messages)))
	}
	if control := strings.TrimSpace(g.Raw(2)); !edi.SameNumber(control, group.Control) {
		groupFault(group, edi.ControlDiffers, "4", "GE", 2, control, fmt.Sprintf("GS has the control number %s, GE has %s", edi.Shown(group.Control), edi.Shown(control)))
	}
}

// endInterchange closes the open interchange.
func (p *parser) endInterchange(g *edi.Segment) {
	p.endGroup(nil)
	if !p.open {
		if g != nil && len(p.out) > 0 {
			p.current(*g)
		}
		return
	}
	p.open = false
	x := &p.out[len(p.out)-1]
	if len(x.Groups) == 0 {
		envelopeFault(x, edi.Empty, "024", "ISA", 0, "", "the interchange holds no group")
	}
	if g == nil {
		envelopeFault(x, edi.NoTrailer, "023", "IEA", 0, "", "the interchange ends without IEA")
		return
	}
	x.Tail = []edi.Segment{*g}
	if stated := strings.TrimSpace(g.Raw(1)); !edi.SameNumber(stated, strconv.Itoa(len(x.Groups))) {
		envelopeFault(x, edi.CountDiffers, "021", "IEA", 1, stated, fmt.Sprintf("IEA counts %s groups; there are %d", edi.Shown(stated), len(x.Groups)))
	}
	if control := strings.TrimSpace(g.Raw(2)); !edi.SameNumber(control, x.Control) {
		envelopeFault(x, edi.ControlDiffers, "001", "IEA", 2, control, fmt.Sprintf("ISA has the control number %s, IEA has %s", edi.Shown(x.Control), edi.Shown(control)))
	}
}

// check holds a set against its grammar and its segments against theirs.
func check(m *edi.Message, s *edi.Syntax) {
	tell := func(f edi.Fault) { m.Tell(f, codes) }
	for i := range m.Segments {
		if i == 0 || i == len(m.Segments)-1 {
			dictionary.Check(&m.Segments[i], s, tell)
		}
	}
	grammar, ok := sets[m.Type]
	if !ok {
		tell(edi.Fault{Kind: edi.NotSupported, Segment: "ST", Position: 1, Element: 1, Value: edi.Shown(m.Type), Text: "the transaction set " + edi.Shown(m.Type) + " is not read here"})
		return
	}
	body := m.Segments[1:]
	if n := len(body); n > 0 && body[n-1].Tag == "SE" {
		body = body[:n-1]
	}
	for i := range body {
		dictionary.Check(&body[i], s, tell)
	}
	grammar.Walk(body, dictionary.Known, len(m.Segments), func(kind edi.Kind, segment string, position int, text string) {
		tell(edi.Fault{Kind: kind, Segment: segment, Position: position, Text: text, Noted: kind != edi.NoSegment})
	})
	slices.SortStableFunc(m.Faults, func(a, b edi.Fault) int { return a.Position - b.Position })
}
