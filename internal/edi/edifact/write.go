package edifact

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/edi"
	"orderly/internal/fault"
)

// Read makes the document of a message. What the product has no word for is
// left out.
func Read(x *edi.Interchange, m *edi.Message) (edi.Document, error) {
	r := reader{syntax: &x.Syntax, list: m.Segments}
	switch types[m.Type] {
	case edi.TypeOrder:
		return r.order(), nil
	case edi.TypeOrderResponse:
		return r.orderResponse(), nil
	case edi.TypeShipNotice:
		return r.shipNotice(), nil
	case edi.TypeInvoice:
		return r.invoice(), nil
	case edi.TypeAcknowledgment:
		return r.acknowledgment(), nil
	}
	return nil, fault.New(fault.Invalid, "edi_not_supported", "the message %s is not read here", edi.Shown(m.Type))
}

func (b *builder) body(d edi.Document) {
	switch d := d.(type) {
	case *edi.Order:
		b.order(d)
	case *edi.OrderResponse:
		b.orderResponse(d)
	case *edi.ShipNotice:
		b.shipNotice(d)
	case *edi.Invoice:
		b.invoice(d)
	case *edi.Acknowledgment:
		b.acknowledgment(d)
	}
}

// Write puts documents into an interchange. What the standard does not allow
// is refused with every place of it, by the same rules that a received text is
// held against.
func Write(e edi.Envelope, list ...edi.Document) (string, error) {
	var bad fault.List
	if len(list) == 0 || len(list) > 9999 {
		bad.Add("", "edi_no_document", "an interchange holds one to 9999 documents, not %d", len(list))
	}
	if e.Control < 1 || e.Control > edi.MaxControl {
		bad.Add("/control", "invalid_control", "a control number is 1 to %d, not %d", edi.MaxControl, e.Control)
	}
	if len(e.Date) != 8 || !edi.ValidDate(e.Date) || len(e.Time) != 4 || !edi.ValidTime(e.Time) {
		bad.Add("/date", "invalid_date", "the interchange needs a date (CCYYMMDD) and a time (HHMM)")
	}
	for _, a := range []edi.Address{e.Sender, e.Receiver} {
		if a.ID == "" || len(a.ID) > 35 || len(a.Qualifier) > 4 {
			bad.Add("/address", "invalid_address", "an address is an id of one to thirty-five characters, and a qualifier of at most four, not %q %q", edi.Shown(a.ID), edi.Shown(a.Qualifier))
		}
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	s := e.Syntax
	b := builder{syntax: &s}
	var out strings.Builder
	fmt.Fprintf(&out, "UNA%c%c%c%c %s%s", s.Component, s.Element, s.Decimal, s.Release, s.Segment, s.Newline)
	test, ask := "", ""
	if e.Test {
		test = "1"
	}
	if e.Ask {
		ask = "1"
	}
	control := strconv.FormatInt(e.Control, 10)
	b.add("UNB", b.c("UNOC", "3"), b.address(e.Sender), b.address(e.Receiver), b.c(e.Date[2:], e.Time), control, "", "", "", ask, "", test)
	s.Render(&out, b.list)
	for i, d := range list {
		if err := message(&out, &s, d, i+1); err != nil {
			return "", err
		}
	}
	b.list = nil
	b.add("UNZ", strconv.Itoa(len(list)), control)
	s.Render(&out, b.list)
	return out.String(), nil
}

// message writes one document between UNH and UNT.
func message(out *strings.Builder, s *edi.Syntax, d edi.Document, n int) error {
	kind, control := Message(d.Type()), strconv.Itoa(n)
	if kind == "" {
		return fault.New(fault.Invalid, "edi_not_supported", "a document of type %s is not written as EDIFACT", d.Type())
	}
	version := []string{kind, "D", "96A", "UN"}
	if kind == "CONTRL" {
		version[2] = "3"
	}
	b := builder{syntax: s}
	b.add("UNH", control, b.c(version...))
	b.body(d)
	b.add("UNT", strconv.Itoa(len(b.list)+1), control)
	m := edi.Message{Type: kind, Control: control, Segments: b.list}
	check(&m, s)
	for i := range m.Faults {
		m.Faults[i].Noted = m.Faults[i].Noted && m.Faults[i].Kind == edi.TooShort
	}
	if err := edi.Refuse(m.Faults); err != nil {
		return err
	}
	s.Render(out, b.list)
	return nil
}
