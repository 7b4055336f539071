package money

import (
	"orderly/internal/fault"
)

// Price is the price of one unit in millionths of the major unit.
type Price int64

// MaxPrice bounds a price of either sign: a thousand million major units.
const MaxPrice Price = 1_000_000_000_000_000

const priceDecimals = 6

// ParsePrice reads decimal text such as "12.95" or "-0.001": an optional
// minus, digits, and at most six decimals. Any seventh decimal is refused,
// a zero too: it says that the sender counts in something finer.
func ParsePrice(s string) (Price, error) {
	v, places, f := parseDecimal(s, priceDecimals, int64(MaxPrice))
	if f == sound && places <= priceDecimals {
		return Price(v), nil
	}
	return 0, priceFault(s, places, f)
}

func priceFault(s string, places int, f flaw) error {
	switch {
	case f == overLimit:
		return fault.New(fault.Invalid, "price_too_large", "the price %.40q is over the limit of %s", s, MaxPrice)
	case places > priceDecimals:
		return fault.New(fault.Invalid, "invalid_price",
			"the price %.40q has %d decimals; send at most %d", s, places, priceDecimals)
	default:
		return fault.New(fault.Invalid, "invalid_price",
			`%.40q is not a price; send decimal text such as "12.95"`, s)
	}
}

// String is the shortest text with at least two decimals; ParsePrice reads it back.
func (p Price) String() string { return formatDecimal(int64(p), priceDecimals, 2) }
