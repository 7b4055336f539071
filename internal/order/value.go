package order

// ReturnValue is what q more units of the line are worth when they come back,
// in minor units. Units that come back one by one, and those that were canceled,
// end together exactly at the line's net. A component of a bundle has no price
// of its own and is worth nothing by itself.
func (l *Line) ReturnValue(q int64) int64 {
	back := l.Q[Returned]
	return worth(l.Net(), l.Q[Ordered], back, min(back+q, l.Q.Live()))
}

// WorthOf is what the first so many refunded units of the line are worth.
func (l *Line) WorthOf(units int64) int64 { return worth(l.Net(), l.Quantity, 0, units) }

// worth is what the units from the before-th to the after-th of so many are
// worth of a net. Refunds take units from the end and cancellations from the
// beginning, so that whichever comes first, no unit's share is given twice or
// never.
func worth(net, units, before, after int64) int64 {
	return share(net, units-before, units) - share(net, units-max(before, after), units)
}
