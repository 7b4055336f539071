package edifact

import (
	"slices"
	"strconv"

	"orderly/internal/edi"
)

// Actions of data element 0083. CONTRL knows no "accepted with errors": what is
// noted only is not told.
const (
	refused = "4"
	taken   = "7"
)

func action(s edi.Status) string {
	if s == edi.Rejected {
		return refused
	}
	return taken
}

func statusOf(action string) edi.Status {
	if action == refused {
		return edi.Rejected
	}
	return edi.Accepted
}

// Acknowledge is the answer to an interchange, one entry for each message.
func Acknowledge(x *edi.Interchange) *edi.Acknowledgment {
	a := &edi.Acknowledgment{Control: x.Control, Sender: x.Sender, Receiver: x.Receiver, Status: edi.Accepted}
	for _, f := range x.Faults {
		if !f.Noted {
			a.Status = edi.Rejected
			if len(a.Codes) == 0 {
				a.Codes = []string{f.Code}
			}
		}
	}
	for i := range x.Groups {
		for k := range x.Groups[i].Messages {
			m := &x.Groups[i].Messages[k]
			a.Received++
			answer := edi.AnsweredMessage{Type: m.Type, Control: m.Control, Status: edi.Accepted}
			if m.Status() == edi.Rejected {
				answer.Status = edi.Rejected
				answer.Faults = slices.DeleteFunc(slices.Clone(m.Faults), func(f edi.Fault) bool { return f.Noted })
			} else if a.Status != edi.Rejected {
				a.Taken++
			}
			a.Messages = append(a.Messages, answer)
		}
	}
	a.Stated = a.Received
	return a
}

func (b *builder) address(a edi.Address) string { return b.c(a.ID, a.Qualifier) }

func (b *builder) acknowledgment(a *edi.Acknowledgment) {
	code := ""
	if len(a.Codes) > 0 {
		code = a.Codes[0]
	}
	b.add("UCI", b.c(a.Control), b.address(a.Sender), b.address(a.Receiver), action(a.Status), code)
	for i := range a.Messages {
		m := &a.Messages[i]
		b.add("UCM", b.c(m.Control), b.c(m.Type, "D", "96A", "UN"), action(m.Status))
		for k := range m.Faults {
			f := &m.Faults[k]
			if f.Element == 0 {
				b.add("UCS", strconv.Itoa(f.Position), f.Code)
				continue
			}
			component := ""
			if f.Component > 0 {
				component = strconv.Itoa(f.Component)
			}
			b.add("UCS", strconv.Itoa(f.Position))
			b.add("UCD", f.Code, b.c(strconv.Itoa(f.Element), component))
		}
	}
}

func (r *reader) acknowledgment() *edi.Acknowledgment {
	a := &edi.Acknowledgment{Status: edi.Accepted}
	position := 0
	for i := range r.list {
		g := &r.list[i]
		n := len(a.Messages)
		switch g.Tag {
		case "UCI":
			a.Control, a.Status = r.get(g, 1, 1), statusOf(r.get(g, 4, 1))
			a.Sender = edi.Address{ID: r.get(g, 2, 1), Qualifier: r.get(g, 2, 2)}
			a.Receiver = edi.Address{ID: r.get(g, 3, 1), Qualifier: r.get(g, 3, 2)}
			if code := r.get(g, 5, 1); code != "" {
				a.Codes = []string{code}
			}
		case "UCM":
			a.Messages = append(a.Messages, edi.AnsweredMessage{Control: r.get(g, 1, 1), Type: r.get(g, 2, 1), Status: statusOf(r.get(g, 3, 1))})
			a.Received++
			if a.Messages[n].Status != edi.Rejected && a.Status != edi.Rejected {
				a.Taken++
			}
		case "UCS":
			position, _ = strconv.Atoi(r.get(g, 1, 1))
			if code := r.get(g, 2, 1); code != "" && n > 0 {
				a.Messages[n-1].Faults = append(a.Messages[n-1].Faults, edi.Fault{Code: code, Position: position, Text: "the partner says of the segment: code " + edi.Shown(code)})
			}
		case "UCD":
			if n > 0 && r.get(g, 1, 1) != "" && r.get(g, 2, 1) != "" {
				f := edi.Fault{Code: r.get(g, 1, 1), Position: position}
				f.Element, _ = strconv.Atoi(r.get(g, 2, 1))
				f.Component, _ = strconv.Atoi(r.get(g, 2, 2))
				f.Text = "the partner says of the element: code " + edi.Shown(f.Code)
				a.Messages[n-1].Faults = append(a.Messages[n-1].Faults, f)
			}
		}
	}
	a.Stated = a.Received
	return a
}
