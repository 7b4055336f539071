package sourcing

// push makes room for counts of a lot that nobody sends: it moves as few counts
// of another lot as will do from a site that has the lot to another site.
func (d *deal) push(l int, looks *int64) bool {
	for at, j := range d.set {
		if d.f.sites[j].gives[l] == 0 {
			continue
		}
		for m := range d.f.lots {
			if m == l || d.sent[m*len(d.set)+at] == 0 {
				continue
			}
			for to := range d.set {
				*looks += 4
				if to == at {
					continue
				}
				if d.pushed(l, m, at, to) {
					return true
				}
				for n := range d.f.lots {
					if *looks++; n != m && d.sent[n*len(d.set)+to] > 0 && d.exchanged(l, [2]int{m, n}, [2]int{at, to}) {
						return true
					}
				}
			}
		}
	}
	return false
}

// pushed tries it with one other lot and site.
func (d *deal) pushed(l, m, at, to int) bool {
	a, b := &d.f.sites[d.set[at]], &d.f.sites[d.set[to]]
	most := min(d.sent[m*len(d.set)+at], b.can(&d.f.lots[m], d.left[to], d.grams[to]))
	if most <= 0 {
		return false
	}
	moved, sent := int64(0), int64(0)
	for step := int64(1); moved < most && sent == 0; step *= 2 {
		step = min(step, most-moved)
		moved += step
		d.move(m, at, -step)
		d.move(m, to, step)
		sent = min(d.rest[l], a.can(&d.f.lots[l], d.left[at], d.grams[at]))
	}
	if sent > 0 {
		d.move(l, at, sent)
		if sum := d.sum(); sum < d.points {
			d.points = sum
			return true
		}
		d.move(l, at, -sent)
	}
	d.move(m, to, -moved)
	d.move(m, at, moved)
	return false
}

// exchanged tries it with a count of one lot for a count of another.
func (d *deal) exchanged(l int, lots, at [2]int) bool {
	for i := range 2 {
		d.move(lots[i], at[i], -1)
	}
	sent := int64(0)
	if d.roomy(lots[0], at[1], 1) && d.roomy(lots[1], at[0], 1) {
		for i := range 2 {
			d.move(lots[i], at[1-i], 1)
		}
		if d.rest[l] > 0 && d.roomy(l, at[0], 1) {
			d.move(l, at[0], 1)
			sent = 1
		}
		if sum := d.sum(); sent > 0 && sum < d.points {
			d.points = sum
			return true
		}
		d.move(l, at[0], -sent)
		for i := range 2 {
			d.move(lots[i], at[1-i], -1)
		}
	}
	for i := range 2 {
		d.move(lots[i], at[i], 1)
	}
	return false
}

// trade exchanges counts of two lots between two sites, one or all for one,
// while that saves points.
func (d *deal) trade(looks *int64) (changed bool) {
	n := len(d.set)
	for l := range d.f.lots {
		for m := range d.f.lots {
			for a := range d.set {
				for b := range d.set {
					*looks++
					if l == m || a == b || d.sent[l*n+a] == 0 || d.sent[m*n+b] == 0 {
						continue
					}
					for _, q := range [2]int64{1, d.sent[l*n+a]} {
						if d.sent[l*n+a] >= q && d.sent[m*n+b] > 0 && d.traded([2]int{l, m}, [2]int{a, b}, [2]int64{q, 1}) {
							changed = true
						}
					}
				}
			}
		}
	}
	return changed
}

// traded tries one exchange.
func (d *deal) traded(lots, at [2]int, q [2]int64) bool {
	for i := range 2 {
		d.move(lots[i], at[i], -q[i])
	}
	if d.roomy(lots[0], at[1], q[0]) {
		d.move(lots[0], at[1], q[0])
		if d.roomy(lots[1], at[0], q[1]) {
			d.move(lots[1], at[0], q[1])
			if sum := d.sum(); sum < d.points {
				d.points = sum
				return true
			}
			d.move(lots[1], at[0], -q[1])
		}
		d.move(lots[0], at[1], -q[0])
	}
	for i := range 2 {
		d.move(lots[i], at[i], q[i])
	}
	return false
}

// roomy tells whether a site of the set could send q counts more.
func (d *deal) roomy(l, k int, q int64) bool {
	return d.f.sites[d.set[k]].can(&d.f.lots[l], d.left[k], d.grams[k]) >= q
}

// replace sends counts of a lot that nobody sends instead of one or two of
// another, where that saves points.
func (d *deal) replace(looks *int64) (changed bool) {
	for l := range d.f.lots {
		for m := range d.f.lots {
			for k := range d.set {
				*looks++
				for q := int64(1); q <= 2 && l != m && d.rest[l] > 0 && q <= d.sent[m*len(d.set)+k]; q++ {
					changed = d.replaced(l, m, k, q) || changed
				}
			}
		}
	}
	return changed
}

func (d *deal) replaced(l, m, k int, q int64) bool {
	d.move(m, k, -q)
	n := min(d.rest[l], d.f.sites[d.set[k]].can(&d.f.lots[l], d.left[k], d.grams[k]))
	if n > 0 {
		d.move(l, k, n)
		if sum := d.sum(); sum < d.points {
			d.points = sum
			return true
		}
		d.move(l, k, -n)
	}
	d.move(m, k, q)
	return false
}
