package order

import (
	"orderly/internal/fault"
	"orderly/internal/money"
)

// Totals are what the order costs, in minor units of its currency.
// Total = Subtotal − Discount + Tax + Fees, always.
type Totals struct {
	Subtotal int64 // sum of line totals
	Discount int64
	Tax      int64 // of lines and fees
	Fees     int64
	Total    int64
	Moved    int64 // what rounding of lines moved, in 10⁻⁹ of the major unit
	Canceled int64 // the part of Total that belongs to canceled units
}

// Payable is what the customer owes for what was not canceled.
func (t Totals) Payable() int64 { return t.Total - t.Canceled }

// sumTotals adds up lines and fees. It is a fault when the order grows beyond
// what amounts can hold.
func sumTotals(lines []Line, fees []Fee) (Totals, error) {
	var t Totals
	for i := range lines {
		l := &lines[i]
		t.Subtotal += l.Total
		t.Discount += l.Discount
		t.Tax += l.Tax
		t.Moved += l.Moved
	}
	for _, f := range fees {
		t.Fees += f.Amount
		t.Tax += f.Tax
	}
	t.Total = t.Subtotal - t.Discount + t.Tax + t.Fees
	for _, v := range [...]int64{t.Subtotal, t.Discount, t.Tax, t.Fees, t.Total} {
		if v > money.MaxTotal || v < -money.MaxTotal {
			return t, fault.New(fault.Invalid, "total_too_large", "the order's total is beyond what one order may cost")
		}
	}
	return t, nil
}

// canceledPart is the part of the total that canceled units take with them.
// A line gives its net in proportion, so that canceling a line unit by unit
// ends exactly at its net; fees go when the last unit of the order goes. Where
// deductions make the total less than the nets, no more than the total is given.
func (o *Order) canceledPart() int64 {
	if o.Sums[Canceled] == 0 {
		return 0
	}
	if o.Sums[Canceled] == o.Sums[Ordered] {
		return o.Totals.Total
	}
	return min(o.canceledNets(), max(0, o.Totals.Total))
}

// canceledNets are the shares of the lines' nets that canceled units had.
func (o *Order) canceledNets() int64 {
	sum := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		q := o.Quantities(l)
		sum += share(l.Net(), q[Canceled], q[Ordered])
	}
	return sum
}

// Until is what a fee must add so that the order comes to a payable amount,
// which is not negative.
func (o *Order) Until(payable int64) int64 {
	if o.Totals.Payable() == payable {
		return 0
	}
	return o.canceledNets() + payable - o.Totals.Total
}

// share is net × part / whole, rounded half away from zero; exact at the ends.
func share(net, part, whole int64) int64 { return money.Share(net, part, whole) }
