package replenish

import (
	"math"
	"slices"
)

// grid is into how many steps the largest size that was seen is divided.
const grid = 200

// Spread is how the demand of a time is spread: the chance of each step of a
// grid. The zero value is that of no demand at all.
type Spread struct {
	width float64
	p     []float64
}

// Over is the spread of the demand of some weeks: in each there is demand by
// chance, of a size that was seen. Nothing is drawn at random: the sums of all
// sizes are folded out, so that the same history gives the same figure.
func (h *History) Over(weeks float64) Spread {
	if weeks <= 0 || h.hits == 0 {
		return Spread{}
	}
	whole, part := math.Modf(math.Min(weeks, MaxWeeks))
	s := h.over(int(whole))
	if part < 1e-9 {
		return s
	}
	return mixed(weighted{1 - part, s}, weighted{part, h.over(int(whole) + 1)})
}

func (h *History) over(weeks int) Spread {
	if weeks == 0 {
		return Spread{}
	}
	if s, ok := h.spread[weeks]; ok {
		return s
	}
	chance := binomial(weeks, h.Chance())
	f := h.foldsFor(len(chance) - 1)
	s := Spread{width: f.width, p: make([]float64, len(f.by[len(chance)-1]))}
	for k, w := range chance {
		for i, p := range f.by[k] {
			s.p[i] += w * p
		}
	}
	if h.spread == nil {
		h.spread = map[int]Spread{}
	}
	h.spread[weeks] = s
	return s
}

// binomial are the chances of 0, 1, 2, … hits in n weeks, up to where nearly
// all is told; the rest is given to the last.
func binomial(n int, p float64) []float64 {
	if p >= 1 {
		out := make([]float64, n+1)
		out[n] = 1
		return out
	}
	at := math.Pow(1-p, float64(n))
	out, told := []float64{at}, at
	for k := 1; k <= n && told < 1-1e-7; k++ {
		at *= float64(n-k+1) / float64(k) * p / (1 - p)
		out, told = append(out, at), told+at
	}
	out[len(out)-1] += 1 - told
	return out
}

// folds are the spreads of the sum of 0, 1, 2, … sizes drawn from those seen.
type folds struct {
	width float64
	one   []float64
	by    [][]float64
}

// foldsFor are the folds up to a number of draws. Their grid follows from the
// sizes alone, so that figures do not depend on what was asked before.
func (h *History) foldsFor(draws int) *folds {
	if h.folds == nil {
		most := slices.Max(h.sizes)
		f := &folds{width: math.Max(1, math.Ceil(float64(most)/grid)), by: [][]float64{{1}}}
		f.one = make([]float64, int(float64(most)/f.width)+2)
		for _, q := range h.sizes { // between two steps of the grid so that the mean stays
			at, part := math.Modf(float64(q) / f.width)
			f.one[int(at)] += (1 - part) / float64(len(h.sizes))
			f.one[int(at)+1] += part / float64(len(h.sizes))
		}
		h.folds = f
	}
	for f := h.folds; len(f.by) <= draws; {
		f.by = append(f.by, convolve(f.by[len(f.by)-1], f.one))
	}
	return h.folds
}

func convolve(a, sparse []float64) []float64 {
	out := make([]float64, len(a)+len(sparse)-1)
	for j, w := range sparse {
		if w == 0 {
			continue
		}
		for i, p := range a {
			out[i+j] += p * w
		}
	}
	return out
}

type weighted struct {
	weight float64
	Spread
}

// mixed is a spread that is one of several, by their weights. They may stand on
// grids of different steps; the widest is taken.
func mixed(of ...weighted) Spread {
	var out Spread
	for _, s := range of {
		out.width = math.Max(out.width, s.width)
	}
	if out.width == 0 {
		return out
	}
	for _, s := range of {
		if s.width == 0 {
			s.Spread = Spread{width: out.width, p: []float64{1}}
		}
		last := int(float64(len(s.p)-1) * s.width / out.width)
		for len(out.p) < last+2 {
			out.p = append(out.p, 0)
		}
		for i, p := range s.p {
			at, part := math.Modf(float64(i) * s.width / out.width)
			out.p[int(at)] += s.weight * p * (1 - part)
			if part > 0 {
				out.p[int(at)+1] += s.weight * p * part
			}
		}
	}
	return out
}

// Mean is what is to be expected.
func (s Spread) Mean() float64 {
	sum := 0.0
	for i, p := range s.p {
		sum += float64(i) * p
	}
	return sum * s.width
}

// Quantile is the least quantity that suffices with a chance.
func (s Spread) Quantile(chance float64) int64 {
	told := 0.0
	for i, p := range s.p {
		if told += p; told >= chance-1e-9 {
			return int64(math.Round(float64(i) * s.width))
		}
	}
	return int64(math.Round(float64(max(0, len(s.p)-1)) * s.width))
}
