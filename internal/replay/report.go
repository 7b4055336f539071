package replay

import (
	"cmp"
	"slices"

	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// MaxMoved is how many orders that go elsewhere a report lists.
const MaxMoved = 100

// Report is what a replay finds.
type Report struct {
	Profile *sourcing.Version
	From    int64
	To      int64
	Seed    uint64
	Orders  int     // placed in the time
	Sampled int     // of them went through the profile
	Done    Side    // what was done with those
	Would   Side    // what the profile would have done
	Moved   int     // of them go from other places
	Moves   []Moved // at most MaxMoved, drawn by the seed, by number
}

// Side is the figures of one way of sending the same orders, as it was decided
// when they were placed.
type Side struct {
	Cost        int64 // minor units of the merchant's currency, by the rates of delivery methods
	Fulfilled   int   // fulfillments
	Split       int   // orders that come from several places
	Meters      int64 // from places to customers, where both have coordinates
	Late        int   // orders that would be at the door after what was promised
	LateDays    int64
	Days        int64 // until the last part of an order is at the door, over all orders
	Units       int64 // that have a place
	Backordered int64 // units
	Short       int   // orders with units without a place
	Canceled    int64 // units
	Load        []Load
}

// Load is what one place has to do.
type Load struct {
	Place        stock.LocationID
	Fulfillments int
	Units        int64
}

// Moved is an order that the profile sends from elsewhere.
type Moved struct {
	Order  order.ID
	Number int64
	Done   []Part
	Would  []Part
	Cost   int64 // more than was done, or below zero less
	Reason sourcing.Reason
}

// Part is what one place sends.
type Part struct {
	Place stock.LocationID
	Units int64
}

// outcome is one order, sent in one way.
type outcome struct {
	units  map[stock.LocationID]int64
	grams  map[stock.LocationID]int64
	short  int64 // units that wait
	cancel int64
}

func (x *outcome) add(at stock.LocationID, units, grams int64) {
	if x.units == nil {
		x.units, x.grams = map[stock.LocationID]int64{}, map[stock.LocationID]int64{}
	}
	x.units[at] += units
	x.grams[at] += grams
}

func (x *outcome) parts() []Part {
	out := make([]Part, 0, len(x.units))
	for at, n := range x.units {
		out = append(out, Part{at, n})
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Compare(a.Place, b.Place) })
	return out
}

// cost is what shipping costs by the rates.
func (x *outcome) cost(places []sourcing.Facts) int64 {
	sum := int64(0)
	for i := range places {
		if _, sends := x.units[places[i].Place]; sends {
			sum += rate(places[i].Rates, x.grams[places[i].Place])
		}
	}
	return sum
}

// rate is what a weight costs; what is heavier than all bands costs the last.
func rate(bands []sourcing.Band, grams int64) int64 {
	for _, b := range bands {
		if grams <= b.UpTo {
			return b.Points
		}
	}
	if n := len(bands); n > 0 {
		return bands[n-1].Points
	}
	return 0
}

// count adds an order that was sent in one way.
func (s *Side) count(x *outcome, places []sourcing.Facts, load map[stock.LocationID]*Load) {
	s.Cost += x.cost(places)
	s.Fulfilled += len(x.units)
	if len(x.units) > 1 {
		s.Split++
	}
	late, days := int64(0), int64(0)
	for i := range places {
		f := &places[i]
		n, sends := x.units[f.Place]
		if !sends {
			continue
		}
		if f.Located {
			s.Meters += f.Meters
		}
		late, days = max(late, f.Late), max(days, f.Days)
		s.Units += n
		if load[f.Place] == nil {
			load[f.Place] = &Load{Place: f.Place}
		}
		load[f.Place].Fulfillments++
		load[f.Place].Units += n
	}
	if late > 0 {
		s.Late++
	}
	s.LateDays, s.Days = s.LateDays+late, s.Days+days
	s.Backordered, s.Canceled = s.Backordered+x.short, s.Canceled+x.cancel
	if x.short > 0 {
		s.Short++
	}
}

func loads(of map[stock.LocationID]*Load) []Load {
	out := make([]Load, 0, len(of))
	for _, l := range of {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Load) int { return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Place, b.Place)) })
	return out
}
