package order

// ReturnValue is what q more units of the line are worth when they come back,
// in minor units: their share of what was not canceled of the line's net.
// Units that come back one by one end exactly at that. A component of a bundle
// has no price of its own and is worth nothing by itself.
func (l *Line) ReturnValue(q int64) int64 {
	ordered := l.Q[Ordered]
	kept := ordered - l.Q[Canceled]
	worth := l.Net() - share(l.Net(), l.Q[Canceled], ordered)
	back := min(l.Q[Returned]+q, kept)
	return share(worth, back, kept) - share(worth, l.Q[Returned], kept)
}
