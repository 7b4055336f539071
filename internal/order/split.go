package order

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/tax"
)

// SplitOff are the lines of an order of its own that takes units over. Each
// costs exactly what this order is less by when they are canceled here, so that
// both orders together cost what the one did; fees stay. A quantity of zero is
// all units of the line that were not canceled. Bundles go by whole sets.
func (o *Order) SplitOff(parts []Part, rounding money.Rounding) ([]RequestLine, []Part, error) {
	var faults fault.List
	var lines []RequestLine
	var named []Part
	taken, seen := int64(0), map[int]bool{}
	for i, p := range parts {
		at := fmt.Sprintf("/lines/%d", i)
		l := o.Line(p.Line)
		switch {
		case l == nil:
			faults.Add(at, "no_such_line", "order %d has no line %d", o.Number, p.Line)
			continue
		case l.Parent != 0:
			faults.Add(at, "component", "line %d is part of the bundle in line %d; name that one", p.Line, l.Parent)
			continue
		case seen[p.Line]:
			faults.Add(at, "repeated", "line %d is named twice", p.Line)
			continue
		case p.Quantity < 0:
			faults.Add(at+"/quantity", "negative", "quantity is not negative; leave it out for all units")
			continue
		}
		seen[p.Line] = true
		live := o.Quantities(l).Live()
		if p.Quantity == 0 {
			p.Quantity = live
		}
		if p.Quantity == 0 || p.Quantity > live {
			faults.Add(at+"/quantity", "too_many", "line %d has %d units that were not canceled", l.N, live)
			continue
		}
		r, err := o.splitLine(l, p.Quantity, rounding)
		if err != nil {
			faults.AddError(at, err)
			continue
		}
		lines, named, taken = append(lines, r), append(named, p), taken+p.Quantity*o.leavesOf(l)
	}
	if len(parts) == 0 {
		faults.Add("/lines", "missing", "say which units go to another order")
	}
	if err := faults.As(fault.Conflict, "not_splittable", "the order cannot be split like this"); err != nil {
		return nil, nil, err
	}
	if taken == o.Sums.Live() {
		return nil, nil, fault.New(fault.Conflict, "nothing_left", "that is all of order %d; leave some of it", o.Number)
	}
	return lines, named, nil
}

// leavesOf is how many units that lie somewhere one unit of a line has.
func (o *Order) leavesOf(l *Line) int64 {
	if l.Leaf() {
		return 1
	}
	sum := int64(0)
	for _, c := range o.Components(l.N) {
		sum += c.PerParent
	}
	return sum
}

// splitLine is units of a line as a line of its own: at the same price, with
// discount and tax so that it is worth what canceling them takes off the order.
func (o *Order) splitLine(l *Line, units int64, rounding money.Rounding) (RequestLine, error) {
	total, _, err := money.LineTotal(units, l.Scale, l.Price, o.Currency, rounding)
	if err != nil {
		return RequestLine{}, err
	}
	q := o.Quantities(l)
	worth := share(l.Net(), q[Canceled]+units, q[Ordered]) - share(l.Net(), q[Canceled], q[Ordered])
	taxed := share(l.Tax, q[Canceled]+units, q[Ordered]) - share(l.Tax, q[Canceled], q[Ordered])
	discount := total + taxed - worth
	if discount < 0 { // rounding made the whole dearer than its units
		taxed, discount = taxed-discount, 0
	}
	if discount > total {
		taxed, discount = worth, total
	}
	return RequestLine{SKU: l.SKU, Quantity: units, Price: l.Price, Title: l.Title, Discount: discount, Tax: taxed, Taxed: l.said(taxed), Custom: l.Custom}, nil
}

// said is how a line that takes over from this one is taxed: as this one is,
// whatever a table says by now.
func (l *Line) said(amount int64) *tax.Basis {
	b := l.Taxed
	if amount == 0 && !b.Contained { // so that none follows from the rate
		b = tax.Basis{}
	}
	return &b
}

// Joining is what a change adds to an order that takes this one over: its lines
// that were not canceled, worth what they are here, and its fees; together no
// more than what this one comes to.
func (o *Order) Joining(rounding money.Rounding) ([]NewLine, []FeeChange, error) {
	var lines []NewLine
	sum := int64(0)
	for _, n := range o.Lively() {
		l := o.Line(n)
		live := o.Quantities(l).Live()
		r, err := o.splitLine(l, live, rounding)
		if err != nil {
			return nil, nil, err
		}
		sum += l.Net() - share(l.Net(), l.Quantity-live, l.Quantity)
		lines = append(lines, NewLine{SKU: r.SKU, Quantity: r.Quantity, Price: &r.Price, Title: r.Title, Discount: r.Discount, Tax: r.Tax, Taxed: r.Taxed})
	}
	var fees []FeeChange
	for _, f := range o.Fees {
		amount, tax := f.Amount, f.Tax
		sum += f.Sum()
		fees = append(fees, FeeChange{Kind: f.Kind, Code: f.Code, Label: f.Label, Amount: &amount, Tax: &tax, Taxed: f.Taxed})
	}
	if over := sum - o.Totals.Payable(); over > 0 { // deductions had lessened what was canceled
		less := -over
		fees = append(fees, FeeChange{Kind: "adjustment", Code: "merge", Label: fmt.Sprintf("Deductions of order %d", o.Number), Amount: &less})
	}
	return lines, fees, nil
}
