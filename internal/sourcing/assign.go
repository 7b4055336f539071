package sourcing

import "slices"

// deal is one way to hand the lots to a set of sites.
type deal struct {
	f      *field
	set    []int
	sent   []int64   // counts, by lot and place in the set
	rest   []int64   // counts that nobody sends, by lot
	left   [][]int64 // stock, by place in the set and item
	grams  []int64   // by place in the set
	used   []int64   // counts sent at all, by place in the set
	points int64
}

func (f *field) newDeal() *deal { return &deal{f: f} }

// over begins a deal over a set of sites, with nothing handed out.
func (d *deal) over(set []int) {
	d.set = append(d.set[:0], set...)
	slices.Sort(d.set)
	n := len(set)
	d.sent = zero(d.sent, len(d.f.lots)*n)
	d.grams, d.used = zero(d.grams, n), zero(d.used, n)
	d.rest = zero(d.rest, len(d.f.lots))
	for l := range d.f.lots {
		d.rest[l] = d.f.lots[l].count
	}
	for len(d.left) < n {
		d.left = append(d.left, nil)
	}
	for k, j := range d.set {
		d.left[k] = append(d.left[k][:0], d.f.sites[j].have...)
	}
}

func zero(s []int64, n int) []int64 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// move hands q counts of a lot to the k-th of the set; below zero it takes
// them back.
func (d *deal) move(l, k int, q int64) {
	t := &d.f.lots[l]
	d.sent[l*len(d.set)+k] += q
	d.rest[l] -= q
	d.used[k] += q
	d.grams[k] += q * t.grams
	for _, x := range t.needs {
		d.left[k][x.item] -= q * x.units
	}
}

// sum is the points of the deal.
func (d *deal) sum() int64 {
	f := d.f
	total, sends := int64(0), false
	for k, j := range d.set {
		if d.used[k] > 0 {
			sends = true
			total += f.sites[j].open + f.sites[j].ship(d.grams[k])
		}
	}
	if sends {
		total -= f.split
	}
	for l := range f.lots {
		total += d.rest[l] * f.lots[l].miss
		for k, j := range d.set {
			if q := d.sent[l*len(d.set)+k]; q > 0 {
				total += q * f.sites[j].costs[l]
			}
		}
	}
	return total
}

// price is what moving q counts to the k-th adds.
func (d *deal) price(l, k int, q int64) int64 {
	s := &d.f.sites[d.set[k]]
	add := q * s.costs[l]
	if len(s.bands) > 0 {
		add += s.ship(d.grams[k]+q*d.f.lots[l].grams) - s.ship(d.grams[k])
	}
	return add
}

// tight orders lots by how much more of them the set has than is asked.
func (d *deal) tight(order []int) []int {
	spare := make([]int64, len(d.f.lots))
	for l := range spare {
		t := &d.f.lots[l]
		for _, j := range d.set {
			spare[l] += d.f.sites[j].gives[l]
		}
		spare[l] = (spare[l] - t.count) * t.units
	}
	out := slices.Clone(order)
	slices.SortStableFunc(out, func(a, b int) int { return cmp(spare[a], spare[b]) })
	return out
}

// greedy hands out each lot where its counts cost least, all that a site can
// give before the next. Without weight and rivals this is the best deal.
func (d *deal) greedy(order []int) {
	for _, l := range order {
		for d.rest[l] > 0 {
			best, most, cost := -1, int64(0), int64(0)
			for k, j := range d.set {
				q := min(d.rest[l], d.f.sites[j].can(&d.f.lots[l], d.left[k], d.grams[k]))
				if q <= 0 {
					continue
				}
				add := d.price(l, k, q)
				if best < 0 || add/q < cost/most || add/q == cost/most && q > most {
					best, most, cost = k, q, add
				}
			}
			if best < 0 || cost >= most*d.f.lots[l].miss {
				break
			}
			d.move(l, best, most)
		}
	}
	d.points = d.sum()
}

// polish moves counts between the sites of the set, and from those that nobody
// sends, while that saves points: all of a lot, or what lightens a parcel into
// the band below.
// It tells how many moves were looked at.
func (d *deal) polish() (looks int64) {
	for range 8 {
		looks += int64(len(d.f.lots) * len(d.set) * len(d.set))
		changed := false
		for l := range d.f.lots {
			for from := range d.set {
				for to := range d.set {
					changed = from != to && d.shift(l, from, to) || changed
				}
			}
			changed = d.rest[l] > 0 && d.push(l, &looks) || changed
		}
		if !changed {
			break
		}
	}
	return looks
}

// shift tries one move; it tells whether it was made.
func (d *deal) shift(l, from, to int) bool {
	at := l*len(d.set) + from
	if d.sent[at] == 0 {
		return false
	}
	t, s := &d.f.lots[l], &d.f.sites[d.set[from]]
	q := min(d.sent[at], d.f.sites[d.set[to]].can(t, d.left[to], d.grams[to]))
	amounts := [2]int64{q, 0}
	if b := band(s.bands, d.grams[from]); b > 0 && t.grams > 0 {
		amounts[1] = (d.grams[from] - s.bands[b-1].UpTo + t.grams - 1) / t.grams
	}
	for _, q := range amounts {
		if q <= 0 || q > amounts[0] {
			continue
		}
		if saved := d.saves(l, from, to, q); saved > 0 {
			d.move(l, from, -q)
			d.move(l, to, q)
			d.points -= saved
			return true
		}
	}
	return false
}

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
	if d.fits(lots[0], at[1]) && d.fits(lots[1], at[0]) {
		for i := range 2 {
			d.move(lots[i], at[1-i], 1)
		}
		if d.rest[l] > 0 && d.fits(l, at[0]) {
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

// fits tells whether a site of the set could send one count more.
func (d *deal) fits(l, k int) bool {
	return d.f.sites[d.set[k]].can(&d.f.lots[l], d.left[k], d.grams[k]) > 0
}

// saves is the points that moving q counts from one site to another saves.
func (d *deal) saves(l, from, to int, q int64) int64 {
	s, o := &d.f.sites[d.set[from]], &d.f.sites[d.set[to]]
	grams := q * d.f.lots[l].grams
	saved := q*(s.costs[l]-o.costs[l]) + s.ship(d.grams[from]) - o.ship(d.grams[to]+grams)
	if d.used[from] == q {
		saved += s.open
	} else {
		saved -= s.ship(d.grams[from] - grams)
	}
	if d.used[to] == 0 {
		return saved - o.open
	}
	return saved + o.ship(d.grams[to])
}

// copyTo keeps a deal.
func (d *deal) copyTo(o *deal) {
	o.over(d.set)
	for l := range d.f.lots {
		for k := range d.set {
			if q := d.sent[l*len(d.set)+k]; q > 0 {
				o.move(l, k, q)
			}
		}
	}
	o.points = d.points
}

// handout is the exact search over deals of one set of sites, by lot and site,
// all that a site can give first.
type handout struct {
	d     *deal
	order []int
	low   []int64 // points that the lots from here on cost at least
	best  *deal   // where it is better than what was known
	limit int64   // points to be below
	work  *int64  // looks that are left
}

// exact looks for a deal below limit; proven tells that there is no better.
func (f *field) exact(d *deal, order []int, limit int64, work *int64) (best *deal, proven bool) {
	h := &handout{d: d, order: order, limit: limit, work: work, low: make([]int64, len(order)+1)}
	for i := len(order) - 1; i >= 0; i-- {
		h.low[i] = h.low[i+1] + d.cheapest(order[i])
	}
	h.lot(0, 0, 0)
	return h.best, *work > 0
}

// cheapest is the least that a lot costs if it had the set for itself.
func (d *deal) cheapest(l int) int64 {
	t := &d.f.lots[l]
	least, rest := int64(0), t.count
	last, at := int64(-1), -1
	for rest > 0 {
		next := -1
		for k, j := range d.set {
			c := d.f.sites[j].costs[l]
			if d.f.sites[j].gives[l] == 0 || c < last || c == last && k <= at {
				continue
			}
			if next < 0 || c < d.f.sites[d.set[next]].costs[l] {
				next = k
			}
		}
		if next < 0 || d.f.sites[d.set[next]].costs[l] >= t.miss {
			break
		}
		last, at = d.f.sites[d.set[next]].costs[l], next
		q := min(rest, d.f.sites[d.set[next]].gives[l])
		least += q * last
		rest -= q
	}
	return least + rest*t.miss
}

// opened is what the set costs at least with the weight handed out so far.
func (d *deal) opened() int64 {
	total := -d.f.split
	for k, j := range d.set {
		total += d.f.sites[j].open + d.f.sites[j].atLeast(d.grams[k])
	}
	return total
}

// lot hands out the i-th lot from the k-th site on; spent is the points of the
// units so far.
func (h *handout) lot(i, k int, spent int64) {
	if *h.work <= 0 {
		return
	}
	*h.work -= int64(len(h.d.set) + 1)
	if i == len(h.order) {
		if sum := h.d.sum(); sum < h.limit {
			h.limit = sum
			if h.best == nil {
				h.best = h.d.f.newDeal()
			}
			h.d.points = sum
			h.d.copyTo(h.best)
		}
		return
	}
	l := h.order[i]
	if k == len(h.d.set) || h.d.rest[l] == 0 {
		spent += h.d.rest[l] * h.d.f.lots[l].miss
		if spent+h.low[i+1]+h.d.opened() < h.limit {
			h.lot(i+1, 0, spent)
		}
		return
	}
	s := &h.d.f.sites[h.d.set[k]]
	for q := min(h.d.rest[l], s.can(&h.d.f.lots[l], h.d.left[k], h.d.grams[k])); q >= 0; q-- {
		h.d.move(l, k, q)
		if spent+q*s.costs[l]+h.low[i+1]+h.d.opened() < h.limit {
			h.lot(i, k+1, spent+q*s.costs[l])
		}
		h.d.move(l, k, -q)
		if *h.work <= 0 {
			return
		}
	}
}
