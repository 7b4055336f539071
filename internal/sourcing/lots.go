package sourcing

import (
	"math"
	"slices"

	"orderly/internal/stock"
)

// lot is what a search hands out in counts: the units of one item and weight,
// one by one, or a line or bundle that stays whole, as one count.
type lot struct {
	demands []int // of the problem
	needs   []need
	count   int64
	units   int64 // of one count
	grams   int64 // of one count
	miss    int64 // points of a count that nobody sends
}

// need is what one count takes from the stock of an item.
type need struct {
	item  int
	units int64
}

// site is a candidate that has anything of what is asked.
type site struct {
	at    int   // among the candidates
	open  int64 // Fixed and Split
	floor int64 // the least that shipping costs
	bands []Band
	least []int64 // the lowest points of this band and those after it
	most  int64   // grams
	have  []int64 // by item, no more than is needed of it
	gives []int64 // by lot: the most counts it could send if it sent nothing else
	costs []int64 // by lot: points of a count
}

// field is a problem laid out for a search.
type field struct {
	p      *Problem
	lots   []lot
	sites  []site
	split  int64
	places int   // the most that may send
	empty  int64 // points of sending nothing, at the prices of the search
	banded bool
	rivals bool // lots may stand in each other's way: by weight, or by sharing an item
}

// layout makes lots and sites. Where units come first, or nothing may be
// missing, a missing unit is dearer than anything else.
func layout(p *Problem, sellable Sellable, unitsFirst bool) *field {
	f := &field{p: p, split: clamp(p.Split, MaxPoints), places: p.MaxPlaces}
	for i := range p.Candidates {
		f.banded = f.banded || len(p.Candidates[i].Bands) > 0
	}
	limit := p.unitLimit()
	miss := clamp(p.Missing, limit)
	if p.Complete || unitsFirst {
		miss = min(limit, f.worst(limit))
	}
	items, needed := f.gather(limit, miss)
	for i := range p.Candidates {
		if p.Candidates[i].Room != 0 {
			f.addSite(i, items, needed, sellable, limit)
		}
	}
	if f.places <= 0 || f.places > len(f.sites) {
		f.places = len(f.sites)
	}
	for _, l := range f.lots {
		f.empty += l.count * l.miss
	}
	return f
}

// worst is more than any solution costs that sends everything.
func (f *field) worst(limit int64) int64 {
	total, dearest := int64(1), int64(0)
	for i := range f.p.Candidates {
		c := &f.p.Candidates[i]
		most := int64(0)
		for _, b := range c.Bands {
			most = max(most, clamp(b.Points, MaxPoints))
		}
		total += clamp(c.Fixed, MaxPoints) + f.split + most
		dearest = max(dearest, c.each(0, limit)) // no item is 0
		for _, g := range c.Goods {
			dearest = max(dearest, c.each(g.Item, limit))
		}
	}
	return total + dearest*(maxTotal/limit)
}

// gather makes the lots, and tells the items and how many units of each.
func (f *field) gather(limit, miss int64) (items, needed []int64) {
	rows, whole := map[int64]int{}, map[int]int{}
	type kind struct {
		item  int
		grams int64
	}
	loose := map[kind]int{}
	blocks := f.p.blocks()
	for i, d := range f.p.Demands {
		if d.Quantity <= 0 {
			continue
		}
		row, ok := rows[d.Item]
		if !ok {
			row = len(items)
			rows[d.Item] = row
			items, needed = append(items, d.Item), append(needed, 0)
		}
		needed[row] += d.Quantity
		grams := clamp(d.Grams, limit)
		if !f.banded {
			grams = 0
		}
		if blocks[i] < 0 {
			n, ok := loose[kind{row, grams}]
			if !ok {
				n = len(f.lots)
				loose[kind{row, grams}] = n
				f.lots = append(f.lots, lot{needs: []need{{row, 1}}, units: 1, grams: grams, miss: miss})
			}
			f.lots[n].count += d.Quantity
			f.lots[n].demands = append(f.lots[n].demands, i)
			continue
		}
		n, ok := whole[blocks[i]]
		if !ok {
			n = len(f.lots)
			whole[blocks[i]] = n
			f.lots = append(f.lots, lot{count: 1})
		}
		f.lots[n].join(i, row, d.Quantity, grams, miss)
	}
	shared := 0
	for _, l := range f.lots {
		shared += len(l.needs)
	}
	f.rivals = f.banded || shared > len(items)
	return items, needed
}

// join adds a demand to a lot that stays whole.
func (l *lot) join(demand, item int, units, grams, miss int64) {
	l.demands = append(l.demands, demand)
	l.units += units
	l.grams += units * grams
	l.miss += units * miss
	if i := slices.IndexFunc(l.needs, func(n need) bool { return n.item == item }); i >= 0 {
		l.needs[i].units += units
		return
	}
	l.needs = append(l.needs, need{item, units})
}

// addSite keeps a candidate that could send something.
func (f *field) addSite(i int, items, needed []int64, sellable Sellable, limit int64) {
	c := &f.p.Candidates[i]
	numbers := make([]int64, len(items)+2*len(f.lots))
	s := site{at: i, open: clamp(c.Fixed, MaxPoints) + f.split, bands: c.Bands, most: math.MaxInt64, have: numbers[:len(items)]}
	numbers = numbers[len(items):]
	some := false
	for row, item := range items {
		s.have[row] = clamp(sellable(item, c.Place), needed[row])
		some = some || s.have[row] > 0
	}
	if !some {
		return
	}
	s.weigh()
	n := len(f.lots)
	s.gives, s.costs = numbers[:n], numbers[n:]
	some = false
	for l := range f.lots {
		t := &f.lots[l]
		s.gives[l] = s.can(t, s.have, 0)
		for _, x := range t.needs {
			s.costs[l] += x.units * c.each(items[x.item], limit)
		}
		some = some || s.gives[l] > 0
	}
	if some {
		f.sites = append(f.sites, s)
	}
}

// weigh prepares the bands for bounds.
func (s *site) weigh() {
	n := len(s.bands)
	if n == 0 {
		return
	}
	s.most = s.bands[n-1].UpTo
	s.least = make([]int64, n)
	low := int64(math.MaxInt64)
	for i := n - 1; i >= 0; i-- {
		low = min(low, clamp(s.bands[i].Points, MaxPoints))
		s.least[i] = low
	}
	s.floor = low
}

// can is how many counts the site could still send of a lot.
func (s *site) can(t *lot, left []int64, grams int64) int64 {
	n := t.count
	for _, x := range t.needs {
		n = min(n, left[x.item]/x.units)
	}
	if s.most != math.MaxInt64 {
		if grams > s.most {
			return 0
		}
		if t.grams > 0 {
			n = min(n, (s.most-grams)/t.grams)
		}
	}
	return n
}

// band is the place in the bands of so many grams; below len(bands) where it
// can send that.
func band(bands []Band, grams int64) int {
	i := 0
	for i < len(bands) && bands[i].UpTo < grams {
		i++
	}
	return i
}

// ship is the points of shipping so many grams, which the site can.
func (s *site) ship(grams int64) int64 {
	if len(s.bands) == 0 {
		return 0
	}
	return clamp(s.bands[band(s.bands, grams)].Points, MaxPoints)
}

// atLeast is the points of shipping so many grams or more.
func (s *site) atLeast(grams int64) int64 {
	if len(s.bands) == 0 {
		return 0
	}
	return s.least[band(s.bands, grams)]
}

func (f *field) id(site int) stock.LocationID { return f.p.Candidates[f.sites[site].at].Place }
