package sourcing

import "slices"

// node looks at all sets of sites that keep to what is in and out: it proves
// that none is better, or puts one site in, then out. Sites whose price alone
// settles them are settled for everything below.
func (s *search) node() {
	u := s.dual
	if !s.spend() {
		return
	}
	low := u.climb(6, s.best.points)
	if low >= s.best.points {
		return
	}
	s.consider(s.likely())
	if low >= s.best.points {
		return
	}
	settled := s.settle(low)
	next := s.cheapest()
	if next < 0 {
		s.leaf()
	} else {
		prices := slices.Clone(u.price)
		for _, state := range [2]int8{in, out} {
			u.state[next] = state
			copy(u.price, prices)
			u.bound()
			s.node()
		}
		u.state[next] = undecided
	}
	for _, j := range settled {
		u.state[j] = undecided
	}
}

// spend takes the work of one node; where none is left nothing is proven.
func (s *search) spend() bool {
	looks := int64(7 * len(s.f.sites) * (len(s.f.lots) + 2))
	if s.f.banded {
		looks *= 3
	}
	if s.done += looks; s.done > s.effort.branch || s.effort.hands <= 0 {
		s.proven = false
	}
	return s.proven
}

// likely are the sites that are in, and those that the prices pay for.
func (s *search) likely() []int {
	var set []int
	for j, state := range s.dual.state {
		if state == in {
			set = append(set, j)
		}
	}
	if len(set) > s.f.places {
		return set[:s.f.places]
	}
	for j, state := range s.dual.state {
		if state == undecided && s.dual.pay[j] <= 0 && len(set) < s.f.places {
			set = append(set, j)
		}
	}
	return set
}

// settle puts in and out what the bound leaves no choice about.
func (s *search) settle(low int64) (settled []int) {
	u := s.dual
	ins, paying := 0, 0
	for j, state := range u.state {
		if state == in {
			ins++
		} else if state == undecided && u.pay[j] < 0 {
			paying++
		}
	}
	fits := ins+paying <= s.f.places
	for j, state := range u.state {
		if state != undecided {
			continue
		}
		switch {
		case ins >= s.f.places, u.pay[j] >= 0 && low+u.pay[j] >= s.best.points:
			u.state[j] = out
		case fits && u.pay[j] < 0 && low-u.pay[j] >= s.best.points:
			u.state[j] = in
		default:
			continue
		}
		settled = append(settled, j)
	}
	return settled
}

// cheapest is the undecided site that pays most, or -1.
func (s *search) cheapest() int {
	next := -1
	for j, state := range s.dual.state {
		if state == undecided && (next < 0 || s.dual.pay[j] < s.dual.pay[next]) {
			next = j
		}
	}
	return next
}

// leaf finds the best deal of one set of sites.
func (s *search) leaf() {
	var set []int
	for j, state := range s.dual.state {
		if state == in {
			set = append(set, j)
		}
	}
	if len(set) == 0 || len(set) > s.f.places {
		return
	}
	s.consider(set)
	s.trial.over(set)
	best, proven := s.f.exact(s.trial, s.order, s.best.points, &s.effort.hands)
	if best != nil {
		s.best = best
	}
	s.proven = s.proven && proven
}
