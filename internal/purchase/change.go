package purchase

import (
	"fmt"
	"slices"
	"time"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// LineEdit is what shall be different about a line, or a line that is added.
// What is nil stays.
type LineEdit struct {
	N           int // 0 adds a line
	Added       Line
	Quantity    *int64
	Cost        *money.Price
	ExpectedAt  *int64 // 0: unknown
	SupplierSKU *string
}

// Edit is what shall be different about a purchase order. What is nil stays.
type Edit struct {
	Reference *string
	Transport *string
	Note      *string
	Over      *int64
	Location  *int64 // of a draft
	Lines     []LineEdit
}

// Empty reports whether nothing shall be different.
func (e *Edit) Empty() bool {
	return e.Reference == nil && e.Transport == nil && e.Note == nil && e.Over == nil && e.Location == nil && len(e.Lines) == 0
}

// CheckLine lists the faults of a line as it stands.
func (l *Line) CheckLine(at string, now int64, f *fault.List) {
	if l.Quantity < 1 || l.Quantity > money.MaxQuantity {
		f.Add(at+"/quantity", "out_of_range", "between 1 and %d units are ordered", int64(money.MaxQuantity))
	}
	if l.Cost < 0 || l.Cost > money.MaxPrice {
		f.Add(at+"/cost", "out_of_range", "a cost is not negative and at most %s", money.MaxPrice)
	}
	if l.ExpectedAt < 0 || l.ExpectedAt > now+MaxAhead.Microseconds() {
		f.Add(at+"/expected_on", "too_far", "the day on which it should come is within three years")
	}
	if len(l.SupplierSKU) > 4*MaxReference || !storable(l.SupplierSKU) {
		f.Add(at+"/supplier_sku", "invalid_text", "at most %d characters, none of them control characters", MaxReference)
	}
	if (l.Order == 0) != (l.OrderLine == 0) {
		f.Add(at+"/order_line", "missing", "a line that waits is named by its order and its number there")
	}
}

// New is a draft: numbered by who makes it, its lines numbered from 1.
func New(p Purchase, now int64) (Purchase, error) {
	var l fault.List
	p.Check(&l)
	if len(p.Lines) > MaxLines {
		l.Add("/lines", "too_many_lines", "%d lines; at most %d", len(p.Lines), MaxLines)
	}
	p.Lines = slices.Clone(p.Lines)
	for i := range p.Lines {
		x := &p.Lines[i]
		x.N, x.LeadDays = i+1, -1
		x.CheckLine(fmt.Sprintf("/lines/%d", i), now, &l)
	}
	p.CreatedAt = now
	return p, l.Err()
}

// With is the purchase order as an edit leaves it. What was sent keeps its
// destination, and no line becomes less than what came of it; a quantity of 0
// takes a line out of a draft. It is refused as a whole, with all that stands
// against it.
func (p *Purchase) With(e *Edit, now int64, zone *time.Location) (Purchase, error) {
	if err := p.may("change"); err != nil {
		return *p, err
	}
	x := p.clone()
	var l fault.List
	if e.Empty() {
		l.Add("", "empty", "nothing to change was given")
	}
	set(&x.Reference, e.Reference)
	set(&x.Transport, e.Transport)
	set(&x.Note, e.Note)
	set(&x.Over, e.Over)
	if e.Location != nil && *e.Location != x.Location {
		if p.SentAt != 0 {
			l.Add("/location", "sent", "the supplier was told where it goes; cancel it and order anew")
		}
		x.Location = *e.Location
	}
	x.Check(&l)
	for i := range e.Lines {
		x.editLine(&e.Lines[i], fmt.Sprintf("/lines/%d", i), now, &l)
	}
	x.Lines = slices.DeleteFunc(x.Lines, func(y Line) bool { return y.Quantity == 0 })
	if len(x.Lines) > MaxLines {
		l.Add("/lines", "too_many_lines", "%d lines; at most %d", len(x.Lines), MaxLines)
	}
	if err := l.As(fault.Invalid, "invalid", "the purchase order cannot be changed like this"); err != nil {
		return *p, err
	}
	x.finish(zone) // a line of which more is ordered is not done any more
	return x, nil
}

func (p *Purchase) editLine(e *LineEdit, at string, now int64, l *fault.List) {
	if e.N == 0 {
		added := e.Added
		added.N, added.LeadDays = 1, -1
		for i := range p.Lines {
			added.N = max(added.N, p.Lines[i].N+1)
		}
		if p.SentAt != 0 {
			added.Asked, added.PromisedAt = added.Cost, added.ExpectedAt
		}
		added.CheckLine(at, now, l)
		p.Lines = append(p.Lines, added)
		return
	}
	x := p.Line(e.N)
	if x == nil {
		l.Add(at+"/line", "no_such_line", "there is no line %d", e.N)
		return
	}
	set(&x.Cost, e.Cost)
	set(&x.ExpectedAt, e.ExpectedAt)
	set(&x.SupplierSKU, e.SupplierSKU)
	if e.Quantity != nil {
		if gone := x.Received + x.Canceled; p.SentAt != 0 && *e.Quantity < max(1, gone) {
			l.Add(at+"/quantity", "below_received", "%d units of line %d came or were canceled already: it cannot be less; cancel what shall not come", gone, x.N)
			return
		}
		x.Quantity = *e.Quantity
		if x.Quantity == 0 { // it goes
			return
		}
	}
	x.CheckLine(at, now, l)
}

func set[T any](to, given *T) {
	if given != nil {
		*to = *given
	}
}

// Send is the purchase order as the supplier has it. before gives what was paid
// for an item the last time, 0 when it never was.
func (p *Purchase) Send(now int64, before func(item int64) money.Price) (Purchase, error) {
	if err := p.may("send"); err != nil {
		return *p, err
	}
	if len(p.Lines) == 0 {
		return *p, fault.New(fault.Conflict, "no_lines", "purchase order %d has no lines; add what is ordered first", p.Number)
	}
	x := p.clone()
	x.SentAt = now
	for i := range x.Lines {
		l := &x.Lines[i]
		l.Asked, l.Before, l.PromisedAt = l.Cost, before(l.Item), l.ExpectedAt
	}
	return x, nil
}

// Answer is what a supplier says of a line. What is nil it did not say.
type Answer struct {
	N          int
	Quantity   *int64 // that it sends
	Cost       *money.Price
	ExpectedAt *int64
	CancelRest bool // what it does not send will not come
}

// Acknowledge is the purchase order as the supplier has answered it. Lines that
// it did not name it takes as they are, when all is true. The first day that it
// says is what it is measured by, for ever.
func (p *Purchase) Acknowledge(answers []Answer, all bool, now int64, zone *time.Location) (Purchase, error) {
	if err := p.may("acknowledge"); err != nil {
		return *p, err
	}
	x := p.clone()
	var l fault.List
	if len(answers) == 0 && !all {
		l.Add("/lines", "missing", "say what of which line was confirmed, or that all of it was")
	}
	named := map[int]bool{}
	for i := range answers {
		at := fmt.Sprintf("/lines/%d", i)
		if named[answers[i].N] {
			l.Add(at+"/line", "repeated", "line %d is answered twice", answers[i].N)
		}
		named[answers[i].N] = true
		x.answer(&answers[i], at, now, &l)
	}
	for i := range x.Lines {
		if y := &x.Lines[i]; all && !named[y.N] && y.Open() > 0 {
			y.Confirmed = y.Quantity - y.Canceled
		}
	}
	if err := l.Err(); err != nil {
		return *p, err
	}
	x.finish(zone)
	if x.AckAt == 0 {
		x.AckAt = now
	}
	return x, nil
}

func (p *Purchase) answer(a *Answer, at string, now int64, l *fault.List) {
	x := p.Line(a.N)
	if x == nil {
		l.Add(at+"/line", "no_such_line", "there is no line %d", a.N)
		return
	}
	first := x.Confirmed == 0
	will := x.Quantity - x.Canceled
	if a.Quantity != nil {
		will = *a.Quantity
	}
	if will < x.Received || will > x.Quantity-x.Canceled {
		l.Add(at+"/quantity", "out_of_range", "of line %d between %d and %d units can be confirmed; change the order for more", x.N, x.Received, x.Quantity-x.Canceled)
		return
	}
	x.Confirmed = will
	set(&x.Cost, a.Cost)
	if a.ExpectedAt != nil {
		if x.ExpectedAt = *a.ExpectedAt; first {
			x.PromisedAt = *a.ExpectedAt
		}
	}
	if a.CancelRest {
		x.Canceled += x.Quantity - x.Canceled - will
	}
	x.CheckLine(at, now, l)
}

// Cut is units of a line that shall not come. No quantity is all that is open.
type Cut struct {
	N        int
	Quantity int64
}

// Cancel is the purchase order without what shall not come: all that is open
// where no line is named. Where nothing came and nothing is left it is canceled
// as a whole.
func (p *Purchase) Cancel(cuts []Cut, now int64, zone *time.Location) (Purchase, error) {
	if err := p.may("cancel"); err != nil {
		return *p, err
	}
	x := p.clone()
	var l fault.List
	for i, c := range cuts {
		at := fmt.Sprintf("/lines/%d", i)
		switch y := x.Line(c.N); {
		case y == nil:
			l.Add(at+"/line", "no_such_line", "there is no line %d", c.N)
		case c.Quantity < 0 || c.Quantity > y.Open() || y.Open() == 0:
			l.Add(at+"/quantity", "out_of_range", "%d units of line %d are open", y.Open(), c.N)
		case c.Quantity == 0:
			y.Canceled += y.Open()
		default:
			y.Canceled += c.Quantity
		}
	}
	if err := l.Err(); err != nil {
		return *p, err
	}
	if len(cuts) == 0 {
		for i := range x.Lines {
			x.Lines[i].Canceled += x.Lines[i].Open()
		}
	}
	x.finish(zone)
	if _, came, open := x.Units(); came == 0 && open == 0 {
		x.CanceledAt = now
	}
	return x, nil
}

// Close is the purchase order as nothing more of it comes; what is open is
// canceled.
func (p *Purchase) Close(now int64, zone *time.Location) (Purchase, error) {
	if err := p.may("close"); err != nil {
		return *p, err
	}
	x := p.clone()
	for i := range x.Lines {
		x.Lines[i].Canceled += x.Lines[i].Open()
	}
	x.finish(zone)
	x.ClosedAt = now
	return x, nil
}
