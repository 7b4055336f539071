package tax

import (
	"strings"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Rate is a part of the net amount, in millionths: 19 % is 190,000.
type Rate int64

// MaxRate is a tax as high as the price.
const MaxRate Rate = 1_000_000

// whole is the net amount in the unit of rates.
const whole = 1_000_000

// ParseRate reads a percentage with at most four decimals: "19", "8.875".
func ParseRate(s string) (Rate, error) {
	p, err := money.ParsePrice(s) // decimal text of six decimals
	if err != nil || p < 0 || p%100 != 0 || Rate(p/100) > MaxRate {
		return 0, fault.New(fault.Invalid, "invalid_rate", "%.40q is not a rate; write a percentage between 0 and 100 with at most four decimals, such as 19 or 8.875", s)
	}
	return Rate(p / 100), nil
}

// String is the rate in percent, "8.875".
func (r Rate) String() string {
	s := money.Price(r * 100).String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Basis is how an amount is taxed. The zero value says nothing of it.
type Basis struct {
	Rate      Rate
	Contained bool // the amount has the tax in it; else the tax comes on top
}

// Of is the tax on an amount, or within it, rounded once. An amount below zero
// is taxed as the mirror of the positive one. Amounts are at most
// money.MaxTotal on either side of zero.
func (b Basis) Of(amount int64, r money.Rounding) int64 {
	of := int64(whole)
	if b.Contained {
		of += int64(b.Rate)
	}
	return money.Ratio(amount, int64(b.Rate), of, r)
}

// Number is the stored form: the rate, below zero when the amount contains it.
func (b Basis) Number() int64 {
	if b.Contained {
		return -int64(b.Rate)
	}
	return int64(b.Rate)
}

// BasisOf reads the stored form.
func BasisOf(n int64) Basis {
	if n < 0 {
		return Basis{Rate(-n), true}
	}
	return Basis{Rate: Rate(n)}
}
