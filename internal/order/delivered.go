package order

// DeliveredWorth is what the customer owes for what was delivered: all of the
// order once nothing is on its way any more, else the lines' shares with the
// fees, and never more than is payable.
func (o *Order) DeliveredWorth() int64 {
	if o.Sums[Delivered] == 0 {
		return 0
	}
	if o.Sums.Open() == 0 && o.Sums[Shipped] == 0 {
		return o.Totals.Payable()
	}
	worth := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent == 0 {
			q := o.Quantities(l)
			worth += share(l.Net(), q[Delivered], q[Ordered])
		}
	}
	for i := range o.Fees {
		worth += o.Fees[i].Sum()
	}
	return max(0, min(worth, o.Totals.Payable()))
}

// Kept is what of the payable belongs to goods that did not come back: of an
// order of which everything did, nothing, as long as nothing was paid; else the
// fees stay.
func (o *Order) Kept() int64 {
	payable := o.Totals.Payable()
	if o.Sums[Returned] == 0 {
		return payable
	}
	if o.Paid == 0 && o.Sums[Returned]+o.Sums[Canceled] == o.Sums[Ordered] {
		return 0
	}
	back := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent == 0 {
			q := o.Quantities(l)
			back += share(l.Net(), q[Returned], q[Ordered])
		}
	}
	return max(0, payable-back)
}

// Prices are what the order's goods cost without fees, and how many single
// prices were added up to its total: by rounding each of them a channel may be
// off by as many minor units.
func (o *Order) Prices() (goods, count int64) {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		goods += l.Net()
		if l.Scale == 0 {
			count += l.Quantity
		} else {
			count++
		}
	}
	return goods, count + int64(len(o.Fees))
}
