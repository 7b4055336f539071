package sourcing

import (
	"cmp"
	"math"
	"slices"
)

// dual prices what is asked, by lot and count: the points for which it pays to
// send one. From any prices follows a bound that no solution goes below:
//
//	Σ count × price + Σ over sites min(0, open + least over bands (band − gain))
//
// where gain is the most that the site earns by price − cost of what it has
// within the weight of the band, parts of a count allowed, and of the sites
// that pay no more than may send are counted. It is the Lagrangian bound of the
// relaxation in which lots may be torn and rivals for the same stock do not see
// each other. Prices are raised lot by lot to where the sites that are paid for
// give enough, then moved along the subgradient.
type dual struct {
	f     *field
	price []int64
	pay   []int64   // by site: what opening it costs above what it earns
	state []int8    // by site: in, out or open
	slope []int64   // by lot: what is asked less what would be given
	below []int64   // the sites that pay
	first [][]int   // by site with bands: lots, the most points a gram first
	load  []int64   // by site with bands: grams of the band that earns most
	light []float64 // by lot: one part of its grams
	dense []float64 // by lot: points a gram
}

const (
	undecided int8 = iota
	in
	out
)

func (f *field) newDual() *dual {
	u := &dual{f: f, price: make([]int64, len(f.lots)), pay: make([]int64, len(f.sites)), state: make([]int8, len(f.sites)), slope: make([]int64, len(f.lots))}
	u.load, u.light, u.dense = make([]int64, len(f.sites)), make([]float64, len(f.lots)), make([]float64, len(f.lots))
	for l := range f.lots {
		u.light[l] = 1e30 // no weight: before all others
		if grams := f.lots[l].grams; grams > 0 {
			u.light[l] = 1 / float64(grams)
		}
	}
	u.first = make([][]int, len(f.sites))
	for j := range f.sites {
		if len(f.sites[j].bands) > 0 {
			u.first[j] = make([]int, len(f.lots))
			for l := range u.first[j] {
				u.first[j][l] = l
			}
		}
	}
	u.raise()
	return u
}

// bound computes what the prices prove, of all solutions that keep to what is
// in and out.
func (u *dual) bound() int64 {
	f := u.f
	total := -f.split
	for l := range f.lots {
		total += f.lots[l].count * u.price[l]
	}
	u.below = u.below[:0]
	free := f.places
	for j := range f.sites {
		if u.state[j] == out {
			continue
		}
		u.pay[j] = f.sites[j].open - u.earns(j)
		if u.state[j] == in {
			total += u.pay[j]
			free--
		} else if u.pay[j] < 0 {
			u.below = append(u.below, u.pay[j])
		}
	}
	if len(u.below) > free {
		slices.Sort(u.below)
		u.below = u.below[:max(0, free)]
	}
	for _, n := range u.below {
		total += n
	}
	return total
}

// earns is what a site would earn at the prices, less what shipping costs.
func (u *dual) earns(j int) int64 {
	s := &u.f.sites[j]
	if len(s.bands) > 0 {
		return u.ships(j)
	}
	sum := int64(0)
	for l, price := range u.price {
		if over := price - s.costs[l]; over > 0 {
			sum += s.gives[l] * over
		}
	}
	return sum
}

// ships is what a site with bands would earn: band by band it takes the lots
// with the most points a gram, of the last one a part.
func (u *dual) ships(j int) int64 {
	s, order, dense := &u.f.sites[j], u.first[j], u.dense
	for l, price := range u.price {
		dense[l] = 0
		if over := price - s.costs[l]; over > 0 && s.gives[l] > 0 {
			dense[l] = float64(over) * u.light[l]
		}
	}
	for i := 1; i < len(order); i++ { // nearly in order from the last time
		l := order[i]
		n := i
		for ; n > 0 && dense[l] > dense[order[n-1]]; n-- {
			order[n] = order[n-1]
		}
		order[n] = l
	}
	best := int64(math.MinInt64)
	i, grams, gain := 0, int64(0), int64(0)
	for _, b := range s.bands {
		for i < len(order) && dense[order[i]] > 0 {
			l := order[i]
			weight := s.gives[l] * u.f.lots[l].grams
			if grams+weight > b.UpTo {
				break
			}
			grams, gain = grams+weight, gain+(u.price[l]-s.costs[l])*s.gives[l]
			i++
		}
		net := gain - clamp(b.Points, MaxPoints)
		if i < len(order) && dense[order[i]] > 0 {
			net += int64(math.Ceil(dense[order[i]]*float64(b.UpTo-grams)*(1+1e-9))) + 1
		}
		if net > best {
			best, u.load[j] = net, b.UpTo
		}
	}
	return best
}

// give takes the counts that a site would send off given.
func (u *dual) give(j int, given []int64) {
	s := &u.f.sites[j]
	grams := u.load[j]
	for i := range u.price {
		l := i
		if len(s.bands) > 0 {
			l = u.first[j][i]
		}
		if u.price[l] <= s.costs[l] {
			continue
		}
		q := s.gives[l]
		if weight := u.f.lots[l].grams; weight > 0 && len(s.bands) > 0 {
			q = min(q, grams/weight)
			grams -= q * weight
		}
		given[l] -= q
	}
}

// raise sets each price, twice round, to where the sites that would be paid
// for by it give as much as is asked.
func (u *dual) raise() {
	type step struct{ at, gives int64 }
	steps := make([]step, 0, len(u.f.sites))
	for round := range 3 {
		for l := range u.f.lots {
			steps = steps[:0]
			u.price[l] = 0
			for j := range u.f.sites {
				s := &u.f.sites[j]
				if s.gives[l] == 0 {
					continue
				}
				spare := max(0, s.open-u.earns(j))
				if round == 0 { // leave the lots to come their share
					spare /= int64(len(u.f.lots) - l)
				}
				steps = append(steps, step{s.costs[l] + spare/s.gives[l], s.gives[l]})
			}
			slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
			price, got := u.f.lots[l].miss, int64(0)
			for _, s := range steps {
				if got += s.gives; got >= u.f.lots[l].count {
					price = min(price, s.at)
					break
				}
			}
			u.price[l] = price
		}
	}
}

// climb moves the prices along the subgradient towards a known solution; it
// keeps the best and tells its bound.
func (u *dual) climb(steps int, known int64) int64 {
	best := u.bound()
	kept := slices.Clone(u.price)
	scale, since := 1.0, 0
	now := best
	for range steps {
		if best >= known {
			break
		}
		norm := u.gradient()
		if norm == 0 {
			break
		}
		length := scale * float64(known-now) / norm
		for l := range u.price {
			u.price[l] = clamp(u.price[l]+int64(length*float64(u.slope[l])), u.f.lots[l].miss)
		}
		if now = u.bound(); now > best {
			best, since = now, 0
			copy(kept, u.price)
		} else if since++; since == 4 {
			scale, since = scale/2, 0
		}
	}
	copy(u.price, kept)
	return u.bound()
}

// gradient is, by lot, what is asked less what the sites that pay would give.
func (u *dual) gradient() (norm float64) {
	for l := range u.f.lots {
		u.slope[l] = u.f.lots[l].count
	}
	for j := range u.f.sites {
		if u.state[j] == out || u.state[j] == undecided && u.pay[j] >= 0 {
			continue
		}
		u.give(j, u.slope)
	}
	for l, n := range u.slope {
		if n < 0 && u.price[l] == 0 || n > 0 && u.price[l] == u.f.lots[l].miss {
			u.slope[l] = 0
			continue
		}
		norm += float64(n) * float64(n)
	}
	return norm
}
