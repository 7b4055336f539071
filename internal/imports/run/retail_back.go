package run

import (
	"slices"
	"strings"
	"time"

	"orderly/internal/imports/onlineretail"
	"orderly/internal/order"
)

// back is units that one C invoice takes back, or for canceled ones all of a day.
type back struct {
	invoice string
	at      time.Time
	parts   []order.Part
	upTo    []order.Part // of a return: units of its lines that are back then, earlier returns included
	sources []int
	net     onlineretail.Exact // below zero, at the price of the sale
	value   int64              // net as the books have it, above zero
	refund  int64              // what the channel gave back: the value, as far as it was paid
}

// takeBack decides what became of units of a sale that C invoices take back.
// On the day of the sale they were canceled before they were sent; later they
// came back. An order whose every unit went on its day, but not its charges,
// was sent all the same: else its charges would go with the last unit.
func (b *retail) takeBack(e *entry, s *onlineretail.Sale) {
	var o *order.Order
	if e.err == nil {
		o, e.err = order.New(order.Header{Mode: order.History, Rounding: b.merchant.Rounding}, &e.request, b.shelf)
	}
	if e.err != nil { // what is taken back of an order that is refused is refused with it
		e.canceled = b.gathered(s, b.taken[s.Invoice])
		return
	}
	var now, later []take
	left := int64(0)
	for i := range s.Lines {
		left += s.Lines[i].Quantity
	}
	for _, t := range b.taken[s.Invoice] {
		if sameDay(t.at, s.At) {
			now = append(now, t)
			left -= t.quantity
		} else {
			later = append(later, t)
		}
	}
	if left == 0 && len(e.request.Fees) > 0 {
		now, later = nil, b.taken[s.Invoice]
	}
	b.cancelUnits(e, s, o, now)
	b.returnUnits(e, s, o, later)
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// cancelUnits settles what was canceled and lets all else be delivered.
func (b *retail) cancelUnits(e *entry, s *onlineretail.Sale, o *order.Order, taken []take) {
	e.canceled = b.gathered(s, taken)
	var d order.Delta
	for _, p := range e.canceled.parts {
		d.Moves = append(d.Moves, order.Move{Line: p.Line, From: order.Unsourced, To: order.Canceled, Quantity: p.Quantity})
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		sent := l.Q[order.Ordered]
		for _, p := range e.canceled.parts {
			if p.Line == l.N {
				sent -= p.Quantity
			}
		}
		if sent > 0 {
			d.Moves = append(d.Moves, order.Move{Line: l.N, From: order.Unsourced, To: order.Delivered, Quantity: sent})
		}
	}
	if err := o.Apply(&d, 0, 1); err != nil {
		panic("run: a C invoice takes back more than was sold: " + err.Error())
	}
	e.canceled.value = o.Totals.Canceled
	e.canceled.refund = min(o.Totals.Canceled, paidOf(e))
	if len(taken) > 0 {
		e.request.Custom = customText("canceled_by", clip(e.canceled.invoice, maxCanceledBy))
	}
}

const maxCanceledBy = 1000 // bytes

func paidOf(e *entry) int64 {
	sum := int64(0)
	for _, p := range e.request.Payments {
		sum += p.Amount
	}
	return sum
}

// returnUnits settles what came back, one return for each C invoice.
func (b *retail) returnUnits(e *entry, s *onlineretail.Sale, o *order.Order, taken []take) {
	kept := paidOf(e) - e.canceled.refund
	for len(taken) > 0 {
		n := 1
		for n < len(taken) && taken[n].invoice == taken[0].invoice {
			n++
		}
		r := b.gathered(s, taken[:n])
		taken = taken[n:]
		var d order.Delta
		for _, p := range r.parts {
			r.value += o.Line(p.Line).ReturnValue(p.Quantity)
			d.Returned = append(d.Returned, order.Return{Line: p.Line, Quantity: p.Quantity})
		}
		if err := o.Apply(&d, 0, 1); err != nil {
			panic("run: a C invoice takes back more than was sold: " + err.Error())
		}
		for _, p := range r.parts {
			r.upTo = append(r.upTo, order.Part{Line: p.Line, Quantity: o.Line(p.Line).Q[order.Returned]})
		}
		r.refund = min(r.value, kept)
		kept -= r.refund
		e.returned = append(e.returned, r)
	}
}

// gathered makes one back of takes, each line once. The invoice is the first's
// and those that follow.
func (b *retail) gathered(s *onlineretail.Sale, taken []take) back {
	var out back
	var invoices []string
	for _, t := range taken {
		l := &s.Lines[t.index]
		out.at = t.at
		out.net -= exact(t.quantity, l.Price)
		out.sources = append(out.sources, t.source)
		if len(invoices) == 0 || invoices[len(invoices)-1] != t.invoice {
			invoices = append(invoices, t.invoice)
		}
		q := b.units(l.SKU, t.quantity)
		i := slices.IndexFunc(out.parts, func(p order.Part) bool { return p.Line == t.index+1 })
		if i < 0 {
			out.parts = append(out.parts, order.Part{Line: t.index + 1, Quantity: q})
		} else {
			out.parts[i].Quantity += q
		}
	}
	out.invoice = strings.Join(invoices, " ")
	return out
}
