package order_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// CartsEnv says how many carts TestCartsSumToTheUnit draws instead of the usual
// few: ORDERLY_CARTS=10000000 is what docs/reliability.md reports.
const CartsEnv = "ORDERLY_CARTS"

// Currencies without, with two and with three decimals, each by every rule.
var cartCurrencies = []string{"JPY", "EUR", "USD", "KWD"}

var cartShelf = func() shelf {
	s := shelf{}
	for i := range 12 {
		s = append(s, &catalog.Item{
			ID: catalog.ID(i + 1), SKU: fmt.Sprint("C", i), Name: "thing", Kind: catalog.Goods, Unit: "pcs", Scale: i % 4, TaxClass: []string{"", "books", "food"}[i%3],
		})
	}
	return s
}()

var cartTable = tax.Table{Rules: []tax.Rule{
	{Country: "DE", Rate: 190_000}, {Country: "DE", Class: "books", Rate: 70_000}, {Country: "DE", Class: "food", Rate: 0},
	{Country: "US", Rate: 88_750}, {Country: "US", Class: "food", Rate: 12_345}, {Country: "CA", Rate: 149_750},
}}

// A cart of any currency, by any rule of rounding, taxed as sent or by the
// table, on top or within, sums to the unit: each amount is its exact value
// rounded once by the rule, what rounding moved is kept, the total is the sum,
// and what is spread over the lines comes together again.
//
// Kills: rounding twice; the rule of another currency; a tax on what a discount
// took off; tax within a price that is added to it; a spread that loses a unit.
func TestCartsSumToTheUnit(t *testing.T) {
	carts := 4000
	if s := os.Getenv(CartsEnv); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		carts = n
	}
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wait.Go(func() {
			for n := w; n < carts && !t.Failed(); n += workers {
				if err := checkCart(rand.New(rand.NewPCG(7, uint64(n))), n); err != nil {
					t.Errorf("cart %d: %v", n, err)
				}
			}
		})
	}
	wait.Wait()
	t.Logf("%d carts", carts)
}

func checkCart(rng *rand.Rand, n int) error {
	code, rule := cartCurrencies[n%len(cartCurrencies)], money.Rounding(n/len(cartCurrencies)%4)
	r, scheme := drawCart(rng, code)
	h := header()
	h.Rounding, h.Taxes = rule, scheme
	o, err := order.New(h, r, cartShelf)
	if err != nil {
		return err
	}
	c := money.MustCurrency(code)
	sum := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if err := checkCartLine(l, c, rule); err != nil {
			return fmt.Errorf("%s, %s, line %d: %w", code, rule, l.N, err)
		}
		sum += l.Total - l.Discount + l.Tax
	}
	for i := range o.Fees {
		f := &o.Fees[i]
		if f.Taxed.Rate > 0 && !f.Taxed.Contained && !rounded(f.Tax, mul(f.Amount, int64(f.Taxed.Rate)), big.NewInt(1_000_000), rule) {
			return fmt.Errorf("%s, %s, fee %d of %d is taxed %d at %s", code, rule, f.N, f.Amount, f.Tax, f.Taxed.Rate)
		}
		sum += f.Amount + f.Tax
	}
	if sum != o.Totals.Total {
		return fmt.Errorf("%s, %s: the parts sum to %d, the total is %d", code, rule, sum, o.Totals.Total)
	}
	return checkSpread(rng, o)
}

// checkCartLine holds a line against exact arithmetic.
func checkCartLine(l *order.Line, c money.Currency, rule money.Rounding) error {
	exact := mul(l.Quantity, int64(l.Price)) // in 10^-(6+scale) of the major unit
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(6+l.Scale-c.Exponent())), nil)
	if !rounded(l.Total, exact, unit, rule) {
		return fmt.Errorf("%d × %s is %d", l.Quantity, l.Price, l.Total)
	}
	nanos := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(3-l.Scale)), nil)
	kept := new(big.Int).Mul(big.NewInt(l.Total), new(big.Int).Mul(unit, nanos))
	if kept.Add(kept, big.NewInt(l.Moved)).Cmp(new(big.Int).Mul(exact, nanos)) != 0 {
		return fmt.Errorf("%d × %s is %d, and rounding is said to have moved %d", l.Quantity, l.Price, l.Total, l.Moved)
	}
	net := l.Total - l.Discount
	switch {
	case l.Taxed.Contained:
		if l.Tax != 0 || !rounded(l.TaxWithin(), mul(net, int64(l.Taxed.Rate)), big.NewInt(1_000_000+int64(l.Taxed.Rate)), money.HalfAwayFromZero) {
			return fmt.Errorf("%d contains %d at %s, and %d come on top", net, l.TaxWithin(), l.Taxed.Rate, l.Tax)
		}
	case l.Taxed.Rate > 0:
		if !rounded(l.Tax, mul(net, int64(l.Taxed.Rate)), big.NewInt(1_000_000), rule) {
			return fmt.Errorf("%d is taxed %d at %s", net, l.Tax, l.Taxed.Rate)
		}
	}
	return nil
}

// checkSpread spreads an amount over the lines by what they cost, then cancels
// the order unit by unit.
func checkSpread(rng *rand.Rand, o *order.Order) error {
	weights := make([]int64, len(o.Lines))
	for i := range o.Lines {
		weights[i] = o.Lines[i].Net()
	}
	amount, sum := rng.Int64N(1_000_000)-500_000, int64(0)
	for _, part := range money.Split(amount, weights) {
		sum += part
	}
	if sum != amount {
		return fmt.Errorf("%d is spread as %d", amount, sum)
	}
	canceled := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		last, whole := int64(0), l.Quantity
		for q := int64(1); q <= min(whole, 5); q++ {
			part := money.Share(l.Net(), q, min(whole, 5))
			canceled += part - last
			last = part
		}
	}
	for i := range o.Fees {
		canceled += o.Fees[i].Sum()
	}
	if canceled != o.Totals.Total {
		return fmt.Errorf("canceled bit by bit, %d of %d are given up", canceled, o.Totals.Total)
	}
	return nil
}

func mul(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }

// rounded reports whether got is exact/unit rounded by the rule.
func rounded(got int64, exact, unit *big.Int, rule money.Rounding) bool {
	abs := new(big.Int).Abs(exact)
	q, rest := new(big.Int).QuoRem(abs, unit, new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(unit)
	up := false
	switch rule {
	case money.Up:
		up = rest.Sign() > 0
	case money.HalfAwayFromZero:
		up = half >= 0
	case money.HalfEven:
		up = half > 0 || half == 0 && q.Bit(0) == 1
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	if exact.Sign() < 0 {
		q.Neg(q)
	}
	return q.IsInt64() && q.Int64() == got
}

// drawCart draws a cart: a few lines of whole or weighed things, discounts,
// taxes sent, by rate or by the table, shipping and a voucher.
func drawCart(rng *rand.Rand, code string) (*order.Request, tax.Scheme) {
	r := &order.Request{Channel: "web", Currency: code}
	r.Parties.ShipTo = party.Address{Country: []string{"DE", "US", "CA", "FR"}[rng.IntN(4)]}
	how := rng.IntN(4) // sent, on top by rate, by the table on top, by the table within
	subtotal := int64(0)
	for range 1 + rng.IntN(6) {
		item := cartShelf[rng.IntN(len(cartShelf))]
		l := order.RequestLine{SKU: item.SKU, Quantity: 1 + rng.Int64N(1+int64(rng.IntN(5000))), Price: money.Price(rng.Int64N(1 + rng.Int64N(500_000_000)))}
		total, _, err := money.LineTotal(l.Quantity, item.Scale, l.Price, money.MustCurrency(code), money.Down)
		if err == nil && rng.IntN(3) == 0 {
			l.Discount = rng.Int64N(total + 1)
		}
		switch how {
		case 0:
			l.Tax = rng.Int64N(1000)
		case 1:
			l.Taxed = &tax.Basis{Rate: tax.Rate(rng.Int64N(int64(tax.MaxRate) + 1)), Contained: rng.IntN(2) == 0}
		}
		subtotal += total - l.Discount
		r.Lines = append(r.Lines, l)
	}
	if rng.IntN(2) == 0 {
		r.Fees = append(r.Fees, order.Fee{Kind: "shipping", Amount: rng.Int64N(2000)})
	}
	if rng.IntN(3) == 0 {
		r.Fees = append(r.Fees, order.Fee{Kind: "adjustment", Amount: -rng.Int64N(subtotal + 1)})
	}
	modes := []tax.Mode{tax.Sent, tax.Sent, tax.Added, tax.Contained}
	cartTable := cartTable
	return r, tax.Scheme{Table: &cartTable, Mode: modes[how], To: &r.Parties.ShipTo}
}
