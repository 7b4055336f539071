package sourcing

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
)

// Chosen is what a profile says of an order.
type Chosen struct {
	Decision
	After  After  // what becomes of what is short
	Reason Reason // as it is kept
}

// Choose asks the strategies of a profile one after the other. Where none is
// left to ask, the built-in rule finds places for what remains, and what it
// finds none for waits for stock.
func (v *Version) Choose(a *Ask, sellable Sellable) Chosen {
	w := walk{ask: a, sellable: sellable, taken: map[cellOf]int64{}, rest: a.Demands}
	w.out.After = Backordered
	w.out.Exact = true
	w.out.Reason = Reason{Rule: ByProfile, Version: v.N, Profile: v.Name, Units: units(a.Demands)}
	done := false
	for i := range v.Strategies {
		s := &v.Strategies[i]
		switch {
		case done || !s.When.meets(a):
		case s.Batch && a.New && i == v.first(a):
			w.out.After, w.out.Reason.Strategy = Gathered, s.Name
			return w.finish()
		default:
			done = w.step(s)
		}
	}
	if !done && len(w.rest) > 0 {
		w.builtIn()
	}
	return w.finish()
}

// walk is one order on its way through the strategies.
type walk struct {
	ask      *Ask
	sellable Sellable
	taken    map[cellOf]int64 // by strategies before
	rest     []Demand
	out      Chosen
}

type cellOf struct {
	item int64
	at   stock.LocationID
}

func (w *walk) left(item int64, at stock.LocationID) int64 {
	return w.sellable(item, at) - w.taken[cellOf{item, at}]
}

// step asks one strategy. It reports whether the walk ends with it.
func (w *walk) step(s *Strategy) (done bool) {
	p, considered := s.problem(w.ask, w.rest, w.left)
	solved := Solve(p, w.left)
	short := units(solved.Short)
	if s.After == Next && short > 0 {
		w.out.Reason.Passed = append(w.out.Reason.Passed, Passed{Strategy: s.Name, Units: units(w.rest) - short})
		return false
	}
	if s.After == Split && short > 0 {
		w.out.Reason.Passed = append(w.out.Reason.Passed, Passed{Strategy: s.Name, Units: units(w.rest) - short, Kept: true})
	}
	w.take(solved.Takes)
	r := &w.out.Reason
	r.Strategy, r.Points, r.Bound = s.Name, r.Points+solved.Points, r.Bound+solved.Bound
	r.Candidates = append(r.Candidates, considered...)
	w.out.Exact = w.out.Exact && solved.Exact
	w.out.Tried += len(p.Candidates)
	w.rest = solved.Short
	if short > 0 && s.After == Split {
		return false
	}
	w.out.After = s.After
	return true
}

func (w *walk) take(list []Take) {
	for _, t := range list {
		w.taken[cellOf{t.Item, t.Place}] += t.Quantity
		if !slices.Contains(w.out.Places, t.Place) {
			w.out.Places = append(w.out.Places, t.Place)
		}
	}
	w.out.Takes = append(w.out.Takes, list...)
}

// builtIn has the rule that needs no profile find places for what is left.
func (w *walk) builtIn() {
	var places []Place
	for i := range w.ask.Places {
		if f := &w.ask.Places[i]; f.Barred == "" && !f.NoRate {
			places = append(places, Place{ID: f.Place, Priority: f.Priority, Distance: f.Meters})
		}
	}
	d := Decide(w.rest, places, w.left)
	w.take(d.Takes)
	w.rest = d.Short
	w.out.Tried += d.Tried
	w.out.Exact = w.out.Exact && d.Exact
	w.out.Reason.Candidates = append(w.out.Reason.Candidates, d.Considered...)
}

func (w *walk) finish() Chosen {
	slices.SortStableFunc(w.out.Takes, func(x, y Take) int {
		return cmp.Or(cmp.Compare(slices.Index(w.out.Places, x.Place), slices.Index(w.out.Places, y.Place)), cmp.Compare(x.Line, y.Line))
	})
	w.out.Short = w.rest
	r := &w.out.Reason
	r.Tried, r.Places, r.Exact, r.Short = w.out.Tried, len(w.out.Places), w.out.Exact, units(w.rest)
	if r.Short > 0 {
		r.After = w.out.After
	}
	r.Candidates = ranked(r.Candidates, w.out.Takes)
	return w.out
}

// problem is what a strategy asks the search, and what it says of each place.
func (s *Strategy) problem(a *Ask, demands []Demand, left Sellable) (Problem, []Considered) {
	p := Problem{Demands: demands, Split: s.Weights.Split, Missing: s.Weights.Missing, WholeLines: s.WholeLines, WholeGroups: s.WholeSets, Priority: a.Priority}
	if p.Missing == 0 {
		p.Missing = everything
	}
	if s.MaxSplits != nil {
		p.MaxPlaces = *s.MaxSplits + 1
	}
	considered, weights := s.consider(a, demands, left)
	costs := s.Weights.costs(a, considered, demands, left)
	for i := range a.Places {
		c, f := &considered[i], &a.Places[i]
		if c.Bar != "" {
			continue
		}
		x := s.Weights.candidate(f, max(1, a.Minor))
		x.Goods = costs.points(f)
		if s.From.WithinCapacity {
			x.Room = f.Room
		}
		p.Candidates = append(p.Candidates, x)
		c.Parts = s.Weights.fixed(f)
		if n := costs.lost(&x, demands, left); n != 0 {
			c.Parts = append(c.Parts, Part{"margin", n})
		}
		if n, ok := x.shipping(weights[i]); ok && n != 0 {
			c.Parts = append(c.Parts, Part{"shipping_cost", n})
		}
		for _, part := range c.Parts {
			c.Points += part.Points
		}
	}
	return p, considered
}

// consider says of each place whether it is asked, how many of the units it could
// send alone, and what those weigh.
func (s *Strategy) consider(a *Ask, demands []Demand, left Sellable) (considered []Considered, grams []int64) {
	considered, grams = make([]Considered, len(a.Places)), make([]int64, len(a.Places))
	for i := range a.Places {
		f, c := &a.Places[i], &considered[i]
		*c = Considered{Place: f.Place, Code: f.Code, Bar: s.bar(f)}
		c.Has, grams[i] = has(demands, f.Place, left)
		if c.Bar == "" && c.Has == 0 {
			c.Bar = BarNothing
		}
	}
	return considered, grams
}

// has is how many of the units a place could send alone, and what they weigh.
func has(demands []Demand, at stock.LocationID, left Sellable) (n, grams int64) {
	alone(demands, at, left, func(d *Demand, q int64) {
		n += q
		grams += q * d.Grams
	})
	return n, grams
}

func units(list []Demand) int64 {
	sum := int64(0)
	for _, d := range list {
		sum += d.Quantity
	}
	return sum
}

// ranked puts the places that send first, then by what they have and cost, those
// that were left out last; no more than MaxCandidates.
func ranked(list []Considered, takes []Take) []Considered {
	list = slices.Clone(list)
	for i := range list {
		list[i].Takes = 0
		for _, t := range takes {
			if t.Place == list[i].Place {
				list[i].Takes += t.Quantity
			}
		}
	}
	out := func(c Considered) int { // 0 sends, 1 could, 2 was left out
		switch {
		case c.Takes > 0:
			return 0
		case c.Bar == "":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(x, y Considered) int {
		return cmp.Or(cmp.Compare(out(x), out(y)), cmp.Compare(y.Has, x.Has), cmp.Compare(x.Points, y.Points), cmp.Compare(x.Code, y.Code))
	})
	seen := map[stock.LocationID]bool{}
	list = slices.DeleteFunc(list, func(c Considered) bool {
		again := seen[c.Place]
		seen[c.Place] = true
		return again
	})
	return list[:min(len(list), MaxCandidates)]
}

// Points is what a decision costs by the weights of the version: of the first
// strategy that an order meets. It is not ok where that strategy could not have
// chosen so, or leaves other units short: then there is nothing to compare.
func (v *Version) Points(a *Ask, d Decision, sellable Sellable) (points int64, ok bool) {
	p, ok := v.Problem(a, sellable)
	if !ok {
		return 0, false
	}
	return p.Cost(d.Takes)
}

// first is which strategy an order meets first; -1 for none.
func (v *Version) first(a *Ask) int {
	return slices.IndexFunc(v.Strategies, func(s Strategy) bool { return s.When.meets(a) })
}

// Problem is what the first strategy that an order meets asks of the search. ok
// is false when it meets none.
func (v *Version) Problem(a *Ask, sellable Sellable) (p Problem, ok bool) {
	i := v.first(a)
	if i < 0 {
		return Problem{}, false
	}
	p, _ = v.Strategies[i].problem(a, a.Demands, sellable)
	return p, true
}

// Taken is the decision that takes what a batch has found, as the first strategy
// that the order meets tells of it. It is not ok where the stock is not there
// any more or the strategy could not have chosen so.
func (v *Version) Taken(a *Ask, takes []Take, sellable Sellable) (c Chosen, ok bool) {
	i := v.first(a)
	if i < 0 {
		return Chosen{}, false
	}
	s := &v.Strategies[i]
	p, considered := s.problem(a, a.Demands, sellable)
	points, ok := p.Cost(takes)
	w := walk{ask: a, sellable: sellable, taken: map[cellOf]int64{}}
	w.take(takes)
	for cell, n := range w.taken {
		ok = ok && n <= sellable(cell.item, cell.at)
	}
	if !ok {
		return Chosen{}, false
	}
	w.rest = lacking(a.Demands, takes)
	w.out.After, w.out.Tried = s.After, len(p.Candidates)
	w.out.Reason = Reason{Rule: ByBatch, Version: v.N, Profile: v.Name, Strategy: s.Name, Units: units(a.Demands), Points: points, Candidates: considered}
	return w.finish(), true
}

// lacking are the units of demands that takes leave.
func lacking(demands []Demand, takes []Take) []Demand {
	given := map[int]int64{}
	for _, t := range takes {
		given[t.Line] += t.Quantity
	}
	var out []Demand
	for _, d := range demands {
		n := min(d.Quantity, given[d.Line])
		given[d.Line] -= n
		if d.Quantity -= n; d.Quantity > 0 {
			out = append(out, d)
		}
	}
	return out
}
