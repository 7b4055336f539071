package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/jobs"
)

// Of any number of nodes one runs each time of a schedule. A clock that jumps
// ahead makes it run once, and one that is set back does not hold it off.
func TestSchedule(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		var runs atomic.Int64
		kind := jobs.Kind{Name: "sweep", Every: time.Hour, First: time.Minute, Run: func(context.Context, *jobs.Claim) error { runs.Add(1); return nil }}
		a, b := s.node("a", kind), s.node("b", kind)
		ran := func(want int64, what string) {
			t.Helper()
			for range 2 {
				a.work()
				b.work()
			}
			if got := runs.Swap(0); got != want {
				t.Errorf("%s: it ran %d times, want %d", what, got, want)
			}
		}
		ran(0, "at the start")
		first, ok := s.find("sweep", "sweep")
		if rest := time.Duration(first.Due-s.db.Now()) * time.Microsecond; !ok || rest > time.Minute || rest < 30*time.Second {
			t.Errorf("first due in %s", rest)
		}
		s.later(time.Minute)
		ran(1, "after a minute")
		s.later(59 * time.Minute)
		ran(0, "before the hour")
		s.later(time.Minute)
		ran(1, "after the hour")
		s.later(100 * time.Hour)
		ran(1, "after a jump of 100 hours")
		if j, _ := s.find("sweep", "sweep"); (j.Due-first.Due)%time.Hour.Microseconds() != 0 || j.Due <= s.db.Now() || j.Attempts != 0 {
			t.Errorf("it left its times: %+v, the first was %d", j, first.Due)
		}
		s.later(-90 * time.Hour) // the clock was wrong
		ran(0, "after the clock was set back")
		s.later(time.Hour + time.Minute)
		ran(1, "an hour later")
	})
}

func TestFailingScheduleGoesOn(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		fails := true
		n := s.node("a", jobs.Kind{Name: "sweep", Every: time.Hour, Backoff: time.Minute, Attempts: 1, Run: func(context.Context, *jobs.Claim) error {
			if fails {
				return errors.New("no luck")
			}
			return nil
		}})
		for range 3 {
			if n.work() != 1 {
				t.Fatal("not run")
			}
			s.later(5 * time.Minute)
		}
		if j, _ := s.find("sweep", "sweep"); j.DeadAt != 0 || j.Attempts != 3 || j.LastError != "no luck" {
			t.Errorf("while it fails: %+v", j)
		}
		fails = false
		if n.work() != 1 {
			t.Fatal("not run")
		}
		if j, _ := s.find("sweep", "sweep"); j.Attempts != 0 || j.LastError != "" || j.Due < s.db.Now()+50*time.Minute.Microseconds() {
			t.Errorf("after it went well: %+v", j)
		}
	})
}
