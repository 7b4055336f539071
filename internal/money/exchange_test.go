package money_test

import (
	"testing"

	"orderly/internal/money"
)

func TestParseExchange(t *testing.T) {
	for text, want := range map[string]string{"1.0845": "1.0845", "0.000000001": "0.000000001", "1000000": "1000000", "1.50": "1.5"} {
		x, err := money.ParseExchange(text)
		if err != nil || x.String() != want {
			t.Errorf("%q is %s, %v", text, x, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1000001", "1.0000000001", "1e3", "one"} {
		if x, err := money.ParseExchange(text); err == nil {
			t.Errorf("%q is read as %s", text, x)
		}
	}
}

func TestConvert(t *testing.T) {
	currency := func(code string) money.Currency {
		c, err := money.ParseCurrency(code)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		rate     string
		minor    int64
		from, to string
		want     int64
	}{
		{"1.0845", 10000, "EUR", "USD", 10845},
		{"0.0061", 1000, "JPY", "EUR", 610},
		{"163.5", 100, "EUR", "JPY", 164}, // 163.5 yen: to the even one
		{"163.5", -100, "EUR", "JPY", -164},
		{"164.5", 100, "EUR", "JPY", 164},
		{"3.25", 1000, "KWD", "USD", 325},
		{"0.3077", 325, "USD", "KWD", 1000},
		{"1000000", money.MaxTotal, "EUR", "KWD", 9223372036854775807},
		{"1000000", -money.MaxTotal, "EUR", "KWD", -9223372036854775807},
	} {
		x, err := money.ParseExchange(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Convert(c.minor, currency(c.from), currency(c.to)); got != c.want {
			t.Errorf("%d %s at %s is %d %s; want %d", c.minor, c.from, c.rate, got, c.to, c.want)
		}
	}
}
