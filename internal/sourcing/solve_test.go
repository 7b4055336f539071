package sourcing_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orderly/internal/sourcing"
	"orderly/internal/stock"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// puzzle is a problem with the stock it is solved on.
type puzzle struct {
	sourcing.Problem
	stock map[cell]int64
}

func (p *puzzle) sellable(item int64, at stock.LocationID) int64 { return p.stock[cell{item, at}] }
func (p *puzzle) solve() sourcing.Solution                       { return sourcing.Solve(p.Problem, p.sellable) }

// shape says how large a drawn puzzle is.
type shape struct{ lines, places, items, units int }

// drawPuzzle has few distinct points, so that ties and trade-offs are common.
func drawPuzzle(t *rapid.T, most shape) *puzzle {
	number := func(from, to int64) int64 { return rapid.Int64Range(from, to).Draw(t, "n") }
	p := &puzzle{stock: map[cell]int64{}}
	p.Split, p.Missing = number(0, 30), rapid.SampledFrom([]int64{5, 40, 1000}).Draw(t, "missing")
	p.WholeLines, p.WholeGroups = rapid.Bool().Draw(t, "lines whole"), rapid.Bool().Draw(t, "groups whole")
	p.Complete = number(0, 3) == 0
	p.MaxPlaces = int(number(0, 3))
	banded := rapid.Bool().Draw(t, "banded")
	for n := range number(1, int64(most.lines)) {
		p.Demands = append(p.Demands, sourcing.Demand{Line: int(n + 1), Item: number(1, int64(most.items)), Quantity: number(0, int64(most.units)),
			Grams: number(0, 3) * 100, Group: int(number(0, 2))})
	}
	for n := range number(0, int64(most.places)) {
		c := sourcing.Candidate{Place: stock.LocationID(n + 1), Fixed: number(0, 40), Unit: number(0, 6), Room: number(-1, 2)}
		if banded {
			at := int64(0)
			for range number(0, 3) {
				at += number(1, 5) * 100
				c.Bands = append(c.Bands, sourcing.Band{UpTo: at, Points: number(0, 50)})
			}
		}
		for item := range number(0, int64(most.items)) {
			c.Goods = append(c.Goods, sourcing.Cost{Item: item + 1, Each: number(-1, 9)})
		}
		p.Candidates = append(p.Candidates, c)
		for item := range int64(most.items) {
			p.stock[cell{item + 1, c.Place}] = number(-1, int64(most.units)+1)
		}
	}
	return p
}

// fault says what is wrong with a solution, or nothing.
func (p *puzzle) fault(s sourcing.Solution) string {
	points, ok := p.Cost(s.Takes)
	switch {
	case !ok:
		return "the takes break a rule of the problem"
	case points != s.Points:
		return fmt.Sprintf("%d points told, they cost %d", s.Points, points)
	case s.Bound > s.Points, s.Exact && s.Bound != s.Points:
		return fmt.Sprintf("a bound of %d for %d points, exact %t", s.Bound, s.Points, s.Exact)
	}
	given := map[cell]int64{}
	for _, x := range s.Takes {
		given[cell{x.Item, x.Place}] += x.Quantity
		if !slices.Contains(s.Places, x.Place) {
			return "a place sends and is not named"
		}
	}
	for c, n := range given {
		if n > p.stock[c] {
			return fmt.Sprintf("%d of item %d taken from place %d, which has %d", n, c.item, c.at, p.stock[c])
		}
	}
	want, told := map[[2]int64]int64{}, map[[2]int64]int64{}
	for _, d := range p.Demands {
		want[[2]int64{int64(d.Line), d.Item}] += d.Quantity
	}
	for _, d := range s.Short {
		told[[2]int64{int64(d.Line), d.Item}] += d.Quantity
	}
	for _, x := range s.Takes {
		told[[2]int64{int64(x.Line), x.Item}] += x.Quantity
	}
	for k, n := range want {
		if told[k] != n {
			return fmt.Sprintf("line %d asked %d, taken and short are %d", k[0], n, told[k])
		}
	}
	return ""
}

// best tries every way to hand every unit to every place.
func (p *puzzle) best() int64 {
	best, _ := p.Cost(nil)
	left := map[cell]int64{}
	for c, n := range p.stock {
		left[c] = n
	}
	var takes []sourcing.Take
	var hand func(line, place int, rest int64)
	hand = func(line, place int, rest int64) {
		if line == len(p.Demands) {
			if points, ok := p.Cost(takes); ok {
				best = min(best, points)
			}
			return
		}
		d := p.Demands[line]
		if place == len(p.Candidates) || rest == 0 {
			next := int64(0)
			if line+1 < len(p.Demands) {
				next = p.Demands[line+1].Quantity
			}
			hand(line+1, 0, next)
			return
		}
		at := cell{d.Item, p.Candidates[place].Place}
		hand(line, place+1, rest)
		for q := int64(1); q <= min(rest, left[at]); q++ {
			takes = append(takes, sourcing.Take{Line: d.Line, Item: d.Item, Place: at.at, Quantity: q})
			left[at] -= q
			hand(line, place+1, rest-q)
			left[at] += q
			takes = takes[:len(takes)-1]
		}
	}
	hand(0, 0, p.Demands[0].Quantity)
	return best
}

// Of what can be tried in full the search finds the best, and says so.
//
// Kills: a bound above a solution; a search that cuts off the best; a tie of
// weight and stock that is decided lot by lot; flags that are not kept.
func TestSolveFindsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPuzzle(t, shape{lines: 4, places: 3, items: 2, units: 2})
		s := p.solve()
		if fault := p.fault(s); fault != "" {
			t.Fatalf("%+v\n%+v\n%s", p, s, fault)
		}
		if best := p.best(); s.Points != best || !s.Exact {
			t.Fatalf("%+v\n%+v\nthe best costs %d", p, s, best)
		}
	})
}

// Larger ones keep every rule, whatever the search leaves undone.
func TestSolveKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPuzzle(t, shape{lines: 12, places: 20, items: 8, units: 6})
		s := p.solve()
		if fault := p.fault(s); fault != "" {
			t.Fatalf("%+v\n%+v\n%s", p, s, fault)
		}
		if diff := cmp.Diff(s, p.solve()); diff != "" {
			t.Fatalf("equal input, another output\n%s", diff)
		}
	})
}

// Numbers at the end of their range stay in it: what is dearer than a limit
// counts as the limit, what is below zero as nothing.
//
// Kills: points that run over and become the best of all.
func TestSolveOfExtremes(t *testing.T) {
	for _, n := range []int64{-1, 0, 1 << 40, math.MaxInt64, math.MinInt64} {
		p := &puzzle{stock: map[cell]int64{{1, 1}: math.MaxInt64, {1, 2}: 5, {2, 2}: math.MaxInt64}}
		p.Demands = []sourcing.Demand{{Line: 1, Item: 1, Quantity: 1_000_000_000, Grams: n}, {Line: 2, Item: 2, Quantity: 1_000_000_000, Grams: 1}}
		p.Split, p.Missing = n, n
		for at := stock.LocationID(1); at <= 2; at++ {
			p.Candidates = append(p.Candidates, sourcing.Candidate{Place: at, Fixed: n, Unit: n, Goods: []sourcing.Cost{{Item: 1, Each: n}}, Room: -1, Bands: []sourcing.Band{{UpTo: math.MaxInt64, Points: n}}})
		}
		for _, complete := range []bool{false, true} {
			p.Complete = complete
			s := p.solve()
			if fault := p.fault(s); fault != "" || s.Points < 0 || s.Bound < 0 {
				t.Errorf("%d: %+v: %s", n, s, fault)
			}
		}
	}
}

// As many lines as an order may have, which takes longer but not for ever.
func TestSolveOfManyLines(t *testing.T) {
	p := roll(rand.New(rand.NewPCG(3, 3)), shape{lines: 2_000, places: 50, items: 1_500, units: 4})
	begun := time.Now()
	s := p.solve()
	if fault := p.fault(s); fault != "" {
		t.Fatal(fault)
	}
	t.Logf("2,000 lines over 50 places: %v, %.1f %% above the bound", time.Since(begun), 100*float64(s.Points-s.Bound)/float64(max(1, s.Points)))
}
