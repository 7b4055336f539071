package money_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"

	"pgregory.net/rapid"
)

func TestParsePrice(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want money.Price
		text string // what String gives
	}{
		{"0", 0, "0.00"},
		{"-0", 0, "0.00"},
		{"-0.000", 0, "0.00"},
		{"5", 5_000_000, "5.00"},
		{"5.0", 5_000_000, "5.00"},
		{"05.10", 5_100_000, "5.10"},
		{"12.95", 12_950_000, "12.95"},
		{"-12.95", -12_950_000, "-12.95"},
		{"0.001", 1_000, "0.001"},
		{"0.000001", 1, "0.000001"},
		{"-0.000001", -1, "-0.000001"},
		{"0.100000", 100_000, "0.10"},
		{"1000000000", money.MaxPrice, "1000000000.00"},
		{"-1000000000.000000", -money.MaxPrice, "-1000000000.00"},
		{"999999999.999999", money.MaxPrice - 1, "999999999.999999"},
		{strings.Repeat("0", 39) + "7", 7_000_000, "7.00"},
	} {
		got, err := money.ParsePrice(tc.in)
		if err != nil || got != tc.want || got.String() != tc.text {
			t.Errorf("ParsePrice(%q) = %d (%s), %v; want %d (%s)", tc.in, got, got, err, tc.want, tc.text)
		}
	}
}

func TestParsePriceRefuses(t *testing.T) {
	for in, code := range map[string]string{
		"": "invalid_price", "-": "invalid_price", "+1": "invalid_price", "--1": "invalid_price",
		".": "invalid_price", ".5": "invalid_price", "5.": "invalid_price", "-.5": "invalid_price", "1.2.3": "invalid_price",
		"1e3": "invalid_price", "1,5": "invalid_price", " 1": "invalid_price", "1 ": "invalid_price", "1\n": "invalid_price",
		"1_000": "invalid_price", "0x1": "invalid_price", "NaN": "invalid_price", "Inf": "invalid_price", "١": "invalid_price",
		"0.0000001": "invalid_price", "0.1000000": "invalid_price", "9999999999.0000000": "price_too_large",
		"1000000000.000001": "price_too_large", "-1000000000.000001": "price_too_large", "1000000001": "price_too_large",
		"99999999999999999999999999999999999999": "price_too_large",
		"9999999999999999999999999999x":          "invalid_price",
		strings.Repeat("0", 40) + "7":            "invalid_price",
	} {
		got, err := money.ParsePrice(in)
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != code || got != 0 {
			t.Errorf("ParsePrice(%q) = %d, %v (%s); want %s", in, got, err, fault.CodeOf(err), code)
		}
	}
}

func TestPriceFaultsExplain(t *testing.T) {
	for in, want := range map[string]string{
		"1.2345678":              `the price "1.2345678" has 7 decimals; send at most 6`,
		"2000000000":             `the price "2000000000" is over the limit of 1000000000.00`,
		"abc":                    `"abc" is not a price; send decimal text such as "12.95"`,
		strings.Repeat("9", 500): `"` + strings.Repeat("9", 40) + `" is not a price; send decimal text such as "12.95"`,
	} {
		if _, err := money.ParsePrice(in); err == nil || err.Error() != want {
			t.Errorf("ParsePrice(%.50q) says %v, want %s", in, err, want)
		}
	}
}

func TestPriceStringOfExtremes(t *testing.T) {
	for p, want := range map[money.Price]string{
		math.MinInt64: "-9223372036854.775808",
		math.MaxInt64: "9223372036854.775807",
	} {
		if p.String() != want {
			t.Errorf("Price(%d).String() = %s, want %s", int64(p), p, want)
		}
	}
}

func drawPrice(t *rapid.T) money.Price {
	return money.Price(rapid.Int64Range(-int64(money.MaxPrice), int64(money.MaxPrice)).Draw(t, "price"))
}

func TestPriceRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPrice(t)
		text := p.String()
		back, err := money.ParsePrice(text)
		if err != nil || back != p {
			t.Fatalf("%d is %s, which reads as %d, %v", int64(p), text, int64(back), err)
		}
		if decimals := len(text) - strings.IndexByte(text, '.') - 1; decimals < 2 || decimals > 2 && strings.HasSuffix(text, "0") {
			t.Fatalf("%s is not the shortest text with two decimals", text)
		}
	})
}

// The oracle is a rational number of any size.
func FuzzParsePrice(f *testing.F) {
	for _, s := range []string{"0", "12.95", "-0.001", "0.000001", "1000000000", "1000000000.000001", "1.0000000", "00012.5", "", "-", ".5", "5.", "1e3", "+1", " 1", "9223372036854775808", "0.1.2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := money.ParsePrice(s)
		if err != nil {
			if p != 0 || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("ParsePrice(%q) = %d, %v", s, int64(p), err)
			}
			return
		}
		if strings.Trim(s, "-0123456789.") != "" {
			t.Fatalf("ParsePrice(%q) accepted a strange character", s)
		}
		exact, ok := new(big.Rat).SetString(s)
		if !ok || exact.Cmp(big.NewRat(int64(p), 1_000_000)) != 0 || p > money.MaxPrice || p < -money.MaxPrice {
			t.Fatalf("ParsePrice(%q) = %d", s, int64(p))
		}
		if back, err := money.ParsePrice(p.String()); err != nil || back != p {
			t.Fatalf("%q is %s, which reads as %d, %v", s, p, int64(back), err)
		}
	})
}
