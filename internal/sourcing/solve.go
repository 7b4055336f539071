package sourcing

import (
	"cmp"
	"slices"
)

// effort bounds the work of one search, counted in looks at a lot of a site,
// so that equal input gives equal output on any machine.
type effort struct {
	local  int64 // growing and improving a set of sites
	branch int64 // bounds and deals of branches
	hands  int64 // handing out within sets of sites
	climb  int   // steps along the subgradient at the root
}

var (
	patient  = effort{local: 150_000, branch: 500_000, hands: 1_500_000, climb: 60} // of small problems
	thorough = effort{local: 50_000, branch: 120_000, hands: 200_000, climb: 40}
	brisk    = effort{local: 20_000, branch: 30_000, hands: 20_000, climb: 15}
)

// small is up to how many demands times candidates a problem is small.
const small = 200

// Solve finds who should send what.
//
// The search opens the site that saves most until none saves anything, from
// the best single one on; drops, adds and swaps sites while that saves points;
// and then branches over which sites send, against a Lagrangian bound (bound.go),
// handing out lots exactly within each set that is left. Where its work runs
// out before everything is looked at the best known stays, Exact is false and
// Bound is what the root proves.
func Solve(p Problem, sellable Sellable) Solution {
	return solve(&p, sellable, false, p.effort())
}

func (p *Problem) effort() effort {
	if len(p.Demands)*len(p.Candidates) <= small {
		return patient
	}
	return thorough
}

// solve searches; where units come first the points of what is missing do not
// count, and nothing is proven.
func solve(p *Problem, sellable Sellable, unitsFirst bool, e effort) Solution {
	f := layout(p, sellable, unitsFirst)
	s := &search{f: f, effort: e, best: f.newDeal(), trial: f.newDeal(), proven: true}
	s.run()
	out := f.solution(s.best, unitsFirst)
	if unitsFirst {
		return out
	}
	nothing := f.nothing()
	switch {
	case s.proven:
		out.Exact, out.Bound = true, out.Points
	case p.Complete:
		out.Bound = min(s.bound, nothing, out.Points)
	default:
		out.Bound = min(s.bound, out.Points)
	}
	out.Bound = max(0, out.Bound)
	out.Exact = out.Bound == out.Points
	return out
}

// search is the state of one: the best so far, and what is left of its effort.
type search struct {
	f      *field
	effort effort
	order  []int // lots, the hardest to place first
	light  []int // lots, those first of which the weight of a unit is least
	best   *deal
	trial  *deal
	bound  int64
	proven bool
	dual   *dual
	done   int64 // work
}

func (s *search) run() {
	s.best.over(nil)
	s.best.points = s.f.empty
	s.bound = s.f.empty
	if len(s.f.sites) == 0 || len(s.f.lots) == 0 || s.f.p.Complete && !s.f.suffices() {
		return
	}
	s.rank()
	if s.singles() {
		return
	}
	s.grow()
	s.improve()
	s.retry()
	s.dual = s.f.newDual()
	s.bound = min(s.best.points, s.dual.climb(s.effort.climb, s.best.points))
	s.done = 0
	s.node()
	if s.proven {
		s.bound = s.best.points
	}
}

// suffices tells whether all sites together have every lot.
func (f *field) suffices() bool {
	for l := range f.lots {
		sum := int64(0)
		for j := range f.sites {
			sum += f.sites[j].gives[l]
		}
		if sum < f.lots[l].count {
			return false
		}
	}
	return true
}

// rank orders the lots: whole before loose, then the heaviest, then the largest.
func (s *search) rank() {
	s.order = make([]int, len(s.f.lots))
	for l := range s.order {
		s.order[l] = l
	}
	slices.SortStableFunc(s.order, func(a, b int) int {
		x, y := &s.f.lots[a], &s.f.lots[b]
		if c := cmp.Compare(y.units, x.units); c != 0 {
			return c
		}
		return cmp.Compare(y.count*y.grams, x.count*x.grams)
	})
	s.light = slices.Clone(s.order)
	slices.SortStableFunc(s.light, func(a, b int) int {
		x, y := &s.f.lots[a], &s.f.lots[b]
		return cmp.Compare(x.grams/max(1, x.units), y.grams/max(1, y.units))
	})
}

// consider deals over a set and keeps what is better. It tells the points. Lots
// that stand in each other's way are dealt a second time, the scarce first.
func (s *search) consider(set []int) int64 {
	points := s.deal(set, s.order)
	if s.f.rivals && s.done < s.effort.local+s.effort.branch {
		s.trial.over(set)
		points = min(points, s.deal(set, s.trial.tight(s.order)), s.deal(set, s.light))
	}
	return points
}

func (s *search) deal(set, order []int) int64 {
	s.trial.over(set)
	s.trial.greedy(order)
	s.done += int64((len(s.f.lots) + 1) * (len(set) + 1))
	if over := s.trial.points - s.best.points; s.f.rivals && over < s.best.points/16 {
		s.done += s.trial.polish()
	}
	points := s.trial.points
	if points < s.best.points {
		for s.f.rivals && s.done < s.effort.local && (s.trial.trade(&s.done) || s.trial.replace(&s.done)) {
			s.done += s.trial.polish()
		}
		points = s.trial.points
		s.best, s.trial = s.trial, s.best
	}
	return points
}

// singles tries each site alone; it tells whether the best of them is proven
// best of all.
func (s *search) singles() bool {
	f := s.f
	proof := f.empty // no solution of at most one site has fewer
	floors := [2]int64{1 << 62, 1 << 62}
	for j := range f.sites {
		s.consider([]int{j})
		proof = min(proof, f.alone(j))
		if c := f.sites[j].open + f.sites[j].floor; c < floors[0] {
			floors = [2]int64{c, floors[0]}
		} else if c < floors[1] {
			floors[1] = c
		}
	}
	if f.places > 1 {
		two := floors[0] + floors[1] - f.split
		for l := range f.lots {
			least := f.lots[l].miss
			for j := range f.sites {
				if f.sites[j].gives[l] > 0 {
					least = min(least, f.sites[j].costs[l])
				}
			}
			two += f.lots[l].count * least
		}
		proof = min(proof, two)
	}
	return s.best.points <= proof
}

// alone is the least that one site can cost, sending all or leaving something
// out.
func (f *field) alone(j int) int64 {
	t := &f.sites[j]
	least, all, over, grams := t.open+t.floor-f.split, t.open-f.split, int64(1<<62), int64(0)
	for l := range f.lots {
		x := &f.lots[l]
		least += t.gives[l]*min(x.miss, t.costs[l]) + (x.count-t.gives[l])*x.miss
		all += x.count * t.costs[l]
		grams += x.count * x.grams
		over = min(over, max(0, x.miss-t.costs[l]))
		if x.count != t.gives[l] {
			over = 0
		}
	}
	if over > 0 && grams <= t.most {
		over = min(over, max(0, all+t.ship(grams)-least))
	}
	return least + over
}

// grow opens the site that saves most until none saves anything.
func (s *search) grow() {
	set := slices.Clone(s.best.set)
	for len(set) < s.f.places && s.done < s.effort.local {
		before, next := s.best.points, -1
		for j := range s.f.sites {
			if slices.Contains(set, j) || s.done > s.effort.local {
				continue
			}
			if points := s.consider(append(set, j)); points < before {
				before, next = points, j
			}
		}
		if next < 0 {
			return
		}
		set = append(set, next)
	}
}

// improve drops, swaps and adds sites, the best change first, while that saves
// points.
func (s *search) improve() {
	set := s.best.sites(nil)
	trial := make([]int, 0, len(set)+1)
	for s.done < s.effort.local {
		before := s.best.points
		for i := range set {
			trial = append(append(trial[:0], set[:i]...), set[i+1:]...)
			if len(trial) > 0 {
				s.consider(trial)
			}
			trial = append(trial, 0)
			for j := range s.f.sites {
				if slices.Contains(set, j) || s.done > s.effort.local {
					continue
				}
				trial[len(trial)-1] = j
				s.consider(trial)
			}
		}
		if len(set) < s.f.places {
			for j := range s.f.sites {
				if !slices.Contains(set, j) && s.done < s.effort.local {
					s.consider(append(append(trial[:0], set...), j))
				}
			}
		}
		if s.best.points == before {
			return
		}
		set = s.best.sites(set[:0])
	}
}

// sites are those of the set that send anything.
func (d *deal) sites(to []int) []int {
	for k, j := range d.set {
		if d.used[k] > 0 {
			to = append(to, j)
		}
	}
	return to
}

// retry hands out exactly within the best set, with a part of that effort.
func (s *search) retry() {
	if !s.f.rivals || len(s.best.set) == 0 {
		return
	}
	part := s.effort.hands / 4
	s.trial.over(s.best.sites(nil))
	best, _ := s.f.exact(s.trial, s.order, s.best.points, &part)
	if best != nil {
		s.best = best
	}
}
