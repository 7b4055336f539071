package money_test

import (
	"math"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"
)

func TestAdd(t *testing.T) {
	for _, tc := range []struct {
		a, b, want int64
		fits       bool
	}{
		{1, 2, 3, true},
		{-5, 5, 0, true},
		{money.MaxTotal, 0, money.MaxTotal, true},
		{money.MaxTotal - 1, 1, money.MaxTotal, true},
		{-money.MaxTotal, money.MaxTotal, 0, true},
		{money.MaxTotal, 1, 0, false},
		{-money.MaxTotal, -1, 0, false},
		{math.MaxInt64, 1, 0, false},
		{math.MaxInt64, math.MaxInt64, 0, false},
		{math.MinInt64, -1, 0, false},
		{math.MinInt64, math.MinInt64, 0, false}, // wraps to exactly zero
		{math.MaxInt64, math.MinInt64 + 1, 0, true},
	} {
		got, err := money.Add(tc.a, tc.b)
		if got != tc.want || (err == nil) != tc.fits || !tc.fits && fault.CodeOf(err) != "total_too_large" {
			t.Errorf("Add(%d, %d) = %d, %v; want %d, fits %t", tc.a, tc.b, got, err, tc.want, tc.fits)
		}
	}
}

func TestRoundingNames(t *testing.T) {
	for _, r := range []money.Rounding{money.HalfAwayFromZero, money.HalfEven, money.Down, money.Up} {
		back, err := money.ParseRounding(r.String())
		if err != nil || back != r {
			t.Errorf("ParseRounding(%q) = %v, %v", r.String(), back, err)
		}
	}
	for _, name := range []string{"", "HALF_EVEN", "unknown", "half"} {
		if _, err := money.ParseRounding(name); fault.CodeOf(err) != "unknown_rounding" || fault.KindOf(err) != fault.Invalid {
			t.Errorf("ParseRounding(%q): %v, want unknown_rounding", name, err)
		}
	}
	if got := money.Rounding(9).String(); got != "unknown" {
		t.Errorf("Rounding(9) is called %q", got)
	}
}

// Placement of an order must not feed the garbage collector for its sums.
func TestNothingAllocates(t *testing.T) {
	weights, parts := make([]int64, 32), make([]int64, 32)
	for name, act := range map[string]func(){
		"ParseCurrency": func() { _, _ = money.ParseCurrency("EUR") },
		"Code":          func() { _ = usd.Code() },
		"ParsePrice":    func() { _, _ = money.ParsePrice("12.95") },
		"ParseAmount":   func() { _, _ = usd.ParseAmount("12.95") },
		"LineTotal":     func() { _, _, _ = money.LineTotal(3, 0, 12_950_000, usd, money.HalfEven) },
		"Add":           func() { _, _ = money.Add(1, 2) },
		"SplitInto":     func() { money.SplitInto(parts, 1001, weights) },
	} {
		if n := testing.AllocsPerRun(100, act); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
