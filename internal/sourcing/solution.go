package sourcing

import (
	"cmp"
	"slices"
)

// nothing is the points of sending nothing, at the prices of the problem.
func (f *field) nothing() int64 {
	points, _ := f.p.Cost(nil)
	return points
}

// solution tells a deal as takes. What must be complete and is not, or is
// dearer than nothing, is not sent at all.
func (f *field) solution(d *deal, unitsFirst bool) Solution {
	byCandidate := make([][]Take, len(f.sites))
	var short []Demand
	for l := range f.lots {
		f.spread(d, l, byCandidate)
		complete := d.rest[l] == 0
		if f.p.Complete && !complete {
			return f.none()
		}
	}
	out := Solution{}
	given := make([]int64, len(f.p.Demands))
	for j, takes := range byCandidate {
		if len(takes) == 0 {
			continue
		}
		slices.SortFunc(takes, func(a, b Take) int { return cmp.Compare(int64(a.Line), int64(b.Line)) })
		for i := range takes {
			given[takes[i].Line] += takes[i].Quantity
			takes[i].Line = f.p.Demands[takes[i].Line].Line
		}
		out.Places = append(out.Places, f.id(j))
		out.Takes = append(out.Takes, takes...)
	}
	for i, d := range f.p.Demands {
		if d.Quantity > given[i] {
			d.Quantity -= given[i]
			short = append(short, d)
		}
	}
	out.Short = short
	out.Points, _ = f.p.Cost(out.Takes)
	if none := f.nothing(); f.p.Complete && !unitsFirst && none <= out.Points {
		return f.none()
	}
	return out
}

// none is the solution that sends nothing.
func (f *field) none() Solution {
	out := Solution{Points: f.nothing()}
	for _, d := range f.p.Demands {
		if d.Quantity > 0 {
			out.Short = append(out.Short, d)
		}
	}
	return out
}

// spread hands what the sites send of a lot to its demands, by index: a demand
// stays whole where one site still has all of it, else each gives in turn.
func (f *field) spread(d *deal, l int, to [][]Take) {
	t, n := &f.lots[l], len(d.set)
	sent := slices.Clone(d.sent[l*n : l*n+n])
	give := func(i, k int, q int64) {
		j := d.set[k]
		to[j] = append(to[j], Take{Line: i, Item: f.p.Demands[i].Item, Place: f.id(j), Quantity: q})
	}
	for _, i := range t.demands {
		rest := f.p.Demands[i].Quantity
		if t.units > 1 { // a block, which one site sends
			if k := slices.Index(sent, 1); k >= 0 {
				give(i, k, rest)
			}
			continue
		}
		k := slices.IndexFunc(sent, func(q int64) bool { return q >= rest })
		if k >= 0 {
			give(i, k, rest)
			sent[k] -= rest
			continue
		}
		for k := range sent {
			if q := min(rest, sent[k]); q > 0 {
				give(i, k, q)
				sent[k] -= q
				rest -= q
			}
		}
	}
}
