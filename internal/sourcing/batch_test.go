package sourcing_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly/internal/sourcing"
	"orderly/internal/stock"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// batchFault says what is wrong with the solutions of a batch, or nothing.
func batchFault(ps []sourcing.Problem, stocked *sourcing.Stocked, solutions []sourcing.Solution) string {
	if len(solutions) != len(ps) {
		return fmt.Sprintf("%d solutions of %d problems", len(solutions), len(ps))
	}
	taken, works := map[cell]int64{}, map[stock.LocationID]int64{}
	for i, s := range solutions {
		p := puzzle{Problem: ps[i], stock: map[cell]int64{}}
		for _, x := range s.Takes {
			taken[cell{x.Item, x.Place}] += x.Quantity
			p.stock[cell{x.Item, x.Place}] = stocked.Sellable(x.Item, x.Place)
		}
		if fault := p.fault(s); fault != "" {
			return fmt.Sprintf("problem %d: %s\n%+v\n%+v", i, fault, ps[i], s)
		}
		for _, at := range s.Places {
			works[at]++
		}
	}
	for c, n := range taken {
		if has := stocked.Sellable(c.item, c.at); n > has {
			return fmt.Sprintf("%d of item %d taken from place %d, which has %d", n, c.item, c.at, has)
		}
	}
	for _, p := range ps {
		for _, c := range p.Candidates {
			if c.Room >= 0 && works[c.Place] > c.Room {
				return fmt.Sprintf("place %d has %d works and room for %d", c.Place, works[c.Place], c.Room)
			}
		}
	}
	return ""
}

// drawBatch has a few orders that want the same few units.
func drawBatch(t *rapid.T) ([]sourcing.Problem, *sourcing.Stocked) {
	number := func(from, to int64) int64 { return rapid.Int64Range(from, to).Draw(t, "n") }
	places, items := number(1, 5), []int64{1, 2, 3}
	var ids []stock.LocationID
	var room []int64
	for at := range places {
		ids, room = append(ids, stock.LocationID(at+1)), append(room, number(-1, 4))
	}
	stocked := sourcing.NewStocked(items, ids)
	for _, item := range items {
		for _, at := range ids {
			stocked.Set(item, at, number(-1, 6))
		}
	}
	ps := make([]sourcing.Problem, number(0, 12))
	for i := range ps {
		p := drawPuzzle(t, shape{lines: 3, places: int(places), items: 3, units: 3}).Problem
		p.Priority = number(0, 1)
		for k := range p.Candidates {
			p.Candidates[k].Room = room[k]
		}
		ps[i] = p
	}
	return ps, stocked
}

// oneByOne solves in sequence, by priority, each on what the earlier left.
func oneByOne(ps []sourcing.Problem, stocked *sourcing.Stocked) []sourcing.Solution {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(ps[b].Priority - ps[a].Priority) })
	taken, works := map[cell]int64{}, map[stock.LocationID]int64{}
	out := make([]sourcing.Solution, len(ps))
	for _, i := range order {
		p := ps[i]
		p.Candidates = slices.Clone(p.Candidates)
		for k := range p.Candidates {
			if c := &p.Candidates[k]; c.Room >= 0 {
				c.Room -= works[c.Place]
			}
		}
		out[i] = sourcing.Solve(p, func(item int64, at stock.LocationID) int64 {
			return stocked.Sellable(item, at) - taken[cell{item, at}]
		})
		for _, x := range out[i].Takes {
			taken[cell{x.Item, x.Place}] += x.Quantity
		}
		for _, at := range out[i].Places {
			works[at]++
		}
	}
	return out
}

// reached counts orders in full, then units, the higher priority first.
func reached(ps []sourcing.Problem, solutions []sourcing.Solution) []int64 {
	out := make([]int64, 4)
	for i, s := range solutions {
		at := out[2-2*ps[i].Priority:]
		if len(s.Short) == 0 {
			at[0]++
		}
		for _, x := range s.Takes {
			at[1] += x.Quantity
		}
	}
	return out
}

// onAllCores is a Spread.
func onAllCores(n int, f func(int)) {
	var wait sync.WaitGroup
	workers := min(n, runtime.GOMAXPROCS(0))
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	wait.Wait()
}

// A batch keeps every rule, gives the same again, and never sources fewer
// orders in full than one by one.
//
// Kills: a chain that leaves something behind when it is undone; stock or room
// given twice; an order moved away for one of lower priority.
func TestBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps, stocked := drawBatch(t)
		got := sourcing.SolveAll(ps, stocked, nil)
		if fault := batchFault(ps, stocked, got); fault != "" {
			t.Fatal(fault)
		}
		if diff := cmp.Diff(got, sourcing.SolveAll(ps, stocked, onAllCores)); diff != "" {
			t.Fatalf("equal input, another output\n%s", diff)
		}
		one := oneByOne(ps, stocked)
		if a, b := reached(ps, got), reached(ps, one); slices.Compare(a, b) < 0 {
			t.Fatalf("orders in full and units: %v, one by one %v\n%+v\n%+v", a, b, ps, got)
		}
	})
}

// The checker of batches and of single orders sees what is broken.
func TestBrokenSolutionsAreSeen(t *testing.T) {
	p := puzzle{stock: map[cell]int64{{1, 1}: 2, {1, 2}: 9, {2, 2}: 9}}
	p.Demands = []sourcing.Demand{{Line: 1, Item: 1, Quantity: 2, Group: 1}, {Line: 2, Item: 2, Quantity: 1, Group: 1}}
	p.Candidates = []sourcing.Candidate{{Place: 1, Fixed: 1, Room: 1}, {Place: 2, Fixed: 5, Room: -1, Bands: []sourcing.Band{{UpTo: 9, Points: 3}}}}
	p.Missing, p.WholeGroups, p.MaxPlaces = 100, true, 2
	good := p.solve()
	if fault := p.fault(good); fault != "" || good.Points != 8 {
		t.Fatalf("%+v: %s", good, fault)
	}
	for name, spoil := range map[string]func(*puzzle, *sourcing.Solution){
		"more than there is":  func(p *puzzle, _ *sourcing.Solution) { p.stock[cell{2, 2}] = 0 },
		"more than was asked": func(_ *puzzle, s *sourcing.Solution) { s.Takes[0].Quantity++ },
		"a place of no room":  func(p *puzzle, _ *sourcing.Solution) { p.Candidates[1].Room = 0 },
		"a bundle torn":       func(_ *puzzle, s *sourcing.Solution) { s.Takes[0].Place = 1 },
		"a part of a bundle":  func(_ *puzzle, s *sourcing.Solution) { s.Takes = s.Takes[1:] },
		"too heavy":           func(p *puzzle, _ *sourcing.Solution) { p.Demands[0].Grams = 5 },
		"wrong points":        func(_ *puzzle, s *sourcing.Solution) { s.Points++ },
		"a bound too high":    func(_ *puzzle, s *sourcing.Solution) { s.Bound++ },
		"a stranger":          func(_ *puzzle, s *sourcing.Solution) { s.Takes[1].Place = 7 },
		"a take untold":       func(_ *puzzle, s *sourcing.Solution) { s.Places = nil },
	} {
		q, s := p, good
		q.stock, q.Candidates, q.Demands, s.Takes = map[cell]int64{{1, 1}: 2, {1, 2}: 9, {2, 2}: 9}, slices.Clone(p.Candidates), slices.Clone(p.Demands), slices.Clone(good.Takes)
		spoil(&q, &s)
		if q.fault(s) == "" {
			t.Errorf("%s is not seen", name)
		}
	}
	stocked := sourcing.NewStocked([]int64{1, 2}, []stock.LocationID{1, 2})
	stocked.Set(1, 2, 3)
	stocked.Set(2, 2, 9)
	if batchFault([]sourcing.Problem{p.Problem}, stocked, []sourcing.Solution{good}) != "" {
		t.Error("a good batch is refused")
	}
	if batchFault([]sourcing.Problem{p.Problem, p.Problem}, stocked, []sourcing.Solution{good, good}) == "" {
		t.Error("stock given to two orders is not seen")
	}
}

// market is a day of a large shop: 1 to 5 lines an order, few items in many
// orders, some of them scarce, some places with little room.
func market(r *rand.Rand, orders, items, places int) ([]sourcing.Problem, *sourcing.Stocked) {
	zipf := rand.NewZipf(r, 1.2, 20, uint64(items-1))
	var ids []stock.LocationID
	var skus, room []int64
	for at := range places {
		ids, room = append(ids, stock.LocationID(at+1)), append(room, -1)
		if at%5 == 0 {
			room[at] = int64(orders/places) / 2
		}
	}
	for item := range items {
		skus = append(skus, int64(item+1))
	}
	stocked := sourcing.NewStocked(skus, ids)
	for item := range items {
		for _, at := range ids {
			if r.IntN(3) == 0 {
				most := 4 + int64(orders)/int64(20+item)
				if item%7 == 0 { // scarce
					most = most/8 + 1
				}
				stocked.Set(int64(item+1), at, r.Int64N(most))
			}
		}
	}
	ps := make([]sourcing.Problem, orders)
	for n := range ps {
		p := sourcing.Problem{Split: 400, Missing: 50_000, MaxPlaces: 3, Priority: int64(r.IntN(10) / 9)}
		for l := range 1 + r.IntN(5) {
			p.Demands = append(p.Demands, sourcing.Demand{Line: l + 1, Item: 1 + int64(zipf.Uint64()), Quantity: 1 + r.Int64N(2), Grams: 100 + r.Int64N(900)})
		}
		for k, at := range ids {
			p.Candidates = append(p.Candidates, sourcing.Candidate{Place: at, Fixed: r.Int64N(2_000), Unit: 20 + int64(k), Goods: []sourcing.Cost{{Item: p.Demands[0].Item, Each: 10 * int64(k%3)}}, Room: room[k]})
		}
		ps[n] = p
	}
	return ps, stocked
}

// 10,000 orders over 20,000 items and 50 locations. The time is printed; it is
// held only where ORDERLY_SPEED=1.
func TestBatchIsFast(t *testing.T) {
	ps, stocked := market(rand.New(rand.NewPCG(1, 2)), 10_000, 20_000, 50)
	begun := time.Now()
	got := sourcing.SolveAll(ps, stocked, onAllCores)
	took := time.Since(begun)
	if fault := batchFault(ps, stocked, got); fault != "" {
		t.Fatal(fault)
	}
	sent, points, places := 0, int64(0), 0
	for _, s := range got {
		points += s.Points
		places += len(s.Places)
		if len(s.Short) == 0 {
			sent++
		}
	}
	t.Logf("10,000 orders, 20,000 items, 50 places: %v; %d in full, %d parcels, %d points", took, sent, places, points)
	if os.Getenv("ORDERLY_SPEED") != "" && took > 2*time.Second {
		t.Errorf("took %v, want less than 2 s", took)
	}
}
