package queue

import (
	"cmp"
	"slices"
)

// Arriving is what of purchase orders should come by the end of the day, as a
// day shows it beside the queues: it is a plan, and no work that waits.
const Arriving = "arriving"

// Stop is what a day holds at one location of one merchant, for somebody who
// works for several.
type Stop struct {
	Merchant int64
	Location int64           // zero for what stands at no location, such as returns
	Facts    map[string]Fact // by queue, those with something in them
	Due      int64           // the instant that presses first, zero for none
}

// Late reports whether something should have left already.
func (s *Stop) Late() bool { return s.Facts[Late].Count > 0 }

// Work is how much the stop holds, each piece once: what is late or due today
// stands in a queue of the floor as well.
func (s *Stop) Work() (n int64) {
	for id, f := range s.Facts {
		if id != Late && id != Today && id != Leaves {
			n += f.Count
		}
	}
	return n
}

// Day puts a merchant's facts into stops, one for each location that has any. A
// partner's differences are no work of its floor: they stand with what is of none.
func Day(merchant int64, facts []Fact) []Stop {
	at := map[int64]*Stop{}
	for _, f := range facts {
		if f.Count == 0 {
			continue
		}
		if f.Queue == Differences {
			f.Location = 0
		}
		s := at[f.Location]
		if s == nil {
			s = &Stop{Merchant: merchant, Location: f.Location, Facts: map[string]Fact{}}
			at[f.Location] = s
		}
		if was, ok := s.Facts[f.Queue]; ok {
			f = Sum([]Fact{was, f})
		}
		s.Facts[f.Queue] = f
	}
	out := make([]Stop, 0, len(at))
	for _, s := range at {
		s.Due = first(first(s.Facts[Late].Clock, s.Facts[Today].Clock), first(s.Facts[Leaves].Clock, s.Facts[Arriving].Clock))
		out = append(out, *s)
	}
	SortDay(out)
	return out
}

// SortDay orders stops by what presses: first what is due first, at last what no
// clock runs for, and of those the fullest.
func SortDay(list []Stop) {
	slices.SortFunc(list, func(a, b Stop) int {
		if (a.Due == 0) != (b.Due == 0) {
			return cmp.Compare(b.Due, a.Due)
		}
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(b.Work(), a.Work()), cmp.Compare(a.Merchant, b.Merchant), cmp.Compare(a.Location, b.Location))
	})
}
