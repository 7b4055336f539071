package returns_test

import (
	"testing"

	"orderly/internal/fault"
	"orderly/internal/returns"

	"pgregory.net/rapid"
)

// In whatever parts a return is turned into store credit, what is granted on
// top is together the same, by the rate that was promised, and never less for
// giving more.
//
// Kills: a bonus that is rounded part by part; a rate that changes between two
// refunds; a promise that is forgotten.
func TestBonusClosesInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		promised := rapid.Int64Range(0, returns.MaxBonus).Draw(t, "promised")
		r := &returns.Return{}
		if r.ToCredit = rapid.Bool().Draw(t, "chosen"); r.ToCredit {
			r.BonusRate = promised
		}
		sum, granted := int64(0), int64(0)
		for i, part := range rapid.SliceOfN(rapid.Int64Range(1, 100_000), 1, 9).Draw(t, "parts") {
			offered := promised
			if i > 0 || r.ToCredit {
				offered = rapid.Int64Range(0, returns.MaxBonus).Draw(t, "offered later")
			}
			more := r.Turn(part, offered)
			if more < 0 {
				t.Fatalf("giving %d more takes %d back", part, -more)
			}
			sum, granted = sum+part, granted+more
		}
		if want := returns.BonusOf(sum, promised); granted != want || r.Money.Bonus != want || r.Money.Turned != sum {
			t.Fatalf("%d of %d at %d is %d, not %d: %+v", promised, sum, returns.MaxBonus, want, granted, r.Money)
		}
	})
}

// Kills: a bonus without the credit that it is on; one without bounds.
func TestPolicyOfCredit(t *testing.T) {
	for _, x := range []struct {
		credit bool
		bonus  int64
		ok     bool
	}{{true, 500, true}, {true, 0, true}, {false, 0, true}, {false, 500, false}, {true, returns.MaxBonus + 1, false}, {true, -1, false}} {
		p := returns.Default
		p.Credit, p.Bonus = x.credit, x.bonus
		var l fault.List
		p.Check(&l)
		if (l.Err() == nil) != x.ok {
			t.Errorf("%+v: %v", x, l.Err())
		}
	}
}
