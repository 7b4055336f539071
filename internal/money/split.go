package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Split divides total by weights so that the parts sum to it exactly: each
// part is rounded toward zero and the units left over go to the largest
// remainders, on a tie to the earlier. A negative total is split as the mirror
// of the positive one. A negative weight counts as zero; when no weight is
// above zero, all count the same. No weights: nil.
func Split(total int64, weights []int64) []int64 {
	if len(weights) == 0 {
		return nil
	}
	parts := make([]int64, len(weights))
	SplitInto(parts, total, weights)
	return parts
}

// onStack is how many parts are split without allocating.
const onStack = 32

// SplitInto is Split into a slice of the caller, which may be weights itself.
// It panics when the lengths differ.
func SplitInto(dst []int64, total int64, weights []int64) {
	if len(dst) != len(weights) {
		panic("money: SplitInto needs one destination for each weight")
	}
	var buffer [onStack]remainder
	rests := buffer[:0]
	if len(weights) > onStack {
		rests = make([]remainder, 0, len(weights))
	}
	sum, equal := weigh(weights)
	whole := magnitude(total)
	left := whole
	for i, w := range weights {
		if equal {
			w = 1
		}
		part, rest := mul(whole, uint64(max(w, 0))).div(sum)
		dst[i] = int64(part)
		left -= part
		rests = append(rests, remainder{rest, i})
	}
	if left > 0 { // fewer than the parts with a remainder, so a zero weight gets none
		slices.SortFunc(rests, largestFirst)
		for _, r := range rests[:left] {
			dst[r.index]++
		}
	}
	if total < 0 {
		for i := range dst {
			dst[i] = -dst[i]
		}
	}
}

// weigh sums the weights above zero; without any, each counts one.
func weigh(weights []int64) (sum wide, equal bool) {
	for _, w := range weights {
		low, carry := bits.Add64(sum.low, uint64(max(w, 0)), 0)
		sum = wide{sum.high + carry, low}
	}
	if sum == (wide{}) {
		return wide{low: uint64(len(weights))}, true
	}
	return sum, false
}

type remainder struct {
	rest  wide
	index int
}

func largestFirst(a, b remainder) int {
	return cmp.Or(cmp.Compare(b.rest.high, a.rest.high), cmp.Compare(b.rest.low, a.rest.low), cmp.Compare(a.index, b.index))
}

// wide is an unsigned 128-bit integer. Weights are amounts, and more than
// eighteen thousand of the largest amounts sum to more than 64 bits.
type wide struct{ high, low uint64 }

func mul(a, b uint64) wide {
	high, low := bits.Mul64(a, b)
	return wide{high, low}
}

// div needs a quotient below 2^64, which a share of a uint64 always is.
func (n wide) div(d wide) (quotient uint64, rest wide) {
	if d.high == 0 {
		quotient, rest.low = bits.Div64(n.high, n.low, d.low)
		return quotient, rest
	}
	// Estimate with the leading 64 bits of the divisor (at most one too many,
	// hence the decrement), then correct upward. Knuth 4.3.1, Hacker's Delight 9-5.
	shift := uint(bits.LeadingZeros64(d.high))
	leading := d.high<<shift | d.low>>(64-shift)
	quotient, _ = bits.Div64(n.high>>1, n.high<<63|n.low>>1, leading)
	if quotient >>= 63 - shift; quotient > 0 {
		quotient--
	}
	high, low := bits.Mul64(quotient, d.low)
	high += quotient * d.high
	rest = n.minus(wide{high, low})
	if !rest.less(d) {
		quotient, rest = quotient+1, rest.minus(d)
	}
	return quotient, rest
}

func (n wide) minus(d wide) wide {
	low, borrow := bits.Sub64(n.low, d.low, 0)
	return wide{n.high - d.high - borrow, low}
}

func (n wide) less(d wide) bool {
	return n.high < d.high || n.high == d.high && n.low < d.low
}

// Share is amount × part / whole, rounded half away from zero and exact at the
// ends; part is at most whole. Nothing of nothing is nothing.
func Share(amount, part, whole int64) int64 {
	if part <= 0 || whole <= 0 {
		return 0
	}
	q, rest := mul(magnitude(amount), uint64(part)).div(wide{low: uint64(whole)})
	if rest.low >= uint64(whole)-rest.low {
		q++
	}
	if amount < 0 {
		return -int64(q)
	}
	return int64(q)
}
