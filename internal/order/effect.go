package order

import "slices"

// Effect is what a change comes to: money before and after, and what becomes
// of the units of each line that it touches.
type Effect struct {
	Before, After Totals
	Due           int64 // what is to be paid afterwards
	ToRefund      int64 // what has been paid too much afterwards
	Refunded      int64 // what the change itself gives back
	Lines         []LineEffect
}

// LineEffect is what becomes of one line's units.
type LineEffect struct {
	Line        int
	Joined      bool
	Canceled    int64
	Backordered int64
	Claimed     []ClaimedAt
}

// ClaimedAt is how many units a location gives.
type ClaimedAt struct{ Location, Quantity int64 }

// EffectOf tells what a change came to that made after of an order with these
// totals before.
func EffectOf(before Totals, after *Order, d *Delta) Effect {
	e := Effect{Before: before, After: after.Totals, Refunded: d.Refunded}
	if open := after.Totals.Payable() - after.Paid + after.Refunded; open > 0 {
		e.Due = open
	} else {
		e.ToRefund = min(-open, after.Paid-after.Refunded)
	}
	at := map[int64]int64{}
	for _, o := range d.Opened {
		at[o.ID] = o.Location
	}
	lines := map[int]*LineEffect{}
	line := func(n int) *LineEffect {
		if lines[n] == nil {
			lines[n] = &LineEffect{Line: n}
		}
		return lines[n]
	}
	for i := range d.Terms {
		line(d.Terms[i].Line)
	}
	for i := range d.Added {
		line(d.Added[i].N).Joined = true
	}
	for _, m := range d.Moves {
		l := line(m.Line)
		switch m.To {
		case Canceled:
			l.Canceled += m.Quantity
		case Backordered:
			l.Backordered += m.Quantity
		case Allocated:
			l.Claimed = append(l.Claimed, ClaimedAt{at[m.Fulfillment], m.Quantity})
		}
	}
	for i := range after.Lines {
		if l := lines[after.Lines[i].N]; l != nil {
			e.Lines = append(e.Lines, *l)
		}
	}
	return e
}

// Asks is a change as a request, for Warnings to look at: lines that join,
// grow or cost something else, and the address when it becomes another. at are
// the positions of its lines in the order.
func (o *Order) Asks(d *Delta) (r Request, at []int) {
	r = Request{Channel: o.Channel, Currency: o.Currency.Code()}
	if slices.Contains(d.Edited, "ship_to") {
		r.Parties.ShipTo = o.Party.ShipTo
	}
	add := func(n int) {
		if l := o.Line(n); l != nil && l.Parent == 0 {
			r.Lines = append(r.Lines, RequestLine{SKU: l.SKU, Quantity: l.Quantity, Price: l.Price, Discount: l.Discount, Tax: l.Tax})
			at = append(at, n)
		}
	}
	for i := range d.Terms {
		add(d.Terms[i].Line)
	}
	for i := range d.Added {
		add(d.Added[i].N)
	}
	return r, at
}

// Oddities are the warnings about a change that has made this order: those of
// a new one but what the change itself tells, which is what is in stock, and
// what is of other orders. Their lines are the order's.
func (o *Order) Oddities(d *Delta, items Find, p Past, now int64) []Warning {
	r, at := o.Asks(d)
	var out []Warning
	for _, w := range Warnings(&r, items, p, now) {
		told := slices.Contains([]string{"same_order", "open_order", "backordered", "out_of_stock", "preordered", "preorder_full"}, w.Code)
		if told || w.Field != "" && r.Parties.ShipTo.IsZero() {
			continue
		}
		if w.Line > 0 {
			w.Line = at[w.Line-1]
		}
		out = append(out, w)
	}
	return out
}
