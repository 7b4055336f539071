package demo

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestThePaceFollowsTheClock(t *testing.T) {
	start := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	p := pace{speed: 60}
	p.start(start)
	for _, c := range []struct {
		at, now, want time.Duration // after Opening, after start
	}{
		{0, 0, 0},
		{time.Hour, 0, time.Minute},
		{time.Hour, 59 * time.Second, time.Second},
		{time.Hour, 62 * time.Second, -2 * time.Second}, // late, but it can be made up for
		{time.Hour, 10 * time.Minute, 0},                // the machine slept
		{time.Hour + 30*time.Minute, 10 * time.Minute, 30 * time.Second},
	} {
		if got := p.until(Opening+c.at, start.Add(c.now)); got != c.want {
			t.Errorf("what is due at %s waits %s at %s, want %s", c.at, got, c.now, c.want)
		}
	}
}

// Tasks come out by time, those of one time by age, never too early and never
// too many.
func TestTheAgendaIsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda
		planned := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 60).Draw(t, "times")
		for i, at := range planned {
			a.plan(act(i%3), task{at: time.Duration(at), word: "x"})
		}
		var order []task
		for n := 0; ; {
			k, at, ok := a.next()
			if !ok {
				break
			}
			by := at + time.Duration(rapid.IntRange(0, 5).Draw(t, "window"))
			limit := rapid.IntRange(1, 4).Draw(t, "limit")
			got := a.take(k, by, limit)
			if len(got) == 0 || len(got) > limit || got[0].at != at || got[len(got)-1].at > by {
				t.Fatalf("take(%d, %s, %d) after next at %s gave %+v", k, by, limit, at, got)
			}
			if !slices.IsSortedFunc(got, func(x, y task) int {
				if x.at != y.at {
					return int(x.at - y.at)
				}
				return int(x.serial - y.serial)
			}) {
				t.Fatalf("not in order: %+v", got)
			}
			order = append(order, got...)
			n += len(got)
		}
		if len(order) != len(planned) {
			t.Fatalf("%d tasks of %d came out", len(order), len(planned))
		}
	})
}
