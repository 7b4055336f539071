package money

import (
	"math/bits"

	"orderly/internal/fault"
)

// LineTotal is what a line costs: steps/10^scale units at price p, rounded
// once to minor units. movedNanos is exact minus rounded in 10^-9 of the major
// unit, so a ledger can say where every fraction went. Steps and price may be
// negative; the rules of rounding are mirrored at zero.
func LineTotal(steps int64, scale int, p Price, c Currency, r Rounding) (minor int64, movedNanos int64, err error) {
	if uint(scale) > MaxScale {
		return 0, 0, fault.New(fault.Invalid, "invalid_scale",
			"a quantity has 0 to %d decimal places, not %d", MaxScale, scale)
	}
	if magnitude(steps) > MaxQuantity || magnitude(int64(p)) > uint64(MaxPrice) {
		return 0, 0, tooLarge()
	}
	// One minor unit in units of 10^-(6+scale): the finest digit of the product.
	unit := uint64(pow10[priceDecimals+scale-c.Exponent()])
	high, low := bits.Mul64(magnitude(steps), magnitude(int64(p)))
	if high >= unit {
		return 0, 0, tooLarge() // the quotient alone needs more than 64 bits
	}
	whole, rest := bits.Div64(high, low, unit)
	moved := int64(rest)
	if r.away(whole, rest, unit) {
		whole++
		moved -= int64(unit)
	}
	if whole > MaxTotal {
		return 0, 0, tooLarge()
	}
	minor, moved = int64(whole), moved*pow10[MaxScale-scale]
	if (steps < 0) != (p < 0) {
		minor, moved = -minor, -moved
	}
	return minor, moved, nil
}

// PriceRatio is p × part / whole in minor units, rounded once by the rule. part is not
// negative; whole is positive and at most a million.
func PriceRatio(p Price, part, whole int64, c Currency, r Rounding) int64 {
	return Ratio(int64(p), part, whole*pow10[priceDecimals-c.Exponent()], r)
}
