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

// Settling is what the money that came is held to: what the order costs, what
// its goods do without fees, and how many single prices were added up: by
// rounding each of them a channel may be off by as many minor units. Who paid all
// of it and had some given back, for units that were canceled or came back, paid
// what it cost.
func (o *Order) Settling() (cost, goods, prices int64) {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		goods += l.Net()
		if l.Scale == 0 {
			prices += l.Quantity
		} else {
			prices++
		}
	}
	switch payable := o.Totals.Payable(); {
	case o.Refunded > 0 && (o.Paid == o.Totals.Total || o.Paid-o.Refunded == payable):
		cost = o.Paid
	case o.Refunded > 0:
		cost = o.Totals.Total
	default:
		cost = payable
	}
	return cost, goods, prices + int64(len(o.Fees))
}
