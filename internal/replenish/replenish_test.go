package replenish_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/replenish"
)

func anyHistory(t *rapid.T) *replenish.History {
	size := rapid.SampledFrom([]int64{3, 40, 100_000}).Draw(t, "largest")
	rare := rapid.IntRange(0, 9).Draw(t, "weeks without")
	var weeks []int64
	for range rapid.IntRange(0, 170).Draw(t, "weeks") {
		q := int64(0)
		if rapid.IntRange(0, 9).Draw(t, "hit") >= rare {
			q = rapid.Int64Range(1, size).Draw(t, "size")
		}
		weeks = append(weeks, q)
	}
	return replenish.NewHistory(weeks)
}

func anyTerms(t *rapid.T) replenish.Terms {
	return replenish.Terms{
		LeadDays: rapid.Int64Range(0, 120).Draw(t, "lead"), SpreadDays: rapid.Int64Range(0, 30).Draw(t, "spread"),
		Minimum: rapid.Int64Range(0, 500).Draw(t, "minimum"), Pack: rapid.Int64Range(0, 60).Draw(t, "pack"), Cost: 2_500_000,
	}
}

func anyPolicy(t *rapid.T) replenish.Policy {
	return replenish.Policy{
		Kind: rapid.SampledFrom(replenish.Kinds).Draw(t, "kind"), Source: replenish.FromSupplier,
		Service:    rapid.Int64Range(replenish.LeastLevel, replenish.MostLevel).Draw(t, "service"),
		ReviewDays: rapid.Int64Range(0, 28).Draw(t, "review"), OrderCost: 5_000_000, Holding: 2000,
	}
}

func anyPosition(t *rapid.T) replenish.Position {
	n := rapid.Int64Range(0, 2000)
	return replenish.Position{OnHand: n.Draw(t, "on hand"), Reserved: n.Draw(t, "reserved"), Backordered: n.Draw(t, "backordered"), Incoming: n.Draw(t, "incoming")}
}

// TestProposals holds what is proposed to its terms.
func TestProposals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, terms, p, at := anyHistory(t), anyTerms(t), anyPolicy(t), anyPosition(t)
		l := p.Levels(h, terms)
		x := p.Propose(l, terms, at)
		switch {
		case x.Quantity == 0 && at.Units() < l.ReorderAt:
			t.Fatalf("nothing is proposed, though %d is below %d", at.Units(), l.ReorderAt)
		case x.Quantity == 0:
			return
		case at.Units() >= l.ReorderAt:
			t.Fatalf("%d are proposed, though %d is not below %d", x.Quantity, at.Units(), l.ReorderAt)
		case x.Quantity < terms.Minimum:
			t.Fatalf("%d are less than the minimum of %d", x.Quantity, terms.Minimum)
		case terms.Pack > 0 && x.Quantity%terms.Pack != 0:
			t.Fatalf("%d are no whole packs of %d", x.Quantity, terms.Pack)
		case l.Lot > 0 && x.Quantity%l.Lot != 0:
			t.Fatalf("%d are no whole lots of %d", x.Quantity, l.Lot)
		case x.After < l.UpTo || x.After < l.ReorderAt || x.After != at.Units()+x.Quantity:
			t.Fatalf("%d after %d are ordered; the target is %d", x.After, x.Quantity, l.UpTo)
		case l.Lot == 0 && x.Quantity-max(terms.Pack, 1) >= max(x.Wanted, terms.Minimum):
			t.Fatalf("%d are a pack of %d more than the %d needed", x.Quantity, terms.Pack, x.Wanted)
		}
		again := p.Propose(p.Levels(h, terms), terms, at)
		if again != x {
			t.Fatalf("the same facts gave %+v and %+v", x, again)
		}
		write := func(q int64) string { return strconv.FormatInt(q, 10) }
		if text := x.Reason(write); !strings.Contains(text, write(at.Units())) || !strings.Contains(text, write(x.Wanted)) {
			t.Fatalf("the reason leaves figures out: %s", text)
		}
	})
}

// TestMoreService never keeps less, nor orders less.
func TestMoreService(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, terms, p, at := anyHistory(t), anyTerms(t), anyPolicy(t), anyPosition(t)
		more := p
		more.Service = rapid.Int64Range(p.Service, replenish.MostLevel).Draw(t, "more service")
		a, b := p.Levels(h, terms), more.Levels(h, terms)
		if b.ReorderAt < a.ReorderAt || b.UpTo < a.UpTo {
			t.Fatalf("a service of %d keeps %d to %d, %d keeps %d to %d", p.Service, a.ReorderAt, a.UpTo, more.Service, b.ReorderAt, b.UpTo)
		}
		if x, y := p.Propose(a, terms, at), more.Propose(b, terms, at); y.Quantity < x.Quantity {
			t.Fatalf("a service of %d orders %d, %d orders %d", p.Service, x.Quantity, more.Service, y.Quantity)
		}
	})
}

// TestMissingCosts gives the service at which one more unit costs as much to
// hold as to lack.
func TestMissingCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, terms := anyHistory(t), anyTerms(t)
		p := replenish.Policy{Kind: replenish.ReorderPoint, Shortage: 1_000, Holding: 2000}
		dear := p
		dear.Shortage = 2_000_000
		if a, b := p.Levels(h, terms), dear.Levels(h, terms); b.Chance < a.Chance || b.ReorderAt < a.ReorderAt {
			t.Fatalf("lacking dearer units keeps less: %+v, %+v", a, b)
		}
	})
}

// TestSpread holds folded demand to its mean, and to what can be counted by hand.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		weeks := rapid.Float64Range(0.1, 40).Draw(t, "weeks ahead")
		s := h.Over(weeks)
		if want := h.Mean() * weeks; math.Abs(s.Mean()-want) > 1e-4*want+1e-9 {
			t.Fatalf("the mean of %.2f weeks is %f, want %f", weeks, s.Mean(), want)
		}
		last := int64(0)
		for _, chance := range []float64{.1, .5, .9, .99, 1} {
			q := s.Quantile(chance)
			if q < last {
				t.Fatalf("%d suffice with a chance of %f, after %d", q, chance, last)
			}
			last = q
		}
	})
	h := replenish.NewHistory(nil)
	for range 200 { // every week, one or three: two weeks make 2, 4, 4 or 6
		h.Add(1)
		h.Add(3)
	}
	for chance, want := range map[float64]int64{.2: 2, .25: 2, .26: 4, .75: 4, .76: 6, .999: 6} {
		if got := h.Over(2).Quantile(chance); got != want {
			t.Errorf("two weeks of one or three need at most %d with a chance of %g, want %d", got, chance, want)
		}
	}
}

// TestFirstSales does not take one sale for a sale a week, nor a seller of
// every week for a rare one.
func TestFirstSales(t *testing.T) {
	if got := replenish.NewHistory([]int64{0, 0, 50}).Chance(); got > 0.1 {
		t.Errorf("one sale in three weeks makes a chance of %f", got)
	}
	if got := replenish.NewHistory([]int64{5, 5, 5, 5, 5, 5, 5, 5}).Chance(); got < 0.9 {
		t.Errorf("a sale in each of eight weeks makes a chance of %f", got)
	}
	gone := replenish.NewHistory(append([]int64{9, 9, 9, 9, 9, 9, 9, 9}, make([]int64, 100)...))
	if got := gone.Chance(); got > 0.03 {
		t.Errorf("two years without a sale leave a chance of %f", got)
	}
	if replenish.NewHistory(nil).Class() != replenish.None || gone.Class() != replenish.Intermittent {
		t.Error("the classes are others")
	}
}

func TestPolicyIsChecked(t *testing.T) {
	good := replenish.Policy{Kind: replenish.MinMax, Source: replenish.FromSupplier, Service: 9500, ReorderAt: 5, UpTo: 20}
	for name, change := range map[string]func(*replenish.Policy){
		"":               func(p *replenish.Policy) {},
		"/kind":          func(p *replenish.Policy) { p.Kind = "guess" },
		"/source":        func(p *replenish.Policy) { p.Source = "sky" },
		"/from_location": func(p *replenish.Policy) { p.Source = replenish.FromLocation },
		"/service_level": func(p *replenish.Policy) { p.Service = 10_000 },
		"/shortage_cost": func(p *replenish.Policy) { p.Shortage = -1; p.Service = 0 },
		"/up_to":         func(p *replenish.Policy) { p.UpTo = 4 },
		"/lot":           func(p *replenish.Policy) { p.Lot = 4 },
		"/lead_days":     func(p *replenish.Policy) { p.LeadDays = -1 },
	} {
		p := good
		change(&p)
		var l fault.List
		if p.Check(&l); name == "" {
			if err := l.Err(); err != nil {
				t.Errorf("a good policy is refused: %v", err)
			}
			continue
		}
		found := false
		for _, f := range l.Fields() {
			found = found || f.Pointer == name
		}
		if !found {
			t.Errorf("%s is not named: %v", name, l.Err())
		}
	}
}
