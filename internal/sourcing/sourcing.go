// Package sourcing decides which locations send what: a pure function over a
// demand and what is sellable where.
//
// What belongs here: the choice and its explanation. What does not: making
// claims (desk), reading levels (store), and promising dates.
//
// Version 1 of the rule: claim as much as there is; with the fewest
// locations; among those the lowest priority sum, then the shortest distance
// sum, then the set whose first place is preferred, by id in the end, so that
// equal input gives equal output.
package sourcing

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
)

// MaxExact is up to how many useful locations every combination is tried.
// Beyond it a greedy choice is made and then pruned: it still claims all there
// is, with at most 1 + ln(u) times as many locations as the best choice, where
// u is the most units that one location can give; exact where one suffices.
const MaxExact = 10

// Demand is units of one item that one line needs.
type Demand struct {
	Line     int
	Item     int64
	Quantity int64
	Grams    int64 // of one unit, where weight decides what sending costs
	Group    int   // demands of one bundle; 0: of none
}

// Place is a location that may send.
type Place struct {
	ID       stock.LocationID
	Priority int64
	Distance int64 // meters, or a rank where coordinates are missing
}

// Sellable tells how many units of an item a place may still give.
type Sellable func(item int64, at stock.LocationID) int64

// Take is units of a line that a place sends.
type Take struct {
	Line     int
	Item     int64
	Place    stock.LocationID
	Quantity int64
}

// Decision is the outcome: what each place sends, and what nobody has.
type Decision struct {
	Takes  []Take // by place in the order chosen, then by line
	Short  []Demand
	Places []stock.LocationID
	Tried  int  // how many places had anything that was asked for
	Exact  bool // every combination was considered

	Considered []Considered // the places that had anything, at most MaxCandidates
}

// Decide chooses. Places must not repeat; demands of one item are summed, so
// that two lines or two bundles that need the same item share what there is.
func Decide(demands []Demand, places []Place, sellable Sellable) Decision {
	g := newGrid(demands, places, sellable)
	d := Decision{Tried: len(g.places), Exact: len(g.places) <= MaxExact, Considered: g.considered()}
	chosen := g.choose()
	for _, i := range chosen {
		d.Places = append(d.Places, g.places[i].ID)
	}
	d.Takes, d.Short = g.deal(demands, chosen)
	return d
}

// grid is the demand per item against what each useful place has of it.
type grid struct {
	items  []int64
	need   []int64
	places []Place
	have   [][]int64 // [place][item], capped at need
	want   int64     // the most that all places together can give
}

func newGrid(demands []Demand, places []Place, sellable Sellable) *grid {
	g := &grid{}
	at := make(map[int64]int, len(demands))
	for _, d := range demands {
		i, ok := at[d.Item]
		if !ok {
			i = len(g.items)
			at[d.Item] = i
			g.items = append(g.items, d.Item)
			g.need = append(g.need, 0)
		}
		g.need[i] += d.Quantity
	}
	sorted := slices.Clone(places)
	slices.SortFunc(sorted, Nearer)
	for _, p := range sorted {
		row := make([]int64, len(g.items))
		useful := false
		for i, item := range g.items {
			row[i] = min(g.need[i], max(0, sellable(item, p.ID)))
			useful = useful || row[i] > 0
		}
		if useful {
			g.places = append(g.places, p)
			g.have = append(g.have, row)
		}
	}
	all := make([]int, len(g.places))
	for i := range all {
		all[i] = i
	}
	g.want = g.covered(all)
	return g
}

// considered is what the rule knows of its places, the preferred ones first.
func (g *grid) considered() []Considered {
	out := make([]Considered, min(len(g.places), MaxCandidates))
	for i := range out {
		out[i].Place = g.places[i].ID
		for _, n := range g.have[i] {
			out[i].Has += n
		}
	}
	return out
}

// Nearer orders places as the built-in rule prefers them: by priority, then by
// distance, then by id.
func Nearer(a, b Place) int {
	switch {
	case a.Priority != b.Priority:
		return cmp.Compare(a.Priority, b.Priority)
	case a.Distance != b.Distance:
		return cmp.Compare(a.Distance, b.Distance)
	}
	return cmp.Compare(int64(a.ID), int64(b.ID))
}

// covered is how many units the places in set give together.
func (g *grid) covered(set []int) int64 {
	sum := int64(0)
	for i, need := range g.need {
		got := int64(0)
		for _, p := range set {
			got += g.have[p][i]
		}
		sum += min(need, got)
	}
	return sum
}

// choose gives indexes of places, best first.
func (g *grid) choose() []int {
	if g.want == 0 {
		return nil
	}
	for i := range g.places { // the usual case: one place has it all
		if g.covered([]int{i}) == g.want {
			return []int{i}
		}
	}
	if len(g.places) <= MaxExact {
		return g.exact()
	}
	return g.greedy()
}

// exact tries every combination, smallest first. Places are sorted by
// preference, so sums decide and ties fall to the earlier combination.
func (g *grid) exact() []int {
	n := len(g.places)
	set := make([]int, 0, n)
	for size := 2; size <= n; size++ {
		var best []int
		var bestSum [2]int64
		for mask := uint(1); mask < 1<<n; mask++ {
			set = set[:0]
			var sum [2]int64
			for i := range n {
				if mask&(1<<i) != 0 {
					set = append(set, i)
					sum[0] += g.places[i].Priority
					sum[1] += g.places[i].Distance
				}
			}
			if len(set) != size || g.covered(set) != g.want {
				continue
			}
			if best == nil || sum[0] < bestSum[0] || sum[0] == bestSum[0] && (sum[1] < bestSum[1] || sum[1] == bestSum[1] && slices.Compare(set, best) < 0) {
				best, bestSum = slices.Clone(set), sum
			}
		}
		if best != nil {
			return best
		}
	}
	return nil // unreachable: all places together give what all places give
}

// greedy takes the place that adds most until nothing is missing, then drops
// places that the others make superfluous, the least preferred first.
func (g *grid) greedy() []int {
	var set []int
	for g.covered(set) < g.want {
		best, gain := -1, int64(0)
		base := g.covered(set)
		for i := range g.places {
			if !slices.Contains(set, i) {
				if add := g.covered(append(set, i)) - base; add > gain {
					best, gain = i, add
				}
			}
		}
		set = append(set, best)
	}
	slices.Sort(set)
	for i := len(set) - 1; i >= 0; i-- {
		without := slices.Delete(slices.Clone(set), i, i+1)
		if g.covered(without) == g.want {
			set = without
		}
	}
	return set
}

// deal hands the lines' units to the chosen places: a line stays whole where
// one place can still give all of it, else it takes from each in turn.
func (g *grid) deal(demands []Demand, chosen []int) (takes []Take, short []Demand) {
	left := make([][]int64, len(chosen))
	for i, p := range chosen {
		left[i] = slices.Clone(g.have[p])
	}
	byPlace := make([][]Take, len(chosen))
	give := func(i int, d Demand, q int64, item int) {
		left[i][item] -= q
		byPlace[i] = append(byPlace[i], Take{Line: d.Line, Item: d.Item, Place: g.places[chosen[i]].ID, Quantity: q})
	}
	for _, d := range demands {
		if d.Quantity <= 0 {
			continue
		}
		item := slices.Index(g.items, d.Item)
		whole := slices.IndexFunc(left, func(row []int64) bool { return row[item] >= d.Quantity })
		if whole >= 0 {
			give(whole, d, d.Quantity, item)
			continue
		}
		rest := d.Quantity
		for i := range chosen {
			if q := min(rest, left[i][item]); q > 0 {
				give(i, d, q, item)
				rest -= q
			}
		}
		if rest > 0 {
			short = append(short, Demand{Line: d.Line, Item: d.Item, Quantity: rest})
		}
	}
	return slices.Concat(byPlace...), short
}
