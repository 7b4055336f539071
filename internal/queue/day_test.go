package queue_test

import (
	"testing"

	"orderly/internal/queue"
)

// Kills: a stop that comes before one that is due earlier, one of another
// location's facts, a piece of work that counts twice, a partner's
// difference that opens a floor or hides another partner's.
func TestDay(t *testing.T) {
	list := append(queue.Day(1, []queue.Fact{
		{Queue: queue.ToPick, Location: 7, Count: 3}, {Queue: queue.Today, Location: 7, Count: 2, Clock: 900}, {Queue: queue.Leaves, Location: 7, Count: 3, Clock: 500},
		{Queue: queue.ToPack, Location: 8, Count: 1}, {Queue: queue.Late, Location: 8, Count: 1, Clock: 100}, {Queue: queue.Leaves, Location: 8, Clock: 50},
		{Queue: queue.ReturnsToInspect, Count: 9}, {Queue: queue.Lost},
	}), queue.Day(2, []queue.Fact{
		{Queue: queue.ToRelease, Location: 5, Count: 4}, {Queue: queue.Arriving, Location: 5, Count: 1, Clock: 300}, {Queue: queue.Reports, Count: 10},
		{Queue: queue.Differences, Location: 5, Count: 2}, {Queue: queue.Differences, Location: 6, Count: 3},
	})...)
	queue.SortDay(list)
	want := []struct {
		merchant, location, due, work int64
		late                          bool
	}{{1, 8, 100, 1, true}, {2, 5, 300, 5, false}, {1, 7, 500, 3, false}, {2, 0, 0, 15, false}, {1, 0, 0, 9, false}}
	if len(list) != len(want) {
		t.Fatalf("%+v", list)
	}
	for i, w := range want {
		s := &list[i]
		if s.Merchant != w.merchant || s.Location != w.location || s.Due != w.due || s.Work() != w.work || s.Late() != w.late {
			t.Errorf("%d: %+v (work %d), want %+v", i, s, s.Work(), w)
		}
	}
}
