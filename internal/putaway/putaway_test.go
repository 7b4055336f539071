package putaway_test

import (
	"testing"

	"orderly/internal/fault"
	"orderly/internal/putaway"
	"orderly/internal/stock"

	"pgregory.net/rapid"
)

// Kills: a task of what was found at a count, of damaged goods, or of what lies in
// a bin already.
func TestWhatMakesATask(t *testing.T) {
	came := stock.Movement{ID: 7, Cell: stock.Cell{Item: 1, Location: 2}, State: stock.OnHand, Quantity: 5, Lot: "L", Reason: "purchase", At: 3}
	if x := putaway.Of(9, &came); x == nil || x.Movement != 7 || x.Waits() != 5 || x.Lot != "L" || x.At != 3 || x.Version != 1 {
		t.Errorf("%+v", x)
	}
	for name, change := range map[string]func(*stock.Movement){
		"counted": func(m *stock.Movement) { m.Reason = "count" },
		"unship":  func(m *stock.Movement) { m.Reason = "unship" },
		"moved":   func(m *stock.Movement) { m.Reason = stock.PutAway },
		"damaged": func(m *stock.Movement) { m.State = stock.Damaged },
		"in bin":  func(m *stock.Movement) { m.Bin = "A" },
		"left":    func(m *stock.Movement) { m.Quantity = -5 },
	} {
		m := came
		change(&m)
		if x := putaway.Of(9, &m); x != nil {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

// However a task is put away and left, no unit is in two places, and it ends when
// nothing waits.
//
// Kills: more put away than waits; an end that is not told, or told too early.
func TestTaskEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := putaway.Task{ID: 1, Quantity: rapid.Int64Range(1, 20).Draw(t, "quantity"), Version: 1}
		for range rapid.IntRange(1, 8).Draw(t, "acts") {
			var next putaway.Task
			var err error
			q, n := int64(-1), int64(0)
			if rapid.Bool().Draw(t, "leave") {
				next, err = x.Leave(5)
			} else {
				q = rapid.Int64Range(0, 12).Draw(t, "q")
				next, n, err = x.Stow(q, 5)
			}
			may := x.Waits() > 0 && q <= x.Waits()
			if may != (err == nil) {
				t.Fatalf("%+v %d: %v", x, q, err)
			}
			if err != nil {
				if fault.KindOf(err) != fault.Conflict || next != x {
					t.Fatalf("%+v became %+v: %v", x, next, err)
				}
				continue
			}
			if q > 0 && n != q || q == 0 && n != x.Waits() || next.Stowed+next.Left+next.Waits() != x.Quantity || next.Version != x.Version+1 || (next.EndedAt == 5) != (next.Waits() == 0) {
				t.Fatalf("%+v became %+v by %d", x, next, q)
			}
			x = next
		}
	})
}

// Kills: a line without a bin, or with a control character in one.
func TestCheck(t *testing.T) {
	if err := putaway.Check([]putaway.Line{{ID: 1, Bin: "A-1"}, {ID: 1, Bin: "A-2", Quantity: 3}}); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string][]putaway.Line{"none": nil, "no bin": {{ID: 1}}, "tab": {{ID: 1, Bin: "\t"}}, "less": {{ID: 1, Bin: "A", Quantity: -1}}, "many": make([]putaway.Line, putaway.MaxLines+1)} {
		if putaway.Check(bad) == nil {
			t.Errorf("%s passes", name)
		}
	}
}
