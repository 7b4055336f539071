package x12

import (
	"strconv"

	"orderly/internal/edi"
)

// answers are BAK02 and ACK01; the first code of an answer is written.
var (
	orderAnswers = []struct{ code, answer string }{
		{"AD", edi.AnswerAccepted}, {"AT", edi.AnswerAccepted}, {"AC", edi.AnswerChanged}, {"AE", edi.AnswerChanged}, {"RD", edi.AnswerRejected},
		{"RJ", edi.AnswerRejected}, {"AK", edi.AnswerReceived}, {"AH", edi.AnswerBackordered},
	}
	lineAnswers = []struct{ code, answer string }{
		{"IA", edi.AnswerAccepted}, {"AC", edi.AnswerAccepted}, {"AR", edi.AnswerAccepted}, {"IQ", edi.AnswerChanged}, {"IP", edi.AnswerChanged},
		{"IC", edi.AnswerChanged}, {"DR", edi.AnswerChanged}, {"IS", edi.AnswerChanged}, {"BP", edi.AnswerChanged}, {"IB", edi.AnswerBackordered},
		{"IH", edi.AnswerBackordered}, {"IR", edi.AnswerRejected}, {"ID", edi.AnswerRejected}, {"R2", edi.AnswerRejected}, {"R3", edi.AnswerRejected}, {"R4", edi.AnswerRejected},
	}
)

func (r *reader) orderResponse() *edi.OrderResponse {
	o := &edi.OrderResponse{Answer: edi.AnswerReceived}
	skip := false
	for i := range r.list {
		g := &r.list[i]
		switch g.Tag {
		case "BAK":
			for _, a := range orderAnswers {
				if a.code == r.get(g, 2) {
					o.Answer = a.answer
				}
			}
			o.Order, o.Date, o.Reference, o.Ordered = r.get(g, 3), r.date(g, 4), r.get(g, 8), r.date(g, 9)
		case "CUR":
			o.Currency = r.get(g, 2)
		case "N1", "N3", "N4":
			if len(o.Lines) == 0 {
				o.Parties = r.party(o.Parties, g, &skip)
			}
		case "PO1":
			x := edi.AnsweredLine{Answer: edi.AnswerAccepted}
			x.Number, x.Quantity, x.Unit, x.Price = r.get(g, 1), r.number(g, 2), r.get(g, 3), r.number(g, 4)
			x.Confirmed = x.Quantity
			r.pairs(&x.Line, g, 6)
			o.Lines = append(o.Lines, x)
		case "PID":
			if n := len(o.Lines); n > 0 && o.Lines[n-1].Title == "" {
				o.Lines[n-1].Title = r.whole(g, 5)
			}
		case "ACK":
			if n := len(o.Lines); n > 0 {
				r.answer(&o.Lines[n-1], g)
			}
		}
	}
	return o
}

// answer reads ACK into its line. A rejection and a backorder confirm nothing.
func (r *reader) answer(x *edi.AnsweredLine, g *edi.Segment) {
	for _, a := range lineAnswers {
		if a.code == r.get(g, 1) {
			x.Answer = a.answer
		}
	}
	if v := r.get(g, 2); v != "" {
		x.Confirmed = r.number(g, 2)
	} else if x.Answer == edi.AnswerRejected {
		x.Confirmed = 0
	}
	x.Expected = r.date(g, 5)
}

func (b *builder) orderResponse(o *edi.OrderResponse) {
	code := "AK"
	for _, a := range orderAnswers {
		if a.answer == o.Answer {
			code = a.code
			break
		}
	}
	b.add("BAK", "00", code, o.Order, string(o.Date), "", "", "", o.Reference, string(o.Ordered))
	if o.Currency != "" {
		b.add("CUR", "SE", o.Currency)
	}
	b.parties(o.Parties)
	for i := range o.Lines {
		x := &o.Lines[i]
		b.item("PO1", &x.Line, x.Number, x.Quantity.String(), unit(&x.Line), amount(x.Price), "")
		b.title(&x.Line)
		code := "IA"
		for _, a := range lineAnswers {
			if a.answer == x.Answer {
				code = a.code
				break
			}
		}
		qualifier := ""
		if x.Expected != "" {
			qualifier = "068"
		}
		b.add("ACK", code, x.Confirmed.String(), unit(&x.Line), qualifier, string(x.Expected))
	}
	b.add("CTT", strconv.Itoa(len(o.Lines)))
}
