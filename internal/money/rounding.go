package money

import (
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
