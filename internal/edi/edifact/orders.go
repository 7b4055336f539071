package edifact

import (
	"strconv"

	"orderly/internal/edi"
)

// functions are data element 1225 of an order.
var functions = map[string]string{"1": edi.Cancel, "3": edi.Cancel, "4": edi.Change, "5": edi.Replacement, "9": edi.Original}

func functionCode(purpose string) string {
	switch purpose {
	case edi.Cancel:
		return "1"
	case edi.Change:
		return "4"
	case edi.Replacement:
		return "5"
	}
	return "9"
}

// Codes of quantities, amounts and dates that are written.
const (
	ordered    = "21"
	confirmed  = "113"
	waiting    = "83"
	despatched = "12"
	invoiced   = "47"

	documentDate = "137"
	orderDate    = "171"
	dropShip     = "DROPSHIP" // under RFF+ZZZ, mutually defined
)

func (r *reader) order() *edi.Order {
	o := &edi.Order{Purpose: edi.Original}
	for i := range r.list {
		g := &r.list[i]
		if g.Tag == "LIN" {
			o.Lines = append(o.Lines, r.lineOf(g))
			continue
		}
		if n := len(o.Lines); n > 0 {
			r.orderDetail(o, &o.Lines[n-1], g)
			continue
		}
		switch g.Tag {
		case "BGM":
			o.Number = r.get(g, 2, 1)
			if p := functions[r.get(g, 3, 1)]; p != "" {
				o.Purpose = p
			}
		case "DTM":
			switch code, d := r.date(g); code {
			case documentDate:
				o.Date = d
			case "2", "64":
				o.Requested = d
			}
		case "FTX":
			o.Note = r.joined(g, 4, 1, 5)
		case "RFF":
			switch r.get(g, 1, 1) {
			case "CR", "CO":
				o.Customer = r.get(g, 1, 2)
			case "ZZZ":
				o.DropShip = r.get(g, 1, 2) == dropShip
			}
		case "NAD":
			o.Parties = r.party(o.Parties, g)
		case "CUX":
			o.Currency = r.get(g, 1, 2)
		case "TDT":
			_, o.Carrier = r.carrier(g)
		}
	}
	return o
}

func (r *reader) orderDetail(o *edi.Order, x *edi.Line, g *edi.Segment) {
	switch g.Tag {
	case "QTY":
		if n, unit, ok := r.quantity(g, ordered); ok {
			x.Quantity, x.Unit = n, unit
		}
	case "MOA":
		if code := r.get(g, 1, 1); code == "86" || code == "128" {
			o.Total = r.number(g, 1, 2)
		}
	default:
		r.described(x, g)
	}
}

func (b *builder) order(o *edi.Order) {
	b.add("BGM", "220", b.c(o.Number), functionCode(o.Purpose))
	b.date(documentDate, o.Date)
	b.date("2", o.Requested)
	if note := lines(o.Note, 70, 5); len(note) > 0 {
		b.add("FTX", "AAI", "", "", b.c(note...))
	}
	b.reference("CR", o.Customer)
	if o.DropShip {
		b.reference("ZZZ", dropShip)
	}
	b.parties(o.Parties)
	b.currency(o.Currency, "9")
	b.carrier("", o.Carrier)
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item(x, x.Number, "")
		b.quantity(ordered, x.Quantity, x.Unit)
		b.price(x.Price)
	}
	b.add("UNS", "S")
	if o.Total != 0 {
		b.money("86", o.Total)
	}
	b.count(len(o.Lines))
}

// count writes how many lines there are.
func (b *builder) count(n int) { b.add("CNT", b.c("2", strconv.Itoa(n))) }

// answers are data element 1225 of a response and 1229 of its lines; the first
// code of an answer is written.
var (
	orderAnswers = []struct{ code, answer string }{
		{"29", edi.AnswerAccepted}, {"30", edi.AnswerChanged}, {"28", edi.AnswerChanged}, {"4", edi.AnswerChanged}, {"27", edi.AnswerRejected},
		{"11", edi.AnswerReceived}, {"9", edi.AnswerReceived}, {"12", edi.AnswerReceived}, {"8", edi.AnswerBackordered},
	}
	lineAnswers = []struct{ code, answer string }{
		{"5", edi.AnswerAccepted}, {"6", edi.AnswerChanged}, {"3", edi.AnswerChanged}, {"23", edi.AnswerChanged}, {"24", edi.AnswerChanged},
		{"7", edi.AnswerRejected}, {"2", edi.AnswerRejected}, {"10", edi.AnswerRejected},
	}
)

func (r *reader) orderResponse() *edi.OrderResponse {
	o := &edi.OrderResponse{Answer: edi.AnswerReceived}
	for i := range r.list {
		g := &r.list[i]
		if g.Tag == "LIN" {
			x := edi.AnsweredLine{Line: r.lineOf(g), Answer: edi.AnswerAccepted}
			for _, a := range lineAnswers {
				if a.code == r.get(g, 2, 1) {
					x.Answer = a.answer
				}
			}
			o.Lines = append(o.Lines, x)
			continue
		}
		if n := len(o.Lines); n > 0 {
			r.answered(&o.Lines[n-1], g)
			continue
		}
		switch g.Tag {
		case "BGM":
			o.Reference = r.get(g, 2, 1)
			for _, a := range orderAnswers {
				if a.code == r.get(g, 3, 1) {
					o.Answer = a.answer
				}
			}
		case "DTM":
			switch code, d := r.date(g); code {
			case documentDate:
				o.Date = d
			case orderDate:
				o.Ordered = d
			}
		case "RFF":
			if r.get(g, 1, 1) == "ON" {
				o.Order = r.get(g, 1, 2)
			}
		case "NAD":
			o.Parties = r.party(o.Parties, g)
		case "CUX":
			o.Currency = r.get(g, 1, 2)
		}
	}
	return o
}

// answered reads a line of a response. What waits for goods is a line that is
// changed and says how much of it waits.
func (r *reader) answered(x *edi.AnsweredLine, g *edi.Segment) {
	switch g.Tag {
	case "QTY":
		switch n, unit := r.number(g, 1, 2), r.get(g, 1, 3); r.get(g, 1, 1) {
		case ordered:
			x.Quantity, x.Unit = n, unit
			if x.Answer != edi.AnswerRejected && x.Confirmed == 0 {
				x.Confirmed = n
			}
		case confirmed:
			x.Confirmed = n
		case waiting:
			x.Answer = edi.AnswerBackordered
		}
	case "DTM":
		if code, d := r.date(g); code == "67" || code == "69" || code == "2" {
			x.Expected = d
		}
	default:
		r.described(&x.Line, g)
	}
}

func (b *builder) orderResponse(o *edi.OrderResponse) {
	code := "11"
	for _, a := range orderAnswers {
		if a.answer == o.Answer {
			code = a.code
			break
		}
	}
	b.add("BGM", "231", b.c(o.Reference), code)
	b.date(documentDate, o.Date)
	b.reference("ON", o.Order)
	if b.clean(o.Order) != "" {
		b.date(orderDate, o.Ordered)
	}
	b.parties(o.Parties)
	b.currency(o.Currency, "9")
	for i := range o.Lines {
		b.answeredLine(&o.Lines[i])
	}
	b.add("UNS", "S")
	b.count(len(o.Lines))
}

func (b *builder) answeredLine(x *edi.AnsweredLine) {
	action := "6"
	for _, a := range lineAnswers {
		if a.answer == x.Answer {
			action = a.code
			break
		}
	}
	b.item(&x.Line, x.Number, action)
	b.quantity(ordered, x.Quantity, x.Unit)
	b.quantity(confirmed, x.Confirmed, x.Unit)
	if x.Answer == edi.AnswerBackordered {
		b.quantity(waiting, x.Quantity-x.Confirmed, x.Unit)
	}
	b.date("67", x.Expected)
	b.price(x.Price)
}
