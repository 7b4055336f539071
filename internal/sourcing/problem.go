package sourcing

import (
	"cmp"
	"slices"

	"orderly/internal/stock"
)

// Limits of a problem. What is larger counts as this much, so that the points
// of any solution are far from the end of int64. Points below zero count as
// zero: nobody is paid for using a place.
const (
	MaxPoints = 1 << 40 // of one part: a place, a band, a split
	maxTotal  = 1 << 50 // of all units of an order together
)

// Problem is one order to be sourced: what it needs, who may send, and what
// that costs in points. Pure data.
type Problem struct {
	Demands     []Demand
	Candidates  []Candidate // no place twice; the earlier is preferred among equals
	MaxPlaces   int         // most places that may send; 0: no limit
	Split       int64       // points for each place after the first
	Missing     int64       // points for each unit that nobody sends
	WholeLines  bool        // a line comes whole from one place or not at all
	WholeGroups bool        // so do the lines of a bundle, together
	Complete    bool        // all or nothing
	Priority    int64       // batch: higher is served first, never loses to lower
}

// Candidate is a place that may send, and what using it costs.
type Candidate struct {
	Place stock.LocationID
	Fixed int64  // points for using the place at all (distance, lateness, priority, load)
	Unit  int64  // points for each unit
	Goods []Cost // points for each unit of an item beside; no item twice; others cost nothing more
	Bands []Band // points of shipping by weight, ascending; none: shipping costs nothing; heavier than the last: it cannot send that
	Room  int64  // fulfillments the place can still take today; negative: no limit
}

// Band is what shipping costs up to a weight.
type Band struct{ UpTo, Points int64 } // grams

// Cost is what one unit of an item costs: in points, or in millionths of 1.00 of
// the merchant's currency.
type Cost struct{ Item, Each int64 }

// each is the points of a unit of an item, so many at most.
func (c *Candidate) each(item, limit int64) int64 {
	return clamp(clamp(c.Unit, limit)+clamp(costOf(c.Goods, item), limit), limit)
}

// costOf is what a list says of an item; zero where it says nothing.
func costOf(list []Cost, item int64) int64 {
	for _, c := range list {
		if c.Item == item {
			return c.Each
		}
	}
	return 0
}

// Solution is who sends what, and how good that is.
type Solution struct {
	Takes  []Take // by place in the order of candidates, then by line
	Short  []Demand
	Points int64
	Places []stock.LocationID
	Exact  bool  // proven best of its problem
	Bound  int64 // no solution has fewer points
}

// Cost is the points of any solution, computed from the problem alone. It is
// not ok where the takes break a rule of the problem: a place that is no
// candidate or has no room, more than was asked, too many places, a parcel too
// heavy, a line or bundle torn apart, a part of what must be complete. Whether
// there is stock for it the problem does not know.
func (p *Problem) Cost(takes []Take) (points int64, ok bool) {
	given, grams, ok := p.tally(takes)
	if !ok || p.MaxPlaces > 0 && len(grams) > p.MaxPlaces || !p.keepsWhole(takes, given) {
		return 0, false
	}
	missing := int64(0)
	for i, d := range p.Demands {
		missing += max(0, d.Quantity) - given[i]
	}
	if p.Complete && missing > 0 && len(takes) > 0 {
		return 0, false
	}
	unit := p.unitLimit()
	points = missing*clamp(p.Missing, unit) + int64(max(0, len(grams)-1))*clamp(p.Split, MaxPoints)
	for _, c := range p.Candidates {
		weight, used := grams[c.Place]
		if !used {
			continue
		}
		band, fits := c.shipping(weight)
		if !fits || c.Room == 0 {
			return 0, false
		}
		points += clamp(c.Fixed, MaxPoints) + band
	}
	for _, t := range takes {
		points += t.Quantity * p.candidate(t.Place).each(t.Item, unit)
	}
	return points, true
}

// tally sums takes by demand and the weight by place.
func (p *Problem) tally(takes []Take) (given []int64, grams map[stock.LocationID]int64, ok bool) {
	given, grams = make([]int64, len(p.Demands)), map[stock.LocationID]int64{}
	limit := p.unitLimit()
	for _, t := range takes {
		rest := t.Quantity
		if rest < 1 || p.candidate(t.Place) == nil {
			return nil, nil, false
		}
		for i, d := range p.Demands {
			if d.Line == t.Line && d.Item == t.Item {
				q := min(rest, max(0, d.Quantity)-given[i])
				given[i] += q
				grams[t.Place] += q * clamp(d.Grams, limit)
				rest -= q
			}
		}
		if rest > 0 {
			return nil, nil, false
		}
	}
	return given, grams, true
}

// keepsWhole tells whether no line and no bundle is torn that must not be.
func (p *Problem) keepsWhole(takes []Take, given []int64) bool {
	from := map[int]stock.LocationID{} // whole block by its place
	whole := map[int]bool{}            // by place and completeness of its first
	for i, block := range p.blocks() {
		if block < 0 || p.Demands[i].Quantity <= 0 {
			continue
		}
		d := p.Demands[i]
		all, seen := whole[block]
		if seen && all != (given[i] == d.Quantity) || given[i] != 0 && given[i] != d.Quantity {
			return false
		}
		whole[block] = given[i] == d.Quantity
		for _, t := range takes {
			if t.Line != d.Line || t.Item != d.Item {
				continue
			}
			if at, known := from[block]; known && at != t.Place {
				return false
			}
			from[block] = t.Place
		}
	}
	return true
}

// blocks gives each demand the number of what it must stay together with, or
// -1 where its units may come from anywhere. Blocks count from zero in the
// order of their first demand.
func (p *Problem) blocks() []int {
	out := make([]int, len(p.Demands))
	lines, groups, n := map[int]int{}, map[int]int{}, 0
	for i, d := range p.Demands {
		key, in := d.Line, lines
		switch {
		case p.WholeGroups && d.Group != 0:
			key, in = d.Group, groups
		case !p.WholeLines:
			out[i] = -1
			continue
		}
		b, ok := in[key]
		if !ok {
			b = n
			in[key] = b
			n++
		}
		out[i] = b
	}
	return out
}

func (p *Problem) candidate(at stock.LocationID) *Candidate {
	i := slices.IndexFunc(p.Candidates, func(c Candidate) bool { return c.Place == at })
	if i < 0 {
		return nil
	}
	return &p.Candidates[i]
}

// unitLimit is the most points, or grams, that one unit counts.
func (p *Problem) unitLimit() int64 {
	units := int64(1)
	for _, d := range p.Demands {
		units += min(max(0, d.Quantity), maxTotal/int64(len(p.Demands)))
	}
	return maxTotal / units
}

// shipping is the points of sending grams, and whether the place can at all.
func (c *Candidate) shipping(grams int64) (points int64, ok bool) {
	if len(c.Bands) == 0 {
		return 0, true
	}
	i, _ := slices.BinarySearchFunc(c.Bands, grams, func(b Band, grams int64) int { return cmp.Compare(b.UpTo, grams) })
	if i == len(c.Bands) {
		return 0, false
	}
	return clamp(c.Bands[i].Points, MaxPoints), true
}

func clamp(n, most int64) int64 { return min(max(0, n), most) }
