package order_test

import (
	"math"
	"math/big"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"

	"pgregory.net/rapid"
)

// Total = subtotal − discount + tax + fees, to the last unit, or the order is
// refused: amounts near the limits must not wrap around into small ones.
//
// Kills: a fee's tax that is left out; a discount that is added; taxes and
// fees without a limit, two of which wrap around.
func TestTotalIsTheSumOfItsParts(t *testing.T) {
	small := rapid.Int64Range(0, 10_000)
	large := rapid.OneOf(small, rapid.Int64Range(money.MaxTotal-2, money.MaxTotal+2), rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, math.MaxInt64/2 + 1}))
	rapid.Check(t, func(t *rapid.T) {
		r := drawRequest(t)
		amount := rapid.SampledFrom([]*rapid.Generator[int64]{small, large}).Draw(t, "amounts")
		for i := range r.Lines {
			r.Lines[i].Tax = amount.Draw(t, "tax")
		}
		for i := range r.Fees {
			r.Fees[i].Amount, r.Fees[i].Tax = amount.Draw(t, "fee"), amount.Draw(t, "fee tax")
		}
		if r.Check() != nil {
			return
		}
		want := new(big.Int)
		add := func(n int64) { want.Add(want, big.NewInt(n)) }
		for i := range r.Lines {
			x := &r.Lines[i]
			c := money.MustCurrency(r.Currency)
			total, _, err := money.LineTotal(x.Quantity, items.BySKU(x.SKU).Scale, x.Price, c, money.HalfAwayFromZero)
			if err != nil {
				t.Fatal(err)
			}
			add(total)
			add(-x.Discount)
			add(x.Tax)
		}
		for _, f := range r.Fees {
			add(f.Amount)
			add(f.Tax)
		}
		o, err := order.New(header(), r, items)
		if err != nil {
			if fault.CodeOf(err) != "total_too_large" || want.CmpAbs(big.NewInt(money.MaxTotal/100)) < 0 {
				t.Fatalf("a total of %s is refused: %v", want, err)
			}
			return
		}
		s := o.Totals
		if s.Total != s.Subtotal-s.Discount+s.Tax+s.Fees || want.Cmp(big.NewInt(s.Total)) != 0 {
			t.Fatalf("totals are %+v, the parts sum to %s", s, want)
		}
	})
}

// A line that is canceled unit by unit takes with it its net in proportion,
// rounded half away from zero, and at the last unit exactly its net.
//
// Kills: a share that is truncated; one that is rounded up; a product that
// leaves 64 bits.
func TestCancelingALineUnitByUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.Int64Range(1, 40).Draw(t, "steps")
		each := rapid.SampledFrom([]int64{1, 1, 25_000_000}).Draw(t, "units a step")
		units := steps * each
		line := order.RequestLine{SKU: "MUG", Quantity: units, Price: money.Price(rapid.Int64Range(0, 40_000_000).Draw(t, "price")),
			Tax: rapid.OneOf(rapid.Int64Range(0, 9), rapid.Int64Range(0, money.MaxTotal/2)).Draw(t, "tax")}
		r := &order.Request{Channel: "web", Currency: "GBP", Lines: []order.RequestLine{line, {SKU: "PEN", Quantity: 1}}}
		o, err := order.New(header(), r, items)
		if err != nil {
			t.Fatal(err)
		}
		net := big.NewInt(o.Lines[0].Net())
		for n := each; n <= units; n += each {
			if err := move(o, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: each}); err != nil {
				t.Fatal(err)
			}
			twice := new(big.Int).Mul(net, big.NewInt(2*n)) // (2·net·n + units) / 2·units
			want := twice.Add(twice, big.NewInt(units)).Div(twice, big.NewInt(2*units))
			if o.Totals.Canceled != want.Int64() {
				t.Fatalf("%d of %d canceled take %d of %s, want %s", n, units, o.Totals.Canceled, net, want)
			}
		}
		if o.Totals.Canceled != net.Int64() {
			t.Fatalf("all units take %d, the line's net is %s", o.Totals.Canceled, net)
		}
	})
}

// Kills: fees that go with the first canceled unit, or stay with the last.
func TestFeesGoWithTheLastUnit(t *testing.T) {
	for _, tc := range []struct {
		name                string
		fee                 order.Fee
		total, first, whole int64
	}{
		{"shipping", order.Fee{Kind: "shipping", Amount: 500, Tax: 100}, 3190, 1295, 3190},
		{"voucher", order.Fee{Kind: "adjustment", Amount: -590}, 2000, 1295, 2000},
		{"voucher over one unit", order.Fee{Kind: "adjustment", Amount: -1890}, 700, 700, 700},
		{"voucher over all", order.Fee{Kind: "adjustment", Amount: -3090}, -500, 0, -500},
	} {
		o := placeAs(t, &order.Request{Channel: "web", Currency: "GBP", Fees: []order.Fee{tc.fee},
			Lines: []order.RequestLine{{SKU: "MUG", Quantity: 2, Price: 12_950_000}}})
		got := [3]int64{o.Totals.Total}
		for i := range 2 {
			if err := move(o, order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: 1}); err != nil {
				t.Fatal(err)
			}
			got[i+1] = o.Totals.Canceled
		}
		if want := [3]int64{tc.total, tc.first, tc.whole}; got != want {
			t.Errorf("%s: total, canceled part after one, after both: %v, want %v", tc.name, got, want)
		}
	}
}
