package money

import (
	"math"
	"math/bits"

	"orderly/internal/fault"
)

// Rounding says where a line total goes that falls between two minor units.
// The zero value is what invoices expect.
type Rounding uint8

const (
	HalfAwayFromZero Rounding = iota // 0.5 to 1, -0.5 to -1
	HalfEven                         // 0.5 to 0, 1.5 to 2
	Down                             // toward zero
	Up                               // away from zero
)

var roundingNames = [...]string{"half_away_from_zero", "half_even", "down", "up"}

// ParseRounding finds a rule by the name that String gives it.
func ParseRounding(name string) (Rounding, error) {
	for i, n := range roundingNames {
		if n == name {
			return Rounding(i), nil
		}
	}
	return 0, fault.New(fault.Invalid, "unknown_rounding",
		"%.40q is not a rounding rule; use half_away_from_zero, half_even, down or up", name)
}

func (r Rounding) String() string {
	if int(r) < len(roundingNames) {
		return roundingNames[r]
	}
	return "unknown"
}

// away is whether a magnitude of whole + rest/unit goes up to whole + 1.
func (r Rounding) away(whole, rest, unit uint64) bool {
	switch r {
	case Down:
		return false
	case Up:
		return rest > 0
	case HalfEven:
		return 2*rest > unit || 2*rest == unit && whole%2 == 1
	default:
		return 2*rest >= unit
	}
}

// Ratio is amount × part / whole, rounded once by the rule and mirrored at
// zero. part is not negative, whole is positive, and neither is more than
// MaxTotal; the result saturates at the ends of int64.
func Ratio(amount, part, whole int64, r Rounding) int64 {
	if part < 0 || whole <= 0 {
		panic("money: a ratio of nothing")
	}
	high, low := bits.Mul64(magnitude(amount), uint64(part))
	if high >= uint64(whole) {
		return saturated(amount)
	}
	q, rest := bits.Div64(high, low, uint64(whole))
	if r.away(q, rest, uint64(whole)) && q < math.MaxUint64 {
		q++
	}
	if q > math.MaxInt64 {
		return saturated(amount)
	}
	if amount < 0 {
		return -int64(q)
	}
	return int64(q)
}

func saturated(like int64) int64 {
	if like < 0 {
		return -math.MaxInt64
	}
	return math.MaxInt64
}
