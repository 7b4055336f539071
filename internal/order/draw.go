package order

// Draw takes what the order's units without a place need from what is free of
// each item, in steps, and tells whether there was enough for all of them.
func (o *Order) Draw(free map[int64]int64) bool {
	enough := true
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Stocked {
			n := min(free[l.Item], l.Q[Unsourced])
			free[l.Item] -= n
			enough = enough && n == l.Q[Unsourced]
		}
	}
	return enough
}
