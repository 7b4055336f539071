package invoice

import (
	"cmp"

	"orderly/internal/money"
	"orderly/internal/order"
)

// Owed is what an order should have been billed by now, line by line: its
// units by the basis, its fees with the first of them, and what was given back
// for returned units, below zero. What documents credited for reasons of their
// own stays credited as long as there is something that it lessens, and is not
// credited again as a return.
//
// Of deductions no more counts than what they lessen, so that a voucher never
// makes an invoice of less than nothing.
func Owed(o *order.Order, basis Basis, docs []*Document) []Line {
	var out, back []Line
	var worth []int64
	sum := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue // paid with its bundle
		}
		goods := goodsOf(l, unitsOf(o, l, basis))
		out, sum = append(out, goods), sum+goods.Gross
		if r := returnOf(l, goods); r.Gross > 0 {
			back, worth = append(back, r), append(worth, r.Gross)
		}
	}
	fees := feesOf(o, sum, began(o, basis))
	out = append(out, fees...)
	for i := range fees {
		sum += fees[i].Gross
		if f := &o.Fees[fees[i].N-1]; f.Refunded > 0 {
			r := scaled(fees[i], min(f.Refunded, fees[i].Gross))
			r.Kind = FeeReturn
			back, worth = append(back, r), append(worth, r.Gross)
		}
	}
	others, other := othersOf(docs, sum)
	out = append(out, others...)
	given := max(0, min(o.Refunded, sum)-other)
	total := int64(0)
	for _, w := range worth {
		total += w
	}
	if given = min(given, total); given == 0 {
		return out
	}
	for i, part := range money.Split(given, worth) {
		out = append(out, negative(scaled(back[i], part)))
	}
	return out
}

// Unexplained is how much money was given back that neither lines nor earlier
// documents explain.
func Unexplained(o *order.Order, owed []Line) int64 {
	sum, left := int64(0), o.Refunded
	for i := range owed {
		sum += owed[i].Gross
		if k := owed[i].Kind; k == Return || k == FeeReturn || k == Other {
			left += owed[i].Gross
		}
	}
	return max(0, min(left, sum))
}

// othersOf are the credits by request, the first ones first, of at most so much.
func othersOf(docs []*Document, most int64) (out []Line, sum int64) {
	have := billedLines(docs)
	for n := 1; ; n++ {
		l, ok := have[key{Other, n}]
		if !ok {
			return out, sum
		}
		l = negative(l)
		if sum+l.Gross > most {
			l = scaled(l, max(0, most-sum))
		}
		sum += l.Gross
		out = append(out, negative(l))
	}
}

// began reports whether anything is billed, and with it the fees.
func began(o *order.Order, basis Basis) bool {
	q := o.Sums
	if basis == Shipped {
		return q[order.Ordered] == 0 || q[order.Shipped]+q[order.Delivered]+q[order.Lost] > 0
	}
	return q[order.Ordered] == 0 || q.Live() > 0
}

// unitsOf is how many units of a line are billed. Of a bundle those are whole
// sets: a set is billed once none of it waits, unless all of it was canceled.
func unitsOf(o *order.Order, l *order.Line, basis Basis) int64 {
	if basis == All {
		return l.Quantity - o.Quantities(l)[order.Canceled]
	}
	if l.Leaf() {
		return l.Q[order.Shipped] + l.Q[order.Delivered] + l.Q[order.Lost]
	}
	settled, gone := int64(-1), int64(-1)
	for _, c := range o.Components(l.N) {
		per := max(1, c.PerParent)
		off := c.Q[order.Canceled]
		left := c.Q[order.Shipped] + c.Q[order.Delivered] + c.Q[order.Lost] + off
		if settled < 0 || left/per < settled {
			settled = left / per
		}
		if gone < 0 || off/per < gone {
			gone = off / per
		}
	}
	return max(0, settled-gone)
}

// goodsOf is a line's units with their share of its net, rounded as the order
// rounds what canceled units take with them: both close at the same total.
func goodsOf(l *order.Line, units int64) Line {
	out := Line{Kind: Goods, N: l.N, SKU: l.SKU, Text: cmp.Or(l.Title, l.SKU), Unit: l.Unit, Scale: l.Scale, Quantity: units, Price: l.Price}
	if units == 0 {
		return out
	}
	net := l.Net()
	out.Gross = net - share(net, l.Quantity-units, l.Quantity)
	out.Tax, out.Discount = share(l.Tax+l.TaxWithin(), out.Gross, net), share(l.Discount, out.Gross, net)
	if net == 0 {
		out.Discount = share(l.Discount, units, l.Quantity)
	}
	out.Net = out.Gross - out.Tax
	return out
}

// returnOf is what was given back for units of a line, at most what was billed
// of it.
func returnOf(l *order.Line, billed Line) Line {
	out := scaled(billed, min(l.Refunded, billed.Gross))
	out.Kind, out.Quantity = Return, min(l.RefundedUnits, billed.Quantity)
	return out
}

// feesOf are the fees, when anything is billed. Deductions are taken one after
// the other from what there is to lessen.
func feesOf(o *order.Order, goods int64, begun bool) []Line {
	if !begun {
		return nil
	}
	left := goods
	for _, f := range o.Fees {
		left += max(0, f.Amount+f.Tax)
	}
	var out []Line
	for _, f := range o.Fees {
		l := Line{Kind: Fee, N: f.N, Text: cmp.Or(f.Label, f.Code, f.Kind), Gross: f.Amount + f.Tax, Tax: f.Tax + f.TaxWithin()}
		if l.Gross < 0 {
			whole := -l.Gross
			take := min(whole, max(0, left))
			left -= take
			l.Gross, l.Tax = -take, share(l.Tax, take, whole)
		}
		if l.Net = l.Gross - l.Tax; l.Gross != 0 || l.Net != 0 {
			out = append(out, l)
		}
	}
	return out
}

// scaled is a line of which only a part of the money was given back.
func scaled(l Line, gross int64) Line {
	if gross != l.Gross {
		l.Tax, l.Discount = share(l.Tax, gross, l.Gross), share(l.Discount, gross, l.Gross)
		l.Gross = gross
		l.Net = gross - l.Tax
	}
	return l
}

func negative(l Line) Line {
	l.Quantity, l.Discount, l.Net, l.Tax, l.Gross = -l.Quantity, -l.Discount, -l.Net, -l.Tax, -l.Gross
	return l
}

// share is amount × part / whole, rounded half away from zero; exact at the ends.
func share(amount, part, whole int64) int64 { return money.Share(amount, part, whole) }
