package sourcing

import (
	"math"

	"orderly/internal/stock"
)

// million is how costs count: in millionths of 1.00.
const million = 1_000_000

// mostCost bounds what counts of the cost of a unit: a million.
const mostCost = million * million

// costs are what units cost where they cost least, among the places that a
// strategy asks. A cost that is not known counts as that. Nil where nobody asks
// for costs.
type costs struct {
	weight int64
	least  map[int64]int64
}

// costs looks for the least, and says what each place's units cost there.
func (w *Weights) costs(a *Ask, considered []Considered, demands []Demand, left Sellable) *costs {
	if w.Margin == 0 {
		return nil
	}
	c := &costs{weight: w.Margin, least: map[int64]int64{}}
	for i := range a.Places {
		f := &a.Places[i]
		if considered[i].Bar != "" {
			continue
		}
		for _, x := range f.Costs {
			if low, seen := c.least[x.Item]; left(x.Item, f.Place) > 0 && (!seen || x.Each < low) {
				c.least[x.Item] = x.Each
			}
		}
		considered[i].Goods = goods(f, demands, left)
	}
	return c
}

// points are what units cost more at a place than where they cost least.
func (c *costs) points(f *Facts) (out []Cost) {
	if c == nil {
		return nil
	}
	for _, x := range f.Costs {
		if more := min(x.Each-c.least[x.Item], mostCost); more > 0 {
			out = append(out, Cost{x.Item, c.weight * more / million})
		}
	}
	return out
}

// lost is the points of all that a place could send alone.
func (c *costs) lost(x *Candidate, demands []Demand, left Sellable) (sum int64) {
	if c != nil {
		alone(demands, x.Place, left, func(d *Demand, n int64) { sum = plus(sum, times(n, x.each(d.Item, MaxPoints))) })
	}
	return sum
}

// goods is what all that a place could send alone costs there, in millionths of
// 1.00; zero unless every cost is known.
func goods(f *Facts, demands []Demand, left Sellable) (sum int64) {
	known := true
	alone(demands, f.Place, left, func(d *Demand, n int64) {
		each := costOf(f.Costs, d.Item)
		known = known && each > 0
		sum = plus(sum, times(n, each))
	})
	if !known {
		return 0
	}
	return sum
}

// alone calls f for the units of each demand that a place could send.
func alone(demands []Demand, at stock.LocationID, left Sellable, f func(d *Demand, n int64)) {
	used := map[int64]int64{}
	for i := range demands {
		d := &demands[i]
		if q := min(d.Quantity, max(0, left(d.Item, at)-used[d.Item])); q > 0 {
			used[d.Item] += q
			f(d, q)
		}
	}
}

// times multiplies what is not negative, up to the end of int64.
func times(a, b int64) int64 {
	if b > 0 && a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
