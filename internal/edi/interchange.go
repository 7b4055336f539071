package edi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Address is who sends or receives: an id and what kind of id that is.
type Address struct {
	Qualifier string
	ID        string
}

// Interchange is one envelope between two partners.
type Interchange struct {
	Standard Standard
	Syntax   Syntax
	Sender   Address
	Receiver Address
	Date     string // as written: YYMMDD or CCYYMMDD
	Time     string
	Control  string
	Version  string
	Test     bool
	Asked    bool   // the sender asks for an acknowledgment of the envelope
	Lead     string // what stands before the first segment: UNA and its separators
	Head     []Segment
	Tail     []Segment
	Groups   []Group
	Faults   []Fault // of the envelope itself
}

// Group holds the messages of one function. EDIFACT, which has no such level
// in use, has one without a function.
type Group struct {
	Function string
	Sender   string
	Receiver string
	Control  string
	Version  string
	Stated   string // how many messages its trailer counts
	Head     []Segment
	Tail     []Segment
	Messages []Message
	Faults   []Fault
}

// Message is one document as segments, its header and trailer among them.
type Message struct {
	Type     string // 850, ORDERS
	Version  string
	Control  string
	Segments []Segment
	Faults   []Fault
	More     int // faults beyond MaxFaults
}

// Tell adds what is wrong with the message, by the code that its standard has for
// it; what is beyond MaxFaults is counted.
func (m *Message) Tell(f Fault, codes map[Kind]string) {
	if len(m.Faults) >= MaxFaults {
		m.More++
		return
	}
	if f.Code == "" {
		f.Code = codes[f.Kind]
	}
	m.Faults = append(m.Faults, f)
}

// Trailer holds the last segment against the message: how many segments it counts,
// and which control number it repeats. head is the tag of the first one, number what
// the standard calls its control number.
func (m *Message) Trailer(s *Syntax, head, number string, codes map[Kind]string) {
	end := &m.Segments[len(m.Segments)-1]
	tell := func(kind Kind, element int, value, text string) {
		m.Tell(Fault{Kind: kind, Segment: end.Tag, Position: end.Position, Element: element, Value: Shown(value), Text: text}, codes)
	}
	if stated := s.Plain(end.Raw(1)); !SameNumber(stated, strconv.Itoa(len(m.Segments))) {
		tell(CountDiffers, 1, stated, fmt.Sprintf("%s counts %s segments; there are %d", end.Tag, Shown(stated), len(m.Segments)))
	}
	if control := s.Plain(end.Raw(2)); control != m.Control {
		tell(ControlDiffers, 2, control, fmt.Sprintf("%s has %s %s, %s has %s", head, number, Shown(m.Control), end.Tag, Shown(control)))
	}
}

// SameNumber reports whether two texts are one whole number: 0001 and 1 are one.
func SameNumber(a, b string) bool {
	return a == b || a != "" && b != "" && digits(a) && digits(b) && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

// Status is the answer that a level deserves.
type Status string

// The three answers of the standards.
const (
	Accepted Status = "accepted"
	Noted    Status = "accepted_with_errors" // taken, and told what was not right
	Rejected Status = "rejected"
)

// statusOf is the answer to a list of faults.
func statusOf(list []Fault) Status {
	switch {
	case len(list) == 0:
		return Accepted
	case slices.ContainsFunc(list, func(f Fault) bool { return !f.Noted }):
		return Rejected
	}
	return Noted
}

// Status is the answer to one message by itself.
func (m *Message) Status() Status { return statusOf(m.Faults) }

// Status is the answer to a group: rejected when its own envelope is broken or
// when nothing in it could be taken.
func (g *Group) Status() Status {
	if own := statusOf(g.Faults); own == Rejected {
		return Rejected
	}
	taken, noted := 0, len(g.Faults) > 0
	for i := range g.Messages {
		switch g.Messages[i].Status() {
		case Rejected:
			noted = true
		case Noted:
			taken, noted = taken+1, true
		default:
			taken++
		}
	}
	switch {
	case taken == 0:
		return Rejected
	case noted:
		return Noted
	}
	return Accepted
}

// Taken counts the messages that may be acted on.
func (g *Group) Taken() int {
	n := 0
	for i := range g.Messages {
		if g.Messages[i].Status() != Rejected {
			n++
		}
	}
	return n
}

// Status is the answer to the whole: rejected when its envelope is broken or
// none of its groups can be taken.
func (x *Interchange) Status() Status {
	if statusOf(x.Faults) == Rejected {
		return Rejected
	}
	taken, noted := false, len(x.Faults) > 0
	for i := range x.Groups {
		s := x.Groups[i].Status()
		taken = taken || s != Rejected
		noted = noted || s != Accepted
	}
	switch {
	case !taken:
		return Rejected
	case noted:
		return Noted
	}
	return Accepted
}

// All are the faults of every level, from the outside in.
func (x *Interchange) All() []Fault {
	out := slices.Clone(x.Faults)
	for i := range x.Groups {
		out = append(out, x.Groups[i].Faults...)
		for k := range x.Groups[i].Messages {
			m := &x.Groups[i].Messages[k]
			for _, f := range m.Faults {
				f.Message, f.Control = m.Type, m.Control
				out = append(out, f)
			}
		}
	}
	return out
}

// Render writes the interchange as it was read, every segment on a line of its
// own where the first one was.
func (x *Interchange) Render() string {
	var b strings.Builder
	b.WriteString(x.Lead)
	x.Syntax.Render(&b, x.Segments())
	return b.String()
}

// Segments is the whole envelope in the order in which it was read.
func (x *Interchange) Segments() []Segment {
	out := slices.Clone(x.Head)
	for i := range x.Groups {
		out = append(out, x.Groups[i].Head...)
		for k := range x.Groups[i].Messages {
			out = append(out, x.Groups[i].Messages[k].Segments...)
		}
		out = append(out, x.Groups[i].Tail...)
	}
	return append(out, x.Tail...)
}
