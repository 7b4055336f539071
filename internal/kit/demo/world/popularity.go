package world

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// sampler draws ranks by Zipf's law: rank k comes up in proportion to
// 1/(k+shift). The table is of integers because a float may round differently
// on another processor, and then the same seed would give another world.
type sampler struct{ below []uint64 }

const zipfOne = 1 << 24 // weight of rank 0 at shift 1; leaves room to multiply

func newSampler(n, shift int) sampler {
	s := sampler{make([]uint64, n)}
	sum := uint64(0)
	for k := range n {
		sum += zipfOne / uint64(k+shift)
		s.below[k] = sum
	}
	return s
}

func (s sampler) total() uint64 { return s.below[len(s.below)-1] }

func (s sampler) weight(k int) uint64 {
	if k == 0 {
		return s.below[0]
	}
	return s.below[k] - s.below[k-1]
}

func (s sampler) draw(r *rand.Rand) int {
	x := r.Uint64N(s.total())
	low, high := 0, len(s.below)-1
	for low < high {
		mid := (low + high) / 2
		if s.below[mid] > x {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

const (
	itemShift   = 4    // flattens the very top: no item is half of all sales
	rankingSpan = 1000 // width of the luck that coolness is added to
)

// rank settles which items sell best and which customers come back.
func (w *World) rank() {
	r := stream(w.opt.Seed, streamPopularity)
	luck := make([]int, len(w.Items))
	w.ranking = make([]int, len(w.Items))
	for i := range w.Items {
		w.ranking[i] = i
		luck[i] = r.IntN(rankingSpan) + familyNamed(w.Items[i].Family).coolness
	}
	slices.SortStableFunc(w.ranking, func(a, b int) int { return cmp.Compare(luck[a], luck[b]) })
	w.popularity = newSampler(len(w.Items), itemShift)
	w.patronage = newSampler(len(w.Customers), 1+len(w.Customers)/4)
}
