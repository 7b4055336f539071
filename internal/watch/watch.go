// Package watch is what goes wrong on its way before a customer says so: labels
// that no carrier has scanned, parcels that stand still, lanes and suppliers that
// slip against their own past.
//
// What belongs here: what is usual, and what is not. What does not: reading
// parcels and purchase orders (store/watch), promises (delivery), and the clock.
package watch

import (
	"cmp"
	"slices"
)

// Hour is one, in microseconds, as all times here are.
const Hour = int64(60 * 60 * 1_000_000)

// Lane is a way that parcels take.
type Lane struct {
	Location int64
	Carrier  string
	Country  string
}

// Trip is a parcel that arrived. Gap is the longest time that nothing was heard
// of it.
type Trip struct {
	Lane
	Shipped, Delivered, Gap int64
}

// Least is the shortest time without a scan that anybody is told of: nights pass
// without any, on the quickest lane.
const Least = 24 * Hour

// enough is how many trips say what is usual.
const enough = 10

// Limits are those that hold where too few trips are known, or for all.
type Limits struct {
	Label int64 // from a label to its first scan
	Still int64 // without a scan, where nothing is usual
}

// Kinds of what is seen.
const (
	NeverScanned = "never_scanned"
	StandsStill  = "stands_still"
)

// Parcel is one that is under way.
type Parcel struct {
	Lane
	ID, Order int64
	Number    int64 // of the order
	Tracking  string
	Labeled   int64 // when it was packed under its number
	Scanned   int64 // last; 0 when never
}

// Seen is a parcel that wants a look, and why.
type Seen struct {
	Parcel
	Kind  string
	Since int64
	Limit int64 // how long it may be so
	Usual bool  // the limit is the lane's own
}

// Usual is the time without a scan that 19 of 20 parcels of a lane that left since
// Past ago stay below, a day at least, for lanes that are known well enough.
func Usual(trips []Trip, now int64) map[Lane]int64 {
	gaps := map[Lane][]int64{}
	for _, t := range trips {
		if t.Shipped <= now-Past {
			continue
		}
		gaps[t.Lane] = append(gaps[t.Lane], t.Gap)
	}
	out := map[Lane]int64{}
	for lane, list := range gaps {
		if len(list) >= enough {
			out[lane] = max(Least, at(list, 95))
		}
	}
	return out
}

// at is a percentile of a list, which it sorts.
func at(list []int64, percent int) int64 {
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*percent/100)]
}

// Look says whether a parcel wants a look.
func Look(p Parcel, usual map[Lane]int64, l Limits, now int64) (Seen, bool) {
	if p.Scanned == 0 {
		return Seen{Parcel: p, Kind: NeverScanned, Since: p.Labeled, Limit: l.Label}, now-p.Labeled > l.Label
	}
	limit, known := usual[p.Lane]
	if !known {
		limit = l.Still
	}
	return Seen{Parcel: p, Kind: StandsStill, Since: p.Scanned, Limit: limit, Usual: known}, now-p.Scanned > limit
}

// Slip is something that takes longer than it used to: the middle of the times
// before and lately, and how many there were.
type Slip[K comparable] struct {
	Of          K
	Before, Now int64
	Past, N     int // how many times each is of
}

// Took is how long something took, when it was done.
type Took[K comparable] struct {
	Of       K
	At, Time int64
}

// What is lately, and the past that it is held against.
const (
	Past          = 90 * 24 * Hour // in which what is usual is seen
	lanesLately   = 14 * 24 * Hour
	lanesLeast    = 12 * Hour
	LanesPast     = Past + lanesLately
	sellersLately = 60 * 24 * Hour
	sellersLeast  = 1 // day
	SellersPast   = 365*24*Hour + sellersLately
)

// Usually are the limits where nobody says others.
var Usually = Limits{Label: 24 * Hour, Still: 72 * Hour}

// Lanes are those of which parcels lately took longer than before, of trips since
// LanesPast ago.
func Lanes(trips []Trip, now int64) []Slip[Lane] {
	var list []Took[Lane]
	for _, t := range trips {
		list = append(list, Took[Lane]{Of: t.Lane, At: t.Delivered, Time: t.Delivered - t.Shipped})
	}
	return Slips(list, now-lanesLately, lanesLeast)
}

// Sellers are the suppliers that lately took more days than before, of lines since
// SellersPast ago.
func Sellers(list []Took[int64], now int64) []Slip[int64] {
	return Slips(list, now-sellersLately, sellersLeast)
}

// Slips are those whose middle time since an instant is a quarter longer than
// before it, and by more than least; the worst first. Few times say nothing.
func Slips[K comparable](list []Took[K], since, least int64) []Slip[K] {
	before, lately := map[K][]int64{}, map[K][]int64{}
	var keys []K
	for _, t := range list {
		if len(before[t.Of])+len(lately[t.Of]) == 0 {
			keys = append(keys, t.Of)
		}
		if t.At < since {
			before[t.Of] = append(before[t.Of], t.Time)
		} else {
			lately[t.Of] = append(lately[t.Of], t.Time)
		}
	}
	var out []Slip[K]
	for _, k := range keys {
		if len(before[k]) < enough || len(lately[k]) < enough/2 {
			continue
		}
		s := Slip[K]{Of: k, Before: at(before[k], 50), Now: at(lately[k], 50), Past: len(before[k]), N: len(lately[k])}
		if s.Now-s.Before > least && 4*s.Now > 5*s.Before {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Slip[K]) int { return cmp.Compare(b.Now-b.Before, a.Now-a.Before) })
	return out
}
