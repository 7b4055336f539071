package tax_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/tax"
)

func TestRate(t *testing.T) {
	for text, want := range map[string]tax.Rate{"19": 190_000, "8.875": 88_750, "0": 0, "100": 1_000_000, "0.0001": 1} {
		r, err := tax.ParseRate(text)
		if err != nil || r != want || r.String() != text {
			t.Errorf("%q is %d, %v; want %d", text, r, err, want)
		}
		if again, err := tax.ParseRate(r.String()); err != nil || again != r {
			t.Errorf("%q is written %q", text, r)
		}
	}
	for _, text := range []string{"", "-1", "100.0001", "1.00001", "19%", "NaN", "1e2"} {
		if r, err := tax.ParseRate(text); err == nil {
			t.Errorf("%q is read as %d", text, r)
		}
	}
}

func TestOf(t *testing.T) {
	half := money.HalfAwayFromZero
	for _, c := range []struct {
		b      tax.Basis
		amount int64
		r      money.Rounding
		want   int64
	}{
		{tax.Basis{Rate: 190_000}, 10000, half, 1900},
		{tax.Basis{Rate: 190_000, Contained: true}, 11900, half, 1900},
		{tax.Basis{Rate: 190_000, Contained: true}, -11900, half, -1900},
		{tax.Basis{Rate: 88_750}, 999, half, 89},
		{tax.Basis{Rate: 50_000}, 50, half, 3},
		{tax.Basis{Rate: 50_000}, 50, money.HalfEven, 2},
		{tax.Basis{Rate: 50_000}, 50, money.Down, 2},
		{tax.Basis{Rate: 10_000}, 1, money.Up, 1},
		{tax.Basis{}, 12345, half, 0},
	} {
		if got := c.b.Of(c.amount, c.r); got != c.want {
			t.Errorf("%v of %d, %v: %d; want %d", c.b, c.amount, c.r, got, c.want)
		}
	}
}

// The tax is within one minor unit of the exact one, on the side that the rule
// names, and what contains it is the net with the tax on it.
func TestOfIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := tax.BasisOf(rapid.Int64Range(-int64(tax.MaxRate), int64(tax.MaxRate)).Draw(t, "basis"))
		amount := rapid.Int64Range(-money.MaxTotal, money.MaxTotal).Draw(t, "amount")
		r := money.Rounding(rapid.IntRange(0, 3).Draw(t, "rounding"))
		got := b.Of(amount, r)
		of := int64(1_000_000)
		if b.Contained {
			of += int64(b.Rate)
		}
		exact := new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(int64(b.Rate), of))
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(got), exact)
		if exact.Sign() < 0 {
			off.Neg(off)
		}
		one, half := big.NewRat(1, 1), big.NewRat(1, 2)
		far := new(big.Rat).Abs(off)
		switch {
		case far.Cmp(one) >= 0,
			r == money.Down && off.Sign() > 0, r == money.Up && off.Sign() < 0,
			(r == money.HalfAwayFromZero || r == money.HalfEven) && far.Cmp(half) > 0,
			r == money.HalfAwayFromZero && far.Cmp(half) == 0 && off.Sign() < 0,
			r == money.HalfEven && far.Cmp(half) == 0 && got%2 != 0:
			t.Fatalf("%v of %d by %v is %d, exactly %v", b, amount, r, got, exact)
		}
		if tax.BasisOf(b.Number()) != b {
			t.Fatalf("%v is stored as %v", b, tax.BasisOf(b.Number()))
		}
	})
}

var table = tax.Table{
	Rules: []tax.Rule{
		{Rate: 0},
		{Country: "DE", Rate: 190_000},
		{Country: "DE", Class: "books", Rate: 70_000},
		{Class: "books", Rate: 10_000},
		{Country: "US", Region: "NY", Rate: 40_000},
		{Country: "US", Postal: "100", Rate: 88_750},
		{Country: "US", Postal: "10001", Class: "food", Rate: 0},
		{Country: "DE", Class: tax.Shipping, Rate: 190_001},
	},
	Channels: map[string]tax.Mode{"web": tax.Contained},
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		class, country, region, postal string
		want                           tax.Rate
	}{
		{"", "DE", "", "10115", 190_000},
		{"toys", "de", "", "", 190_000},
		{"books", "DE", "", "", 70_000},
		{"books", "FR", "", "", 10_000},
		{"", "FR", "", "", 0},
		{"", "US", "ny", "11201", 40_000},
		{"", "US", "NY", "10 013", 88_750},
		{"food", "US", "NY", "10001", 0},
		{"", "US", "NY", "10001", 88_750},
		{tax.Shipping, "DE", "", "", 190_001},
		{"books", "US", "NY", "", 40_000}, // the place counts before the class
	} {
		got, ok := table.Find(c.class, &party.Address{Country: c.country, Region: c.region, PostalCode: c.postal})
		if !ok || got.Rate != c.want {
			t.Errorf("%+v: %v, %v", c, got, ok)
		}
	}
	none := tax.Table{Rules: []tax.Rule{{Country: "DE", Rate: 1}}}
	if r, ok := none.Find("", &party.Address{Country: "FR"}); ok {
		t.Errorf("found %v for a place that nothing was said of", r)
	}
}

func TestCheckTable(t *testing.T) {
	var l fault.List
	sound := table
	sound.Check("", &l)
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at  string
		bad tax.Table
	}{
		{"/rates/0/rate", tax.Table{Rules: []tax.Rule{{Rate: -1}}}},
		{"/rates/0/country", tax.Table{Rules: []tax.Rule{{Country: "Germany"}}}},
		{"/rates/0/country", tax.Table{Rules: []tax.Rule{{Postal: "10"}}}},
		{"/rates/1", tax.Table{Rules: []tax.Rule{{Country: "de", Rate: 1}, {Country: "DE "}}}},
		{"/rates/0/name", tax.Table{Rules: []tax.Rule{{Name: "a\x00"}}}},
		{"/channels/web", tax.Table{Channels: map[string]tax.Mode{"web": "maybe"}}},
	} {
		var l fault.List
		c.bad.Check("", &l)
		err := l.Err()
		if l.Len() != 1 || l.Fields()[0].Pointer != c.at {
			t.Errorf("%+v: %v", c.bad, err)
		}
	}
}

func TestScheme(t *testing.T) {
	to := &party.Address{Country: "DE"}
	for mode, want := range map[tax.Mode]tax.Basis{tax.Sent: {}, "": {}, tax.Added: {Rate: 190_000}, tax.Contained: {Rate: 190_000, Contained: true}} {
		s := tax.Scheme{Table: &table, Mode: mode, To: to}
		if got := s.Of(""); got != want {
			t.Errorf("%s: %v", mode, got)
		}
	}
	if got := (&tax.Scheme{}).Of(""); got != (tax.Basis{}) {
		t.Errorf("no table: %v", got)
	}
}

func TestBlend(t *testing.T) {
	high, low := tax.Basis{Rate: 190_000, Contained: true}, tax.Basis{Rate: 70_000, Contained: true}
	for _, c := range []struct {
		amounts []int64
		of      []tax.Basis
		want    tax.Basis
	}{
		{nil, nil, tax.Basis{}},
		{[]int64{3, 7}, []tax.Basis{high, high}, high},
		{[]int64{100, 100}, []tax.Basis{high, low}, tax.Basis{Rate: 130_000, Contained: true}},
		{[]int64{100, -100}, []tax.Basis{high, low}, high},
		{[]int64{money.MaxTotal, money.MaxTotal, 0}, []tax.Basis{high, low, {}}, tax.Basis{Rate: 130_000, Contained: true}},
	} {
		if got := tax.Blend(c.amounts, c.of); got != c.want {
			t.Errorf("%v: %v; want %v", c.amounts, got, c.want)
		}
	}
}
