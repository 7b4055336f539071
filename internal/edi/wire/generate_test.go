package wire_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"orderly/internal/edi"
)

// What documents are made of: text of the kinds that partners send, with the
// separators of neither standard in X12, where nothing can release them.
var (
	genText  = rapid.StringMatching(`[A-Za-z0-9äéÜ.,;()/#&-][A-Za-z0-9äéÜ.,;()/#& -]{0,20}[A-Za-z0-9.]`)
	genID    = rapid.StringMatching(`[A-Z0-9][A-Z0-9/-]{0,15}[A-Z0-9]`)
	genShort = rapid.StringMatching(`[A-Z0-9]{2,10}`)
	genCount = rapid.Custom(func(t *rapid.T) edi.Number { return edi.Whole(int64(rapid.IntRange(1, 99999).Draw(t, "n"))) })
	genPrice = rapid.Custom(func(t *rapid.T) edi.Number { return edi.Number(rapid.Int64Range(1, 9_999_999_999).Draw(t, "p")) })
	genSum   = rapid.Custom(func(t *rapid.T) edi.Number {
		return edi.OfHundredths(rapid.Int64Range(1, 99_999_999).Draw(t, "sum"))
	})
	genDate = rapid.Custom(func(t *rapid.T) edi.Date {
		return edi.Date(fmt.Sprintf("20%02d%02d%02d", rapid.IntRange(0, 99).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d")))
	})
	genGTIN = rapid.SampledFrom([]string{"", "12345678", "012345678905", "4006381333931", "14006381333938"})
)

func maybe[T any](t *rapid.T, g *rapid.Generator[T], label string) (none T) {
	if rapid.Bool().Draw(t, label+"?") {
		return g.Draw(t, label)
	}
	return none
}

var genParty = rapid.Custom(func(t *rapid.T) edi.Party {
	p := edi.Party{Role: rapid.SampledFrom([]string{edi.Buyer, edi.Seller, edi.ShipTo, edi.ShipFrom, edi.BillTo, edi.RemitTo, edi.Warehouse, edi.Consignee}).Draw(t, "role"), Name: genText.Draw(t, "name")}
	if p.ID = maybe(t, genID, "id"); p.ID != "" {
		p.Qualifier = rapid.SampledFrom([]string{"9", "91", "92"}).Draw(t, "qualifier")
	}
	if rapid.Bool().Draw(t, "address") {
		p.Street = rapid.SliceOfN(genText, 1, 2).Draw(t, "street")
		p.City, p.Postal, p.Country = genText.Draw(t, "city"), rapid.StringMatching(`[0-9]{5}`).Draw(t, "postal"), rapid.SampledFrom([]string{"US", "DE", "FR"}).Draw(t, "country")
		p.Region = rapid.SampledFrom([]string{"", "OH", "CA"}).Draw(t, "region")
	}
	return p
})

func parties(t *rapid.T) []edi.Party {
	if list := rapid.SliceOfN(genParty, 0, 3).Draw(t, "parties"); len(list) > 0 {
		return list
	}
	return nil
}

// line draws a line. Places is how many numbers of an item fit: a 943 has room
// for two, one of which may stand beside them when it has twelve digits.
func line(t *rapid.T, n int) edi.Line {
	x := edi.Line{Number: fmt.Sprint(n + 1), Buyer: maybe(t, genID, "buyer"), GTIN: genGTIN.Draw(t, "gtin"), Quantity: genCount.Draw(t, "quantity"), Unit: rapid.SampledFrom([]string{"EA", "CA"}).Draw(t, "unit")}
	if x.Buyer == "" && x.GTIN == "" || rapid.Bool().Draw(t, "seller?") && (x.GTIN == "" || x.Buyer == "" || len(x.GTIN) == 12) {
		x.Seller = genID.Draw(t, "seller")
	}
	x.Title = maybe(t, genText, "title")
	return x
}

func linesOf[T any](t *rapid.T, of func(t *rapid.T, n int) T) []T {
	out := make([]T, rapid.IntRange(1, 5).Draw(t, "lines"))
	for i := range out {
		out[i] = of(t, i)
	}
	return out
}

func priced(t *rapid.T, n int) edi.Line {
	x := line(t, n)
	x.Price = genPrice.Draw(t, "price")
	return x
}

// document draws a document of a type.
func document(t *rapid.T, kind edi.DocumentType, standard edi.Standard) edi.Document {
	number, date := genID.Draw(t, "number"), genDate.Draw(t, "date")
	currency := rapid.SampledFrom([]string{"", "EUR", "USD"}).Draw(t, "currency")
	carrier, scac := maybe(t, genText, "carrier"), rapid.SampledFrom([]string{"", "UPSN", "DHL"}).Draw(t, "scac")
	switch kind {
	case edi.TypeOrder:
		return &edi.Order{Number: number, Date: date, Purpose: rapid.SampledFrom([]string{edi.Original, edi.Replacement, edi.Cancel}).Draw(t, "purpose"), DropShip: rapid.Bool().Draw(t, "drop"),
			Currency: currency, Requested: maybe(t, genDate, "requested"), Customer: maybe(t, genID, "customer"), Carrier: carrier, Note: maybe(t, genText, "note"), Parties: parties(t), Lines: linesOf(t, priced), Total: maybe(t, genSum, "total")}
	case edi.TypeOrderChange:
		o := &edi.OrderChange{Number: number, Date: date, Ordered: genDate.Draw(t, "ordered"), Purpose: rapid.SampledFrom([]string{edi.Change, edi.Cancel}).Draw(t, "purpose"), Change: maybe(t, rapid.StringMatching(`[0-9]{1,4}`), "change"), Parties: parties(t)}
		o.Lines = linesOf(t, func(t *rapid.T, n int) edi.ChangedLine {
			return edi.ChangedLine{Line: priced(t, n), Action: rapid.SampledFrom([]string{edi.LineAdd, edi.LineDelete, edi.LineMore, edi.LineLess, edi.LinePrice, edi.LineChange}).Draw(t, "action"), Left: genCount.Draw(t, "left")}
		})
		return o
	case edi.TypeOrderResponse:
		return response(t, number, date, currency)
	case edi.TypeShipNotice:
		return notice(t, number, date, carrier, scac)
	case edi.TypeInvoice:
		o := &edi.Invoice{Number: number, Date: date, Order: genID.Draw(t, "order"), Ordered: maybe(t, genDate, "ordered"), Currency: currency, Credit: rapid.Bool().Draw(t, "credit"), Due: maybe(t, genDate, "due"),
			Parties: parties(t), Lines: linesOf(t, priced), Freight: maybe(t, genSum, "freight"), Tax: maybe(t, genSum, "tax"), Total: genSum.Draw(t, "sum")}
		return o
	case edi.TypeShippingOrder:
		o := &edi.ShippingOrder{Number: number, Purpose: rapid.SampledFrom([]string{edi.Original, edi.Replacement, edi.Cancel, edi.Change}).Draw(t, "purpose"), Order: maybe(t, genID, "order"), Ship: maybe(t, genDate, "ship"), Deliver: maybe(t, genDate, "deliver"),
			SCAC: scac, Carrier: carrier, Note: maybe(t, genText, "note"), Parties: parties(t), Lines: linesOf(t, line)}
		for i := range o.Lines {
			o.Quantity += o.Lines[i].Quantity
		}
		return o
	case edi.TypeShippingAdvice:
		o := &edi.ShippingAdvice{Number: number, Date: date, Shipment: genID.Draw(t, "shipment"), Order: maybe(t, genID, "order"), SCAC: scac, Carrier: carrier, Parties: parties(t)}
		if list := rapid.SliceOfN(genID, 0, 2).Draw(t, "tracking"); len(list) > 0 {
			o.Tracking = list
		}
		o.Lines = linesOf(t, func(t *rapid.T, n int) edi.AdvisedLine {
			x := edi.AdvisedLine{Line: line(t, n), Lot: maybe(t, genShort, "lot")}
			x.Shipped = edi.Whole(int64(rapid.IntRange(0, 99999).Draw(t, "shipped")))
			return x
		})
		return o
	case edi.TypeTransferNotice:
		return &edi.TransferNotice{Number: number, Date: date, Shipment: genID.Draw(t, "shipment"), Expected: maybe(t, genDate, "expected"), Parties: parties(t), Lines: linesOf(t, line)}
	case edi.TypeTransferReceipt:
		o := &edi.TransferReceipt{Number: genShort.Draw(t, "receipt"), Order: genID.Draw(t, "order"), Shipment: maybe(t, genID, "shipment"), Date: date, Parties: parties(t)}
		o.Lines = linesOf(t, func(t *rapid.T, n int) edi.ReceivedLine {
			return edi.ReceivedLine{Line: line(t, n), Damaged: maybe(t, genCount, "damaged"), Lot: maybe(t, genShort, "lot")}
		})
		return o
	case edi.TypeStockReport:
		o := &edi.StockReport{Number: number, Date: date, Parties: parties(t)}
		o.Lines = linesOf(t, func(t *rapid.T, n int) edi.StockLine {
			return edi.StockLine{Line: line(t, n), Available: genCount.Draw(t, "available"), Damaged: maybe(t, genCount, "damaged")}
		})
		return o
	}
	return acknowledgment(t, standard)
}

func response(t *rapid.T, number string, date edi.Date, currency string) edi.Document {
	o := &edi.OrderResponse{Order: number, Reference: maybe(t, genID, "reference"), Date: date, Ordered: maybe(t, genDate, "ordered"), Currency: currency, Parties: parties(t),
		Answer: rapid.SampledFrom([]string{edi.AnswerAccepted, edi.AnswerChanged, edi.AnswerRejected, edi.AnswerReceived, edi.AnswerBackordered}).Draw(t, "answer")}
	o.Lines = linesOf(t, func(t *rapid.T, n int) edi.AnsweredLine {
		x := edi.AnsweredLine{Line: priced(t, n), Answer: rapid.SampledFrom([]string{edi.AnswerAccepted, edi.AnswerChanged, edi.AnswerRejected, edi.AnswerBackordered}).Draw(t, "line answer"), Expected: maybe(t, genDate, "expected")}
		x.Confirmed = x.Quantity
		if x.Answer == edi.AnswerRejected {
			x.Confirmed = 0
		}
		return x
	})
	return o
}

func notice(t *rapid.T, number string, date edi.Date, carrier, scac string) edi.Document {
	o := &edi.ShipNotice{Number: number, Date: date, Time: "1015", Shipped: maybe(t, genDate, "shipped"), Expected: maybe(t, genDate, "expected"), SCAC: scac, Carrier: carrier,
		Tracking: maybe(t, genID, "tracking"), Bill: maybe(t, genID, "bill"), Parties: parties(t)}
	for i := range rapid.IntRange(1, 3).Draw(t, "orders") {
		of := edi.ShippedOrder{Number: fmt.Sprintf("PO%d", i), Date: maybe(t, genDate, "of")}
		if rapid.Bool().Draw(t, "loose") {
			of.Packages = append(of.Packages, edi.Package{Lines: linesOf(t, line)})
		}
		for range rapid.IntRange(0, 2).Draw(t, "boxes") {
			of.Packages = append(of.Packages, edi.Package{SSCC: rapid.StringMatching(`[0-9]{18}`).Draw(t, "sscc"), Tracking: maybe(t, genID, "mark"), Lines: linesOf(t, line)})
		}
		if len(of.Packages) > 0 {
			o.Orders = append(o.Orders, of)
		}
	}
	if len(o.Orders) == 0 {
		o.Orders = []edi.ShippedOrder{{Number: "PO", Packages: []edi.Package{{Lines: linesOf(t, line)}}}}
	}
	return o
}

func acknowledgment(t *rapid.T, standard edi.Standard) edi.Document {
	a := &edi.Acknowledgment{Function: "PO", Control: rapid.StringMatching(`[1-9][0-9]{0,8}`).Draw(t, "control"), Status: edi.Accepted}
	if standard == edi.Edifact {
		a.Function, a.Sender, a.Receiver = "", edi.Address{ID: genShort.Draw(t, "sender"), Qualifier: "14"}, edi.Address{ID: genShort.Draw(t, "receiver")}
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "messages") {
		m := edi.AnsweredMessage{Type: "850", Control: fmt.Sprintf("%04d", i+1), Status: edi.Accepted}
		if standard == edi.Edifact {
			m.Type = "ORDERS"
		}
		if a.Received++; rapid.Bool().Draw(t, "rejected") {
			m.Status = edi.Rejected
			f := edi.Fault{Code: "1", Kind: edi.NoElement, Segment: "BEG", Position: 2, Element: 3, Reference: "324"}
			if standard == edi.Edifact {
				f = edi.Fault{Code: "13", Position: 2, Element: 1, Component: rapid.IntRange(0, 2).Draw(t, "component")}
			} else {
				m.Codes = []string{"5"}
			}
			m.Faults = []edi.Fault{f}
		} else {
			a.Taken++
		}
		a.Messages = append(a.Messages, m)
	}
	a.Stated = a.Received
	if standard == edi.X12 && a.Taken < a.Received {
		if a.Status = edi.Noted; a.Taken == 0 {
			a.Status = edi.Rejected
		}
	}
	return a
}

// settled is a document as it can come back: without the sentences of faults.
func settled(d edi.Document) edi.Document {
	if a, ok := d.(*edi.Acknowledgment); ok {
		for i := range a.Messages {
			for k := range a.Messages[i].Faults {
				a.Messages[i].Faults[k].Text = ""
			}
		}
	}
	return d
}

// envelope is what generated documents are put into.
func envelope(standard edi.Standard, syntax edi.Syntax, control int64) edi.Envelope {
	e := edi.Envelope{Syntax: syntax, Sender: edi.Address{Qualifier: "ZZ", ID: "ORDERLY"}, Receiver: edi.Address{Qualifier: "14", ID: strings.Repeat("4", 13)}, Version: "005010", Date: "20240229", Time: "2359", Control: control}
	if standard == edi.Edifact {
		e.Sender.Qualifier = "14"
	}
	return e
}
