package support_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/access"
	"orderly/internal/support"
)

// Whatever happens to a case, its clocks are what its state says, and the time
// that it waits for the customer is not counted.
func TestClocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &support.Case{Kind: "inquiry", Priority: "normal", State: support.Open, At: 1}
		target := support.TargetOf(nil, c.Kind, c.Priority)
		now, stood := int64(1), int64(0)
		c.Start(target, now)
		begun := now
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			step := rapid.Int64Range(0, 40*3_600_000_000).Draw(t, "step")
			if c.PausedAt != 0 {
				stood += step
			}
			now += step
			switch rapid.IntRange(0, 5).Draw(t, "act") {
			case 0:
				if c.State != support.Resolved {
					c.Wait(now)
				}
			case 1:
				if c.State == support.Resolved {
					begun, stood = now, 0
				}
				c.Hear(now, target)
			case 2:
				if c.State != support.Resolved {
					c.Resolve(now)
				}
			case 3:
				c.Answer(now)
			case 4:
				if missed := c.Missed(now); missed != 0 {
					c.Escalate(missed)
				}
			case 5:
				if c.State == support.Resolved {
					c.Reopen(now, target)
					begun, stood = now, 0
				}
			}
			if why := c.ClockFault(); why != "" {
				t.Fatalf("%s: %+v", why, c)
			}
			if c.PausedAt == 0 && c.ResolveDue != begun+stood+target.Resolve*60_000_000 {
				t.Fatalf("due at %d, begun at %d, stood %d", c.ResolveDue, begun, stood)
			}
			if c.Missed(now) != 0 && (c.NextDue == 0 || c.NextDue > now) {
				t.Fatalf("a missed target is not found: %+v", c)
			}
		}
	})
}

// Kills: a stranger who writes into another's thread or gets another's order by
// naming its number; a mail that belongs clearly and is not taken.
func TestMatch(t *testing.T) {
	mine := support.Order{ID: 7, Customer: 3, Email: "ada@example.com", Named: true}
	m := &support.Mail{From: "ada@example.com"}
	if got := support.Match(m, support.Known{Orders: []support.Order{mine}}); got.Order != 7 || got.Customer != 3 {
		t.Errorf("her own order: %+v", got)
	}
	if got := support.Match(&support.Mail{From: "eve@example.com"}, support.Known{Orders: []support.Order{mine}}); got.Order != 0 || got.Case != 0 || len(got.Candidates) != 1 {
		t.Errorf("another's order: %+v", got)
	}
	if got := support.Match(m, support.Known{Open: []support.ID{9}}); got.Case != 9 {
		t.Errorf("her only open case: %+v", got)
	}
	if got := support.Match(m, support.Known{Open: []support.ID{9, 8}}); got.Case != 0 || len(got.Candidates) != 2 {
		t.Errorf("two open cases: %+v", got)
	}
	if got := support.Match(m, support.Known{Token: 5, Open: []support.ID{9}}); got.Case != 5 {
		t.Errorf("a token: %+v", got)
	}
}

func TestLimits(t *testing.T) {
	s := support.Settings{Limits: []support.Limit{{Role: access.Support, Amount: 500}, {Role: access.Finance, Amount: 9000}}}
	for want, roles := range map[int64][]access.Role{500: {access.Support}, 9000: {access.Support, access.Finance}, 2500: {access.Sales}, 0: nil, 1<<63 - 1: {access.Admin}} {
		if got := s.LimitOf(roles); got != want {
			t.Errorf("%v give %d, want %d", roles, got, want)
		}
	}
}

func TestPropose(t *testing.T) {
	if got := support.Propose(support.History{Now: 10, DueAt: 5, Open: true, ShortPicked: true}); len(got) != 2 || got[0] != "short_pick" || got[1] != "late_promise" {
		t.Errorf("%v", got)
	}
	if n, ok := support.ParseName("c-1042"); !ok || n != 1042 {
		t.Error("a number in small letters")
	}
}
