package sourcing_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// roll draws a puzzle of exactly this shape, evenly: some places are near and
// dear, some have much and some little, shipping goes by weight in half of them.
func roll(r *rand.Rand, of shape) *puzzle {
	p := &puzzle{stock: map[cell]int64{}}
	p.Split, p.Missing = 100*r.Int64N(8), []int64{300, 2_000, 20_000}[r.IntN(3)]
	p.WholeLines, p.WholeGroups, p.Complete = r.IntN(3) == 0, r.IntN(3) == 0, r.IntN(5) == 0
	if r.IntN(3) == 0 {
		p.MaxPlaces = 1 + r.IntN(4)
	}
	for n := range of.lines {
		p.Demands = append(p.Demands, sourcing.Demand{Line: n + 1, Item: 1 + r.Int64N(int64(of.items)), Quantity: 1 + r.Int64N(int64(of.units)),
			Grams: 50 + r.Int64N(2_000), Group: r.IntN(3)})
	}
	banded := r.IntN(2) == 0
	scarce, priced := 1+r.IntN(4), r.IntN(2) == 0
	for n := range of.places {
		c := sourcing.Candidate{Place: stock.LocationID(n + 1), Fixed: r.Int64N(1_500), Unit: r.Int64N(60), Room: -1}
		if banded {
			at, points := int64(0), int64(200)
			for range 1 + r.IntN(5) {
				at, points = at+500+r.Int64N(4_000), points+r.Int64N(500)
				c.Bands = append(c.Bands, sourcing.Band{UpTo: at, Points: points})
			}
		}
		for item := range int64(of.items) {
			if priced && r.IntN(2) == 0 {
				c.Goods = append(c.Goods, sourcing.Cost{Item: item + 1, Each: r.Int64N(400)})
			}
		}
		p.Candidates = append(p.Candidates, c)
		for item := range int64(of.items) {
			if r.IntN(scarce) == 0 {
				p.stock[cell{item + 1, c.Place}] = r.Int64N(int64(of.units) * 2)
			}
		}
	}
	return p
}

// The same against all ways to hand out, evenly drawn and somewhat larger.
func TestSolveFindsTheBestOfRolled(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for range 400 {
		p := roll(r, shape{lines: 1 + r.IntN(4), places: 1 + r.IntN(4), items: 3, units: 3})
		s := p.solve()
		if fault := p.fault(s); fault != "" {
			t.Fatalf("%+v\n%+v\n%s", p, s, fault)
		}
		if best := p.best(); s.Points != best || !s.Exact {
			t.Fatalf("%+v\n%+v\nthe best costs %d", p, s, best)
		}
	}
}

// percentile of sorted durations.
func percentile(sorted []time.Duration, of int) time.Duration {
	return sorted[min(len(sorted)-1, len(sorted)*of/100)]
}

// One order of 20 lines over 50 locations. The time is printed; it is held
// only where ORDERLY_SPEED=1, since a loaded machine proves nothing.
func TestSolveIsFast(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	var took []time.Duration
	exact, gap := 0, 0.0
	const rounds = 300
	for range rounds {
		p := roll(r, shape{lines: 20, places: 50, items: 18, units: 4})
		begun := time.Now()
		s := p.solve()
		took = append(took, time.Since(begun))
		if fault := p.fault(s); fault != "" {
			t.Fatalf("%+v\n%+v\n%s", p, s, fault)
		}
		if s.Exact {
			exact++
		}
		gap += float64(s.Points-s.Bound) / float64(max(1, s.Points))
	}
	slices.Sort(took)
	t.Logf("20 lines over 50 places, %d orders: p50 %v, p99 %v, most %v; %d proven best, on average %.2f %% above the bound", rounds,
		percentile(took, 50), percentile(took, 99), took[rounds-1], exact, 100*gap/rounds)
	if os.Getenv("ORDERLY_SPEED") != "" && percentile(took, 99) > 5*time.Millisecond {
		t.Errorf("p99 is %v, want less than 5 ms", percentile(took, 99))
	}
}
