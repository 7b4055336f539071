package money_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// Every currency that does not have two decimals, by how many it has.
var unusual = map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW",
}

func TestCurrencyTable(t *testing.T) {
	decimals := map[string]int{}
	for n, codes := range unusual {
		for code := range strings.FieldsSeq(codes) {
			decimals[code] = n
		}
	}
	known := allCurrencies(t)
	if len(known) != 171 {
		t.Errorf("the table has %d currencies, want 171", len(known))
	}
	for _, c := range known {
		want, special := decimals[c.Code()]
		if !special {
			want = 2
		}
		if c.Exponent() != want {
			t.Errorf("%s has %d decimals, want %d", c, c.Exponent(), want)
		}
		delete(decimals, c.Code())
	}
	if len(decimals) > 0 {
		t.Errorf("currencies missing from the table: %v", decimals)
	}
}

// allCurrencies tries every code of three capitals.
func allCurrencies(t *testing.T) (known []money.Currency) {
	t.Helper()
	for i := range 26 * 26 * 26 {
		code := string([]byte{'A' + byte(i/676), 'A' + byte(i/26%26), 'A' + byte(i%26)})
		c, err := money.ParseCurrency(code)
		if err != nil {
			continue
		}
		if c.Code() != code || c.IsZero() || c != money.MustCurrency(code) {
			t.Errorf("ParseCurrency(%q) = %q", code, c.Code())
		}
		known = append(known, c)
	}
	return known
}

func TestParseCurrencyRefuses(t *testing.T) {
	for _, code := range []string{"", "eur", "Eur", "EU", "EURO", " EUR", "EUR ", "EUR2", "...", "XXX", "XAU", "XTS", "AAA", "ZZZ", "ED2", "€"} {
		c, err := money.ParseCurrency(code)
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "unknown_currency" || !c.IsZero() {
			t.Errorf("ParseCurrency(%q) = %q, %v; want unknown_currency", code, c, err)
		}
	}
}

func TestZeroCurrency(t *testing.T) {
	var c money.Currency
	if !c.IsZero() || c.Code() != "" || c.Exponent() != 0 {
		t.Errorf("zero currency: IsZero %t, Code %q, Exponent %d", c.IsZero(), c.Code(), c.Exponent())
	}
	if !c.Equal(money.Currency{}) || c.Equal(money.MustCurrency("EUR")) {
		t.Error("Equal disagrees with ==")
	}
}

func TestMustCurrencyPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustCurrency of an unknown code did not panic")
		}
	}()
	money.MustCurrency("eur")
}
