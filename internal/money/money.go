// Package money is exact arithmetic with currencies, prices and amounts.
//
// What belongs here: the currency table, decimal text to integers and back,
// the one rounding of a line total, and splitting an amount into parts that
// sum to it. What does not: accounts and double entry, taxes, where exchange rates come from,
// and the words and separators of a locale, which an edge adds.
//
// An amount is an int64 of minor units (cents) beside a Currency. A unit price
// is a Price, millionths of the major unit, because prices such as 0.0125 are
// common while nobody can pay them. There are no floats, and nothing on the
// way of an order in allocates.
package money

import (
	"orderly/internal/fault"
)

// The limits keep every product below 128 bits and every sum of a thousand
// totals below 63, so that only the final result has to be checked.
const (
	MaxQuantity = 1_000_000_000         // steps of one line, of either sign
	MaxScale    = 3                     // decimal places of a quantity
	MaxTotal    = 1_000_000_000_000_000 // minor units of one amount, of either sign
)

// Add sums two amounts of one currency and refuses a sum beyond MaxTotal.
func Add(a, b int64) (int64, error) {
	sum := a + b
	overflowed := (a < 0) == (b < 0) && (sum < 0) != (a < 0)
	if overflowed || sum > MaxTotal || sum < -MaxTotal {
		return 0, tooLarge()
	}
	return sum, nil
}

func tooLarge() error {
	return fault.New(fault.Invalid, "total_too_large",
		"the total is over the limit of %d minor units; split the order or check quantity and price", int64(MaxTotal))
}
