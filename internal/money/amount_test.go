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

var (
	usd = money.MustCurrency("USD")
	jpy = money.MustCurrency("JPY")
	kwd = money.MustCurrency("KWD")
	clf = money.MustCurrency("CLF")

	byExponent = []money.Currency{usd, jpy, kwd, clf}
)

func TestAmounts(t *testing.T) {
	for _, tc := range []struct {
		c     money.Currency
		in    string
		minor int64
		out   string
	}{
		{usd, "12.95", 1295, "12.95"},
		{usd, "12.9", 1290, "12.90"},
		{usd, "12", 1200, "12.00"},
		{usd, "-0.05", -5, "-0.05"},
		{usd, "-0.00", 0, "0.00"},
		{usd, "1.2300000", 123, "1.23"},
		{usd, "10000000000000.00", money.MaxTotal, "10000000000000.00"},
		{jpy, "1295", 1295, "1295"},
		{jpy, "1295.00", 1295, "1295"},
		{jpy, "-1", -1, "-1"},
		{jpy, "0", 0, "0"},
		{jpy, "-1000000000000000", -money.MaxTotal, "-1000000000000000"},
		{kwd, "1.234", 1234, "1.234"},
		{kwd, "0.001", 1, "0.001"},
		{clf, "0.0123", 123, "0.0123"},
		{clf, "-38000.5", -380005000, "-38000.5000"},
	} {
		got, err := tc.c.ParseAmount(tc.in)
		if err != nil || got != tc.minor {
			t.Errorf("%s ParseAmount(%q) = %d, %v; want %d", tc.c, tc.in, got, err, tc.minor)
		}
		if out := tc.c.FormatAmount(tc.minor); out != tc.out {
			t.Errorf("%s FormatAmount(%d) = %q, want %q", tc.c, tc.minor, out, tc.out)
		}
	}
}

func TestAmountFaults(t *testing.T) {
	for _, tc := range []struct {
		c              money.Currency
		in, code, says string
	}{
		{usd, "1.005", "invalid_amount", `the amount "1.005" has more decimals than USD, which has 2; round it first`},
		{usd, "0.00000001", "invalid_amount", `the amount "0.00000001" has more decimals than USD, which has 2; round it first`},
		{jpy, "12.5", "invalid_amount", `the amount "12.5" has more decimals than JPY, which has 0; round it first`},
		{jpy, "1,295", "invalid_amount", `"1,295" is not an amount; send decimal text such as "1295"`},
		{kwd, "", "invalid_amount", `"" is not an amount; send decimal text such as "1.295"`},
		{usd, "$5", "invalid_amount", `"$5" is not an amount; send decimal text such as "12.95"`},
		{usd, "10000000000000.01", "amount_too_large", `the amount "10000000000000.01" is over the limit of 10000000000000.00 USD`},
		{jpy, "-1000000000000001", "amount_too_large", `the amount "-1000000000000001" is over the limit of 1000000000000000 JPY`},
		{clf, "100000000000.0001", "amount_too_large", `the amount "100000000000.0001" is over the limit of 100000000000.0000 CLF`},
		{money.Currency{}, "1", "unknown_currency", `the amount "1" has no currency; name one`},
	} {
		got, err := tc.c.ParseAmount(tc.in)
		if err == nil || err.Error() != tc.says || fault.CodeOf(err) != tc.code || fault.KindOf(err) != fault.Invalid || got != 0 {
			t.Errorf("%s ParseAmount(%q) = %d, %v (%s); want %s: %s", tc.c, tc.in, got, err, fault.CodeOf(err), tc.code, tc.says)
		}
	}
}

func TestFormatAmountOfExtremes(t *testing.T) {
	for _, tc := range []struct {
		c     money.Currency
		minor int64
		want  string
	}{
		{usd, math.MinInt64, "-92233720368547758.08"},
		{usd, math.MaxInt64, "92233720368547758.07"},
		{jpy, math.MinInt64, "-9223372036854775808"},
		{clf, math.MinInt64, "-922337203685477.5808"},
	} {
		if got := tc.c.FormatAmount(tc.minor); got != tc.want {
			t.Errorf("%s FormatAmount(%d) = %s, want %s", tc.c, tc.minor, got, tc.want)
		}
	}
}

func TestAmountRoundTrips(t *testing.T) {
	currencies := allCurrencies(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(currencies).Draw(t, "currency")
		minor := rapid.Int64().Draw(t, "minor")
		text := c.FormatAmount(minor)
		back, err := c.ParseAmount(text)
		if minor > money.MaxTotal || minor < -money.MaxTotal {
			if err == nil {
				t.Fatalf("%s %s is over the limit and was accepted", c, text)
			}
			return
		}
		if err != nil || back != minor {
			t.Fatalf("%d is %s %s, which reads as %d, %v", minor, c, text, back, err)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for i, s := range []string{"0", "12.95", "-0.05", "1295", "1.005", "1.2300000", "10000000000000.01", "", "-", ".5", "5.", "1e3", "00.10", "-0", "99999999999999999999"} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, which uint8, s string) {
		c := byExponent[int(which)%len(byExponent)]
		minor, err := c.ParseAmount(s)
		if err != nil {
			if minor != 0 || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%s ParseAmount(%q) = %d, %v", c, s, minor, err)
			}
			return
		}
		if strings.Trim(s, "-0123456789.") != "" {
			t.Fatalf("%s ParseAmount(%q) accepted a strange character", c, s)
		}
		exact, ok := new(big.Rat).SetString(s)
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.Exponent())), nil)
		if !ok || exact.Cmp(new(big.Rat).SetFrac(big.NewInt(minor), unit)) != 0 || minor > money.MaxTotal || minor < -money.MaxTotal {
			t.Fatalf("%s ParseAmount(%q) = %d", c, s, minor)
		}
		if back, err := c.ParseAmount(c.FormatAmount(minor)); err != nil || back != minor {
			t.Fatalf("%s %q does not survive formatting: %d, %v", c, s, back, err)
		}
	})
}
