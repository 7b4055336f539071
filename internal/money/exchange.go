package money

import (
	"math/big"
	"strings"

	"orderly/internal/fault"
)

// Exchange is what one unit of a currency is worth in another, in billionths
// of the major unit. Zero is not known.
type Exchange int64

// MaxExchange is a million of the other for one.
const MaxExchange Exchange = 1_000_000 * exchangeUnit

const (
	exchangeUnit     = 1_000_000_000
	exchangeDecimals = 9
)

// ParseExchange reads decimal text with at most nine decimals, more than zero.
func ParseExchange(s string) (Exchange, error) {
	v, _, f := parseDecimal(s, exchangeDecimals, int64(MaxExchange))
	if f != sound || v <= 0 {
		return 0, fault.New(fault.Invalid, "invalid_exchange_rate",
			"%.40q is not an exchange rate; send decimal text with at most nine decimals, more than 0 and at most 1000000, such as \"1.0845\"", s)
	}
	return Exchange(v), nil
}

// String is the rate as decimal text without zeros at its end.
func (x Exchange) String() string {
	return strings.TrimSuffix(formatDecimal(int64(x), exchangeDecimals, 0), ".")
}

// Convert is what an amount of minor units is worth in minor units of another
// currency, rounded half to even. It is for telling, not for booking.
func (x Exchange) Convert(minor int64, from, to Currency) int64 {
	n := new(big.Int).Mul(big.NewInt(minor), big.NewInt(int64(x)))
	unit := big.NewInt(exchangeUnit)
	ten := big.NewInt(10)
	for d := from.Exponent(); d < to.Exponent(); d++ {
		n.Mul(n, ten)
	}
	for d := to.Exponent(); d < from.Exponent(); d++ {
		unit.Mul(unit, ten)
	}
	q, rest := new(big.Int).QuoRem(n, unit, new(big.Int))
	switch c := rest.Abs(rest.Lsh(rest, 1)).Cmp(unit); {
	case c > 0, c == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(int64(n.Sign())))
	}
	if !q.IsInt64() {
		return saturated(minor)
	}
	return q.Int64()
}
