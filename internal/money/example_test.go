package money_test

import (
	"fmt"

	"orderly/internal/money"
)

func ExampleParseCurrency() {
	dinar, _ := money.ParseCurrency("KWD")
	_, err := money.ParseCurrency("eur")
	fmt.Println(dinar.Code(), dinar.Exponent())
	fmt.Println(err)
	// Output:
	// KWD 3
	// "eur" is not a currency; use an upper-case ISO 4217 code such as EUR
}

func ExampleParsePrice() {
	p, _ := money.ParsePrice("0.0125")
	fmt.Println(int64(p), p)
	// Output: 12500 0.0125
}

func ExampleCurrency_ParseAmount() {
	euro := money.MustCurrency("EUR")
	minor, _ := euro.ParseAmount("12.95")
	_, err := euro.ParseAmount("12.955")
	fmt.Println(minor)
	fmt.Println(err)
	// Output:
	// 1295
	// the amount "12.955" has more decimals than EUR, which has 2; round it first
}

func ExampleCurrency_FormatAmount() {
	fmt.Println(money.MustCurrency("EUR").FormatAmount(-5), money.MustCurrency("JPY").FormatAmount(1295))
	// Output: -0.05 1295
}

// 1.375 kg at 8.99 cost 12.36125 exactly: 12.36 are charged, 0.00125 moved.
func ExampleLineTotal() {
	euro := money.MustCurrency("EUR")
	price, _ := money.ParsePrice("8.99")
	minor, moved, _ := money.LineTotal(1375, 3, price, euro, money.HalfAwayFromZero)
	fmt.Println(euro.FormatAmount(minor), moved)
	// Output: 12.36 1250000
}

// A discount of 10.00 over three lines of equal worth.
func ExampleSplit() {
	fmt.Println(money.Split(-1000, []int64{500, 500, 500}))
	// Output: [-334 -333 -333]
}

func ExampleAdd() {
	_, err := money.Add(money.MaxTotal, 1)
	fmt.Println(err)
	// Output: the total is over the limit of 1000000000000000 minor units; split the order or check quantity and price
}

func ExampleParseRounding() {
	r, _ := money.ParseRounding("half_even")
	minor, _, _ := money.LineTotal(1, 0, 5_000, money.MustCurrency("EUR"), r)
	fmt.Println(r, minor)
	// Output: half_even 0
}
