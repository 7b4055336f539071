package money_test

import (
	"math"
	"math/big"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"

	"pgregory.net/rapid"
)

func TestLineTotal(t *testing.T) {
	for _, tc := range []struct {
		name  string
		steps int64
		scale int
		price string
		c     money.Currency
		r     money.Rounding
		minor int64
		moved int64
	}{
		{"whole", 3, 0, "12.95", usd, money.HalfAwayFromZero, 3885, 0},
		{"nothing", 0, 0, "12.95", usd, money.Up, 0, 0},
		{"free", 7, 0, "0", usd, money.Up, 0, 0},
		{"half goes up", 1, 0, "0.005", usd, money.HalfAwayFromZero, 1, -5_000_000},
		{"half to even stays", 1, 0, "0.005", usd, money.HalfEven, 0, 5_000_000},
		{"half to even goes up", 1, 0, "0.015", usd, money.HalfEven, 2, -5_000_000},
		{"just over half", 1, 0, "0.005001", usd, money.HalfEven, 1, -4_999_000},
		{"down", 1, 0, "0.019999", usd, money.Down, 1, 9_999_000},
		{"up", 1, 0, "0.010001", usd, money.Up, 2, -9_999_000},
		{"returned half goes away from zero", -1, 0, "0.005", usd, money.HalfAwayFromZero, -1, 5_000_000},
		{"returned down is toward zero", -1, 0, "0.019", usd, money.Down, -1, -9_000_000},
		{"returned up is away from zero", -1, 0, "0.011", usd, money.Up, -2, 9_000_000},
		{"discount line", 1, 0, "-0.005", usd, money.HalfAwayFromZero, -1, 5_000_000},
		{"two minuses", -2, 0, "-1.50", usd, money.HalfAwayFromZero, 300, 0},
		{"weight", 1_375, 3, "8.99", usd, money.HalfAwayFromZero, 1236, 1_250_000},
		{"smallest of everything", 1, 3, "0.000001", usd, money.HalfAwayFromZero, 0, 1},
		{"smallest of everything, up", 1, 3, "0.000001", usd, money.Up, 1, -9_999_999},
		{"yen", 3, 0, "33.5", jpy, money.HalfAwayFromZero, 101, -500_000_000},
		{"dinar", 1, 0, "1.2345", kwd, money.HalfAwayFromZero, 1235, -500_000},
		{"four decimals", 15, 1, "0.0001", clf, money.HalfEven, 2, -50_000},
		{"largest", 1_000_000, 0, "10000000", usd, money.HalfAwayFromZero, money.MaxTotal, 0},
		{"largest of all inputs", money.MaxQuantity, 3, "1000000000", jpy, money.HalfAwayFromZero, money.MaxTotal, 0},
		{"largest after rounding", 1, 0, "999999999.999999", usd, money.Up, 100_000_000_000, -1_000},
	} {
		p, err := money.ParsePrice(tc.price)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		minor, moved, err := money.LineTotal(tc.steps, tc.scale, p, tc.c, tc.r)
		if err != nil || minor != tc.minor || moved != tc.moved {
			t.Errorf("%s: LineTotal = %d, %d, %v; want %d, %d", tc.name, minor, moved, err, tc.minor, tc.moved)
		}
	}
}

func TestLineTotalRefuses(t *testing.T) {
	for _, tc := range []struct {
		name  string
		steps int64
		scale int
		price money.Price
		code  string
	}{
		{"total", 1_000_000, 0, 10_000_000_000_001, "total_too_large"},
		{"total below zero", -1_000_000, 0, 10_000_000_000_001, "total_too_large"},
		{"quotient over 64 bits", money.MaxQuantity, 0, money.MaxPrice, "total_too_large"},
		{"steps", money.MaxQuantity + 1, 0, 0, "total_too_large"},
		{"smallest steps", math.MinInt64, 0, 1, "total_too_large"},
		{"price", 0, 0, money.MaxPrice + 1, "total_too_large"},
		{"smallest price", 1, 0, math.MinInt64, "total_too_large"},
		{"scale", 1, money.MaxScale + 1, 1, "invalid_scale"},
		{"negative scale", 1, -1, 1, "invalid_scale"},
	} {
		minor, moved, err := money.LineTotal(tc.steps, tc.scale, tc.price, usd, money.HalfAwayFromZero)
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != tc.code || minor != 0 || moved != 0 {
			t.Errorf("%s: LineTotal = %d, %d, %v; want %s", tc.name, minor, moved, err, tc.code)
		}
	}
}

// MaxTotal and 0.068 of a cent: the rule decides whether it is still within.
func TestLineTotalRoundsAtTheLimit(t *testing.T) {
	const steps, price = 10_007, 999_300_489_657_240
	if _, _, err := money.LineTotal(steps, 0, price, usd, money.Up); fault.CodeOf(err) != "total_too_large" {
		t.Errorf("rounding up past the limit: %v", err)
	}
	minor, moved, err := money.LineTotal(steps, 0, price, usd, money.Down)
	if err != nil || minor != money.MaxTotal || moved != 680_000 {
		t.Errorf("rounding down to the limit = %d, %d, %v", minor, moved, err)
	}
}

// One product of each size around a quotient of 64 bits, where division panics.
func TestLineTotalOfHugeProducts(t *testing.T) {
	const steps = money.MaxQuantity
	for _, high := range []int64{99, 100, 101} { // CLF: one minor unit is 100 of the product
		high := new(big.Int).Lsh(big.NewInt(high), 64)
		price := high.Div(high, big.NewInt(steps)).Int64() + 1
		if _, _, err := money.LineTotal(steps, 0, money.Price(price), clf, money.Down); fault.CodeOf(err) != "total_too_large" {
			t.Errorf("price %d: %v, want total_too_large", price, err)
		}
	}
}

func drawRounding(t *rapid.T) money.Rounding {
	return money.Rounding(rapid.Uint8Range(0, 3).Draw(t, "rounding"))
}

// The oracle: exact = minor + moved, and which minor the rule picks, in
// rationals of any size.
func TestLineTotalIsExactButForOneRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.OneOf(rapid.Int64Range(-100, 100), rapid.Int64Range(-money.MaxQuantity, money.MaxQuantity)).Draw(t, "steps")
		scale := rapid.IntRange(0, money.MaxScale).Draw(t, "scale")
		p, c, r := drawPrice(t), rapid.SampledFrom(byExponent).Draw(t, "currency"), drawRounding(t)

		exact := new(big.Rat).Mul(ratio(steps, scale), ratio(int64(p), 6))
		want := round(new(big.Rat).Mul(exact, ratio(1, -c.Exponent())), r)
		minor, moved, err := money.LineTotal(steps, scale, p, c, r)
		if want.CmpAbs(big.NewInt(money.MaxTotal)) > 0 {
			if fault.CodeOf(err) != "total_too_large" {
				t.Fatalf("total %s is over the limit, got %d, %v", want, minor, err)
			}
			return
		}
		if err != nil || want.Cmp(big.NewInt(minor)) != 0 {
			t.Fatalf("LineTotal = %d, %v; want %s of exactly %s", minor, err, want, exact)
		}
		if sum := new(big.Rat).Add(ratio(minor, c.Exponent()), ratio(moved, 9)); sum.Cmp(exact) != 0 {
			t.Fatalf("rounded %d and moved %d are %s together, not %s", minor, moved, sum, exact)
		}
	})
}

func TestLineTotalIsMirroredAtZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.Int64Range(0, 1_000_000).Draw(t, "steps")
		scale := rapid.IntRange(0, money.MaxScale).Draw(t, "scale")
		p := money.Price(rapid.Int64Range(0, 1_000_000_000).Draw(t, "price"))
		c, r := rapid.SampledFrom(byExponent).Draw(t, "currency"), drawRounding(t)
		minor, moved, err := money.LineTotal(steps, scale, p, c, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, mirrored := range []struct {
			steps int64
			p     money.Price
			sign  int64
		}{{-steps, p, -1}, {steps, -p, -1}, {-steps, -p, 1}} {
			m, v, err := money.LineTotal(mirrored.steps, scale, mirrored.p, c, r)
			if err != nil || m != mirrored.sign*minor || v != mirrored.sign*moved {
				t.Fatalf("%d x %s is %d moved %d, but %d x %s is %d moved %d (%v)", steps, p, minor, moved, mirrored.steps, mirrored.p, m, v, err)
			}
		}
	})
}

// ratio is n / 10^decimals.
func ratio(n int64, decimals int) *big.Rat {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(decimals, -decimals))), nil)
	if decimals < 0 {
		return new(big.Rat).SetInt(power.Mul(power, big.NewInt(n)))
	}
	return new(big.Rat).SetFrac(big.NewInt(n), power)
}

func round(x *big.Rat, r money.Rounding) *big.Int {
	whole, rest := new(big.Int).QuoRem(new(big.Int).Abs(x.Num()), x.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(x.Denom())
	up := map[money.Rounding]bool{
		money.HalfAwayFromZero: half >= 0,
		money.HalfEven:         half > 0 || half == 0 && whole.Bit(0) == 1,
		money.Down:             false,
		money.Up:               rest.Sign() > 0,
	}[r]
	if up {
		whole.Add(whole, big.NewInt(1))
	}
	if x.Sign() < 0 {
		whole.Neg(whole)
	}
	return whole
}

func BenchmarkLineTotal(b *testing.B) {
	prices := [...]money.Price{12_950_000, 990_000, 1_234_567, 5_000_000}
	b.ReportAllocs()
	var sum int64
	for i := 0; b.Loop(); i++ {
		minor, moved, err := money.LineTotal(int64(i&1023), 0, prices[i&3], usd, money.HalfAwayFromZero)
		if err != nil {
			b.Fatal(err)
		}
		sum += minor + moved
	}
}

func BenchmarkParsePrice(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.ParsePrice("1234.95"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseCurrency(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := money.ParseCurrency("EUR"); err != nil {
			b.Fatal(err)
		}
	}
}
