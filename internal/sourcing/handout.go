package sourcing

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
	h := &handout{d: d, order: d.tight(order), limit: limit, work: work, low: make([]int64, len(order)+1)}
	for i := len(order) - 1; i >= 0; i-- {
		h.low[i] = h.low[i+1] + d.cheapest(h.order[i])
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
		if least := spent + h.d.opened(); least+h.low[i+1] < h.limit && least+h.missed(i+1) < h.limit {
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

// missed is what the lots from here on cost at least for what is no longer
// there of them, by stock and weight, each for itself.
func (h *handout) missed(from int) int64 {
	d := h.d
	if !d.f.rivals {
		return 0
	}
	total := h.low[from]
	for i := from; i < len(h.order); i++ {
		l := h.order[i]
		t := &d.f.lots[l]
		rest := t.count
		*h.work -= int64(len(d.set))
		for k, j := range d.set {
			if rest -= d.f.sites[j].can(t, d.left[k], d.grams[k]); rest <= 0 {
				break
			}
		}
		if rest > 0 {
			total += max(0, rest*t.miss-(h.low[i]-h.low[i+1]))
		}
	}
	return total
}
