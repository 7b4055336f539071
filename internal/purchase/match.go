package purchase

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// InvoiceID names a supplier's invoice for ever.
type InvoiceID int64

func (id InvoiceID) String() string { return ident.Text("sin", int64(id)) }

// ParseInvoiceID reads the text form, "sin_…".
func ParseInvoiceID(s string) (InvoiceID, error) {
	id, err := ident.Parse("sin", s)
	return InvoiceID(id), err
}

// Matching is how an invoice stands against what was ordered and came.
type Matching string

const (
	Matched  Matching = "matched"  // nothing differs by more than is tolerated
	Differs  Matching = "differs"  // a person must look
	Approved Matching = "approved" // it is to be paid
	Disputed Matching = "disputed" // it is not
)

// Invoice is what a supplier asks for.
type Invoice struct {
	ID       InvoiceID
	Purchase ID
	Supplier int64
	Number   string // of the supplier; each once
	At       int64  // of the document
	DueAt    int64
	State    Matching
	Note     string // of who approved or disputed it
	Total    int64  // that it says; minor units of the order's currency
	Charges  int64  // in it, for freight and the like
	Tax      int64  // in it
	Lines    []InvoiceLine
	Version  int64
	MadeAt   int64
	Actor    string // of the last change
}

// InvoiceLine is what it asks for a line.
type InvoiceLine struct {
	Line     int
	Quantity int64
	Cost     money.Price
}

// Difference is one thing in which an invoice is not what was agreed.
type Difference struct {
	Line     int    // 0 for the whole
	Kind     string // price, quantity, charges, sum
	Agreed   string
	Invoiced string
}

// Check lists what can be seen to be wrong without the purchase order.
func (v *Invoice) Check(l *fault.List) {
	if v.Number == "" || utf8.RuneCountInString(v.Number) > MaxReference || !storable(v.Number) {
		l.Add("/number", "missing", "an invoice has a number of at most %d characters", MaxReference)
	}
	if len(v.Lines) == 0 || len(v.Lines) > MaxLines {
		l.Add("/lines", "missing", "an invoice asks for between 1 and %d lines", MaxLines)
	}
	if utf8.RuneCountInString(v.Note) > MaxNote || !utf8.ValidString(v.Note) {
		l.Add("/note", "invalid_text", "at most %d characters", MaxNote)
	}
	seen := map[int]bool{}
	for i, x := range v.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		if x.Quantity < 1 || x.Quantity > money.MaxQuantity {
			l.Add(at+"/quantity", "out_of_range", "between 1 and %d units are asked for", int64(money.MaxQuantity))
		}
		if x.Cost < 0 || x.Cost > money.MaxPrice {
			l.Add(at+"/cost", "out_of_range", "a cost is not negative and at most %s", money.MaxPrice)
		}
		if seen[x.Line] {
			l.Add(at+"/line", "repeated", "line %d is asked for twice", x.Line)
		}
		seen[x.Line] = true
	}
}

// Match compares an invoice with what was ordered and what came: prices within
// percent of what was agreed, no more units than came, did not go back and were
// not invoiced before, charges no more than are known, and a sum that is what it lists.
func (p *Purchase) Match(v *Invoice, percent int64) ([]Difference, error) {
	c, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return nil, err
	}
	var l fault.List
	var out []Difference
	sum := v.Charges + v.Tax
	for i, x := range v.Lines {
		y := p.Line(x.Line)
		if y == nil {
			l.Add(fmt.Sprintf("/lines/%d/line", i), "no_such_line", "there is no line %d", x.Line)
			continue
		}
		if most := int64(y.Cost)/100*percent + int64(y.Cost)%100*percent/100; int64(x.Cost-y.Cost) > most || int64(y.Cost-x.Cost) > most {
			out = append(out, Difference{x.Line, "price", y.Cost.String(), x.Cost.String()})
		}
		if left := y.Received - y.Back - y.Invoiced + y.Credited; x.Quantity > left {
			out = append(out, Difference{x.Line, "quantity", fmt.Sprint(max(0, left)), fmt.Sprint(x.Quantity)})
		}
		worth, _, err := money.LineTotal(x.Quantity, y.Scale, x.Cost, c, money.HalfAwayFromZero)
		if err != nil {
			return nil, err
		}
		sum += worth
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	known := int64(0)
	for _, x := range p.Charges {
		known += x.Amount
	}
	if v.Charges > known {
		out = append(out, Difference{0, "charges", c.FormatAmount(known), c.FormatAmount(v.Charges)})
	}
	if sum != v.Total {
		out = append(out, Difference{0, "sum", c.FormatAmount(sum), c.FormatAmount(v.Total)})
	}
	return out, nil
}

// Invoice is the purchase order with what an invoice asks for counted, or, with
// sign -1, not counted any more.
func (p *Purchase) Invoice(v *Invoice, sign int64) (Purchase, error) {
	if sign > 0 && !slices.Contains(p.Actions(), "invoice") {
		return *p, p.may("invoice")
	}
	x := p.clone()
	for _, y := range v.Lines {
		if l := x.Line(y.Line); l != nil {
			l.Invoiced += sign * y.Quantity
		}
	}
	return x, nil
}

// Decide is the invoice as a person has decided: it is paid, or not. What
// differs is approved with a reason alone, and a dispute always has one.
func (v *Invoice) Decide(approve bool, note string) (Invoice, error) {
	x := *v
	var l fault.List
	if utf8.RuneCountInString(note) > MaxNote || !utf8.ValidString(note) {
		l.Add("/note", "invalid_text", "at most %d characters", MaxNote)
	}
	if note == "" && (!approve || v.State != Matched) {
		l.Add("/note", "missing", "say why")
	}
	if err := l.Err(); err != nil {
		return *v, err
	}
	x.Note, x.State = note, Disputed
	if approve {
		x.State = Approved
	}
	if v.State == Approved && !approve {
		return *v, fault.New(fault.Conflict, "not_possible", "invoice %q was approved", v.Number)
	}
	return x, nil
}

// Actions are what may be done with it now.
func (v *Invoice) Actions() []string {
	switch v.State {
	case Approved:
		return []string{}
	case Disputed:
		return []string{"approve"}
	}
	return []string{"approve", "dispute"}
}
