package money

import (
	"orderly/internal/fault"
)

// ParseAmount reads decimal text of the major unit as minor units, exactly:
// "12.95" EUR is 1295. Zeros beyond the decimals of the currency are fine,
// other digits there are refused, since nothing here rounds silently.
func (c Currency) ParseAmount(s string) (int64, error) {
	if c.IsZero() {
		return 0, fault.New(fault.Invalid, "unknown_currency", "the amount %.40q has no currency; name one", s)
	}
	v, _, f := parseDecimal(s, c.Exponent(), MaxTotal)
	if f != sound {
		return 0, c.amountFault(s, f)
	}
	return v, nil
}

func (c Currency) amountFault(s string, f flaw) error {
	switch f {
	case overLimit:
		return fault.New(fault.Invalid, "amount_too_large",
			"the amount %.40q is over the limit of %s %s", s, c.FormatAmount(MaxTotal), c)
	case tooPrecise:
		return fault.New(fault.Invalid, "invalid_amount",
			"the amount %.40q has more decimals than %s, which has %d; round it first", s, c, c.Exponent())
	default:
		return fault.New(fault.Invalid, "invalid_amount",
			"%.40q is not an amount; send decimal text such as %q", s, c.FormatAmount(1295))
	}
}

// FormatAmount writes minor units as decimal text of the major unit with all
// decimals of the currency: 1295 is "12.95" in EUR and "1295" in JPY.
func (c Currency) FormatAmount(minor int64) string {
	return formatDecimal(minor, c.Exponent(), c.Exponent())
}
