package x12

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/edi"
	"orderly/internal/fault"
)

// Default is the syntax that most partners agree on.
func Default() edi.Syntax {
	return edi.Syntax{Element: '*', Component: '>', Repeat: '^', Decimal: '.', Segment: "~", Newline: "\n"}
}

// Read makes the document of a set. What the product has no word for is left
// out.
func Read(x *edi.Interchange, m *edi.Message) (edi.Document, error) {
	r := reader{syntax: &x.Syntax, list: m.Segments}
	switch types[m.Type] {
	case edi.TypeOrder:
		return r.order(), nil
	case edi.TypeOrderChange:
		return r.orderChange(), nil
	case edi.TypeOrderResponse:
		return r.orderResponse(), nil
	case edi.TypeShipNotice:
		return r.shipNotice(), nil
	case edi.TypeInvoice:
		return r.invoice(), nil
	case edi.TypeShippingOrder:
		return r.shippingOrder(), nil
	case edi.TypeShippingAdvice:
		return r.shippingAdvice(), nil
	case edi.TypeTransferNotice:
		return r.transferNotice(), nil
	case edi.TypeTransferReceipt:
		return r.transferReceipt(), nil
	case edi.TypeStockReport:
		return r.stockReport(), nil
	case edi.TypeAcknowledgment:
		return r.acknowledgment(), nil
	}
	return nil, fault.New(fault.Invalid, "edi_not_supported", "the transaction set %s is not read here", edi.Shown(m.Type))
}

func (b *builder) body(d edi.Document) {
	switch d := d.(type) {
	case *edi.Order:
		b.order(d)
	case *edi.OrderChange:
		b.orderChange(d)
	case *edi.OrderResponse:
		b.orderResponse(d)
	case *edi.ShipNotice:
		b.shipNotice(d)
	case *edi.Invoice:
		b.invoice(d)
	case *edi.ShippingOrder:
		b.shippingOrder(d)
	case *edi.ShippingAdvice:
		b.shippingAdvice(d)
	case *edi.TransferNotice:
		b.transferNotice(d)
	case *edi.TransferReceipt:
		b.transferReceipt(d)
	case *edi.StockReport:
		b.stockReport(d)
	case *edi.Acknowledgment:
		b.acknowledgment(d)
	}
}

// Write puts documents of one function into an interchange of one group. What
// the standard does not allow is refused with every place of it, by the same
// rules that a received text is held against.
func Write(e edi.Envelope, list ...edi.Document) (string, error) {
	if len(list) == 0 || len(list) > 9999 {
		return "", fault.New(fault.Invalid, "edi_no_document", "an interchange holds one to 9999 documents, not %d", len(list))
	}
	function := functions[Set(list[0].Type())]
	w := writer{envelope: &e, syntax: e.Syntax}
	if e.Version < "00403" {
		w.syntax.Repeat = 0
	}
	if err := w.head(function); err != nil {
		return "", err
	}
	for i, d := range list {
		if functions[Set(d.Type())] != function {
			return "", fault.New(fault.Invalid, "edi_mixed", "the documents belong into different groups; write them apart")
		}
		if err := w.set(d, fmt.Sprintf("%04d", i+1)); err != nil {
			return "", err
		}
	}
	w.line("GE", strconv.Itoa(len(list)), strconv.FormatInt(e.Control, 10))
	w.line("IEA", "1", fmt.Sprintf("%09d", e.Control))
	return w.out.String(), nil
}

// writer puts the envelope around sets.
type writer struct {
	envelope *edi.Envelope
	syntax   edi.Syntax
	out      strings.Builder
}

func (w *writer) line(tag string, elements ...string) {
	w.syntax.Render(&w.out, []edi.Segment{{Tag: tag, Elements: elements}})
}

// head writes ISA, whose elements have fixed lengths, and GS.
func (w *writer) head(function string) error {
	e := w.envelope
	var bad fault.List
	if e.Control < 1 || e.Control > edi.MaxControl {
		bad.Add("/control", "invalid_control", "a control number is 1 to %d, not %d", edi.MaxControl, e.Control)
	}
	if len(e.Date) != 8 || !edi.ValidDate(e.Date) || len(e.Time) != 4 || !edi.ValidTime(e.Time) {
		bad.Add("/date", "invalid_date", "the interchange needs a date (CCYYMMDD) and a time (HHMM)")
	}
	if len(e.Version) < 6 || len(e.Version) > 12 {
		bad.Add("/version", "invalid_version", "the version %q is none; 004010 and 005010 are usual", edi.Shown(e.Version))
	}
	b := builder{syntax: &w.syntax}
	for _, a := range []edi.Address{e.Sender, e.Receiver} {
		if a.ID == "" || len(a.ID) > 15 || len(a.Qualifier) != 2 || b.clean(a.ID) != a.ID || strings.TrimSpace(a.ID) != a.ID {
			bad.Add("/address", "invalid_address", "an address is a qualifier of two characters and an id of one to fifteen without separators, not %q %q", edi.Shown(a.Qualifier), edi.Shown(a.ID))
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	repeat, usage, ask := "U", "P", "0"
	if w.syntax.Repeat != 0 {
		repeat = string(rune(w.syntax.Repeat))
	}
	if e.Test {
		usage = "T"
	}
	if e.Ask {
		ask = "1"
	}
	w.line("ISA", "00", strings.Repeat(" ", 10), "00", strings.Repeat(" ", 10), e.Sender.Qualifier, fmt.Sprintf("%-15s", e.Sender.ID),
		e.Receiver.Qualifier, fmt.Sprintf("%-15s", e.Receiver.ID), e.Date[2:], e.Time, repeat, e.Version[:5], fmt.Sprintf("%09d", e.Control), ask, usage, string(rune(w.syntax.Component)))
	w.line("GS", function, or(e.SenderGroup, e.Sender.ID), or(e.ReceiverGroup, e.Receiver.ID), e.Date, e.Time, strconv.FormatInt(e.Control, 10), "X", e.Version)
	return nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// set writes one document between ST and SE.
func (w *writer) set(d edi.Document, control string) error {
	number := Set(d.Type())
	b := builder{syntax: &w.syntax}
	b.add("ST", number, control)
	b.body(d)
	b.add("SE", strconv.Itoa(len(b.list)+1), control)
	m := edi.Message{Type: number, Control: control, Segments: b.list, Faults: b.faults}
	check(&m, &w.syntax)
	for i := range m.Faults {
		m.Faults[i].Noted = m.Faults[i].Noted && (m.Faults[i].Kind == edi.NoPartner || m.Faults[i].Kind == edi.TooShort)
	}
	if err := edi.Refuse(m.Faults); err != nil {
		return err
	}
	w.syntax.Render(&w.out, b.list)
	return nil
}
