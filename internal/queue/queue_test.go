package queue_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/access"
	"orderly/internal/queue"
)

const (
	minute = int64(60_000_000)
	hour   = 60 * minute
	now    = int64(1_800_000_000_000_000)
)

func everything() access.Scope {
	return access.Scope{Merchant: 1, Permissions: access.All}
}

func TestQueuesAreSound(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range queue.All {
		if seen[q.ID] || q.ID == "" {
			t.Errorf("%q is there twice", q.ID)
		}
		seen[q.ID] = true
		if !slices.Contains(access.All, q.Sees) || !slices.Contains(access.All, q.Works) || !slices.Contains(queue.Groups, q.Group) || len(q.Roles) == 0 {
			t.Errorf("%+v", q)
		}
		if queue.Named(q.ID).ID != q.ID {
			t.Errorf("%s is not found", q.ID)
		}
	}
	if queue.Named("nonsense") != nil {
		t.Error("a queue is named nonsense")
	}
}

func TestForShowsWhatMayBeSeen(t *testing.T) {
	s := access.Scope{Merchant: 1, Permissions: []access.Permission{access.FulfillmentRead}}
	for _, q := range queue.For(s) {
		if q.Sees != access.FulfillmentRead {
			t.Errorf("%s is shown", q.ID)
		}
	}
	if len(queue.For(access.Scope{})) != 0 {
		t.Error("who may nothing sees a queue")
	}
}

func TestNext(t *testing.T) {
	for _, tc := range []struct {
		name      string
		facts     []queue.Fact
		roles     []string
		want, why string
	}{
		{"the carrier leaves in half an hour, before what is late",
			[]queue.Fact{{Queue: queue.Late, Count: 1, Clock: now - hour}, {Queue: queue.Leaves, Count: 12, Clock: now + 30*minute}}, nil, queue.Leaves, queue.WhyLeaves},
		{"late comes before a carrier that leaves in five hours",
			[]queue.Fact{{Queue: queue.Leaves, Count: 12, Clock: now + 5*hour}, {Queue: queue.Late, Count: 1, Clock: now - hour}}, nil, queue.Late, queue.WhyLate},
		{"a customer waits, before orders on hold",
			[]queue.Fact{{Queue: queue.OnHold, Count: 40, Oldest: now - 30*hour}, {Queue: queue.Reports, Count: 1, Oldest: now - 4*hour}}, nil, queue.Reports, queue.WhyPeople},
		{"a buyer turns to backorders",
			[]queue.Fact{{Queue: queue.ToPick, Count: 40}, {Queue: queue.Backorder, Count: 1}}, []string{"buyer"}, queue.Backorder, queue.WhyFix},
		{"the floor turns to picking",
			[]queue.Fact{{Queue: queue.ToPick, Count: 40}, {Queue: queue.Backorder, Count: 1}}, []string{"warehouse"}, queue.ToPick, queue.WhyWaiting},
		{"what is old says so",
			[]queue.Fact{{Queue: queue.ToPack, Count: 1, Oldest: now - 40*hour}}, nil, queue.ToPack, queue.WhyOldest},
	} {
		got, ok := queue.Next(tc.facts, everything(), tc.roles, now)
		if !ok || got.Queue.ID != tc.want || got.Why != tc.why {
			t.Errorf("%s: %v %+v", tc.name, ok, got)
		}
	}
	if _, ok := queue.Next([]queue.Fact{{Queue: queue.Late}}, everything(), nil, now); ok {
		t.Error("an empty queue is advised")
	}
	reader := access.Scope{Merchant: 1, Permissions: []access.Permission{access.OrdersRead, access.FulfillmentRead}}
	if _, ok := queue.Next([]queue.Fact{{Queue: queue.Late, Count: 3}}, reader, nil, now); ok {
		t.Error("who may only read is told to act")
	}
}

// What is advised waits, may be worked, and is the same whatever the order in
// which the facts come; more age never makes a queue less urgent.
func TestNextProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var facts []queue.Fact
		for _, q := range queue.All {
			facts = append(facts, queue.Fact{
				Queue: q.ID, Count: rapid.Int64Range(0, 3).Draw(t, "count"), Oldest: now - rapid.Int64Range(0, 500).Draw(t, "age")*hour,
				Clock: now + rapid.Int64Range(-300, 900).Draw(t, "clock")*minute,
			})
		}
		s := access.Scope{Merchant: 1, Permissions: rapid.SliceOfDistinct(rapid.SampledFrom(access.All), func(p access.Permission) access.Permission { return p }).Draw(t, "may")}
		got, ok := queue.Next(facts, s, nil, now)
		waits := slices.ContainsFunc(facts, func(f queue.Fact) bool {
			q := queue.Named(f.Queue)
			return f.Count > 0 && s.May(q.Sees) && s.May(q.Works)
		})
		if ok != waits {
			t.Fatalf("advised %v, waits %v", ok, waits)
		}
		if !ok {
			return
		}
		if got.Fact.Count == 0 || !s.May(got.Queue.Works) {
			t.Fatalf("%+v", got)
		}
		i := slices.IndexFunc(facts, func(f queue.Fact) bool { return f.Queue == got.Queue.ID })
		facts[i].Oldest -= rapid.Int64Range(0, 100).Draw(t, "older") * hour
		if again, _ := queue.Next(facts, s, nil, now); again.Queue.ID != got.Queue.ID {
			t.Fatalf("%s was next, and grown older it is %s", got.Queue.ID, again.Queue.ID)
		}
	})
}

func TestSum(t *testing.T) {
	got := queue.Sum([]queue.Fact{{Queue: "x", Count: 2, Oldest: 50, Clock: 90}, {Queue: "x", Count: 1, More: true, Oldest: 0, Clock: 70}, {Queue: "x", Clock: 3}})
	if got != (queue.Fact{Queue: "x", Count: 3, More: true, Oldest: 50, Clock: 70}) {
		t.Errorf("%+v", got)
	}
}

func TestEndOfDay(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 10, 25, 12, 0, 0, 0, london) // this day has 25 hours
	if got := time.UnixMicro(queue.EndOfDay(london, at.UnixMicro())); got.Sub(at) != 12*time.Hour {
		t.Errorf("the day ends at %s", got)
	}
}
