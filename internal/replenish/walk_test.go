package replenish_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/replenish"
)

// prefix finds out whether a rule looks ahead: what the first weeks come to may
// not depend on those that follow.
func prefix(demand []int64, cut int, rule func([]int64) replenish.Rule) bool {
	walk := func(weeks []int64, from ...int) []replenish.Outcome {
		return replenish.Walk([]replenish.Course{{Demand: weeks, Lead: 3, Rule: rule(weeks)}}, from...)[0]
	}
	whole, first := walk(demand, 0, cut), walk(demand[:cut], 0)[0]
	return whole[0].Served-whole[1].Served == first.Served && whole[0].Stock-whole[1].Stock == first.Stock &&
		whole[0].Orders-whole[1].Orders == first.Orders && whole[0].Ordered-whole[1].Ordered == first.Ordered
}

func TestWalkNeverLooksAhead(t *testing.T) {
	honest := func([]int64) replenish.Rule {
		p := replenish.Policy{Kind: replenish.MinMax, Service: 9500, OrderCost: 5_000_000, Holding: 2000}
		return func(h *replenish.History) replenish.Levels {
			return p.Levels(h, replenish.Terms{LeadDays: 21, Cost: 1_000_000})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		demand := rapid.SliceOfN(rapid.Int64Range(0, 9), 2, 60).Draw(t, "demand")
		cut := rapid.IntRange(1, len(demand)-1).Draw(t, "cut")
		if !prefix(demand, cut, honest) {
			t.Fatalf("the first %d weeks came out differently when %d followed", cut, len(demand)-cut)
		}
		o := replenish.Walk([]replenish.Course{{Demand: demand, Lead: 3, Rule: honest(demand)}}, 0)[0][0]
		if o.Served > o.Demand || o.LinesServed > o.Lines || o.CyclesServed > o.Cycles || o.Served > o.Ordered {
			t.Fatalf("impossible: %+v", o)
		}
	})
	cheat := func(weeks []int64) replenish.Rule { // orders what is to come in all
		return func(h *replenish.History) replenish.Levels {
			rest := int64(0)
			for _, q := range weeks[h.Weeks():] {
				rest += q
			}
			return replenish.Levels{ReorderAt: rest, UpTo: rest}
		}
	}
	if prefix([]int64{1, 0, 0, 0, 0, 5, 0, 0, 7, 7}, 6, cheat) {
		t.Error("a rule that knows what is to come was not found out")
	}
}

// TestWalkByHand follows one order through its weeks.
func TestWalkByHand(t *testing.T) {
	levels := func(*replenish.History) replenish.Levels { return replenish.Levels{ReorderAt: 10, UpTo: 10} }
	got := replenish.Walk([]replenish.Course{{Demand: []int64{4, 0, 0, 3, 0}, Lead: 1, Terms: replenish.Terms{Pack: 8}, Rule: levels}}, 0)[0][0]
	// Week 1: 4 wait, the position is −4: 14 are missing, 16 ordered for week 3.
	// Week 3: 16 come, 4 go to who waited, 12 stay. Week 4: 3 are served, 9 stay;
	// 8 more are ordered, and come after the end.
	want := replenish.Outcome{Weeks: 5, Demand: 7, Served: 3, Lines: 2, LinesServed: 1, Cycles: 1, Stock: 12 + 9 + 9, Orders: 2, Ordered: 24}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
