package sourcing

import (
	"cmp"
	"slices"
)

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
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(spare[a], spare[b]) })
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
				changed = d.leave(l, from) || d.fill(l, from) || changed
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

// leave tries to send less of a lot: none from a site, or what lightens its
// parcel into the band below.
func (d *deal) leave(l, from int) bool {
	sent := d.sent[l*len(d.set)+from]
	if sent == 0 {
		return false
	}
	t, s := &d.f.lots[l], &d.f.sites[d.set[from]]
	amounts := [2]int64{sent, 0}
	if b := band(s.bands, d.grams[from]); b > 0 && t.grams > 0 {
		amounts[1] = (d.grams[from] - s.bands[b-1].UpTo + t.grams - 1) / t.grams
	}
	for _, q := range amounts {
		if q > 0 && q <= sent && d.resend(l, from, -q) {
			return true
		}
	}
	return false
}

// fill tries to send what nobody sends: all that the site can, or what its
// parcel takes without another band.
func (d *deal) fill(l, to int) bool {
	if d.rest[l] == 0 {
		return false
	}
	t, s := &d.f.lots[l], &d.f.sites[d.set[to]]
	most := min(d.rest[l], s.can(t, d.left[to], d.grams[to]))
	amounts := [2]int64{most, 0}
	if len(s.bands) > 0 && t.grams > 0 {
		amounts[1] = min(most, (s.bands[band(s.bands, d.grams[to])].UpTo-d.grams[to])/t.grams)
	}
	for _, q := range amounts {
		if q > 0 && d.resend(l, to, q) {
			return true
		}
	}
	return false
}

// resend sends q counts more from a site, or fewer, where that saves points.
func (d *deal) resend(l, k int, q int64) bool {
	d.move(l, k, q)
	if sum := d.sum(); sum < d.points {
		d.points = sum
		return true
	}
	d.move(l, k, -q)
	return false
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
