package order_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/order"

	"pgregory.net/rapid"
)

// closing draws an order of lines and bundles in a currency of 0, 2 or 3
// decimals, with fees, of which everything that is not canceled has arrived.
func closing(t *rapid.T, deductions bool) *order.Order {
	r := drawRequest(t)
	r.Currency = rapid.SampledFrom([]string{"JPY", "GBP", "KWD"}).Draw(t, "decimals")
	r.Fees = []order.Fee{{Kind: "shipping", Amount: rapid.Int64Range(0, 900).Draw(t, "shipping"), Tax: rapid.Int64Range(0, 90).Draw(t, "tax")}}
	if deductions {
		r.Fees = append(r.Fees, order.Fee{Kind: "adjustment", Code: "voucher", Amount: -rapid.Int64Range(1, 2000).Draw(t, "voucher")})
	}
	for i := range r.Lines {
		r.Lines[i].Discount = 0
	}
	o, err := order.New(header(), r, items)
	if err != nil {
		t.Skip("too dear for this currency")
	}
	return o
}

func applied(t *rapid.T, o *order.Order, d order.Delta) {
	t.Helper()
	if err := o.Apply(&d, now, 1); err != nil {
		t.Fatalf("%+v: %v", d, err)
	}
}

// send takes what is unsourced of a line to its customer and back again.
func sendBack(t *rapid.T, o *order.Order, line int, n int64) {
	move := func(from, to order.Bucket, ful int64) order.Move {
		return order.Move{Line: line, From: from, To: to, Quantity: n, Fulfillment: ful}
	}
	applied(t, o, order.Delta{Moves: []order.Move{
		move(order.Unsourced, order.Allocated, 1), move(order.Allocated, order.Picked, 1), move(order.Picked, order.Packed, 1), move(order.Packed, order.Shipped, 1),
	}, Returned: []order.Return{{Line: line, Quantity: n}}})
}

// parted cancels and refunds an order away in whatever parts, one after the
// other and whole sets of bundles as well as single components, and gives what
// the refunds were together.
func parted(t *rapid.T, o *order.Order) int64 {
	sum := int64(0)
	for range 10_000 {
		open := 0
		for i := range o.Lines {
			l := &o.Lines[i]
			if !l.Leaf() || l.Q[order.Unsourced] == 0 {
				continue
			}
			open++
			n := rapid.Int64Range(1, l.Q[order.Unsourced]).Draw(t, "units")
			if l.Parent == 0 && rapid.IntRange(0, 2).Draw(t, "cancel") == 0 {
				applied(t, o, order.Delta{Moves: []order.Move{{Line: l.N, From: order.Unsourced, To: order.Canceled, Quantity: n}}})
				continue
			}
			sendBack(t, o, l.N, n)
			if rapid.Bool().Draw(t, "later") {
				continue // its worth is asked for together with that of later ones
			}
			sum += refunded(t, o, order.Part{Line: l.N})
		}
		if open == 0 {
			break
		}
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Leaf() && l.Q[order.Returned] > l.RefundedUnits {
			sum += refunded(t, o, order.Part{Line: l.N})
		}
	}
	return sum
}

func refunded(t *rapid.T, o *order.Order, part order.Part) int64 {
	r, err := o.RefundFor([]order.Part{part}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Amount < 0 {
		t.Fatalf("a refund of %d", r.Amount)
	}
	applied(t, o, order.Delta{Refunds: r.Lines})
	return r.Amount
}

// M4: in whatever parts an order is canceled and refunded, in whatever order,
// together they are worth what its lines cost.
//
// Kills: shares rounded one by one; a bundle's worth lost with its last
// component, or given twice; a cancellation after a refund that rounds anew.
func TestRefundsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := closing(t, false)
		nets := int64(0)
		for i := range o.Lines {
			nets += o.Lines[i].Net()
		}
		sum := parted(t, o)
		canceled := o.Totals.Canceled
		if o.Sums[order.Canceled] == o.Sums[order.Ordered] {
			canceled = nets // the fee goes with the last unit
		}
		if sum+canceled != nets {
			t.Fatalf("%d refunded and %d canceled of %d", sum, canceled, nets)
		}
	})
}

// Deductions are shared by all: with its fees, an order is refunded to exactly
// what is payable, and no part is worth more than the rest.
//
// Kills: a voucher that is forgotten, so that returning all gives more than was
// paid; a share of it that the last part does not make up for.
func TestRefundsCloseWithDeductions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := closing(t, true)
		for i := range o.Lines { // cancellations come first: they take no share of a voucher
			if l := &o.Lines[i]; l.Leaf() && l.Parent == 0 && rapid.IntRange(0, 3).Draw(t, "cancel") == 0 {
				n := rapid.Int64Range(1, l.Q[order.Unsourced]).Draw(t, "canceled")
				applied(t, o, order.Delta{Moves: []order.Move{{Line: l.N, From: order.Unsourced, To: order.Canceled, Quantity: n}}})
			}
		}
		if o.Sums[order.Unsourced] == 0 {
			return
		}
		sum := int64(0)
		for i := range o.Lines {
			for l := &o.Lines[i]; l.Leaf() && l.Q[order.Unsourced] > 0; {
				sendBack(t, o, l.N, rapid.Int64Range(1, l.Q[order.Unsourced]).Draw(t, "units"))
				sum += refunded(t, o, order.Part{Line: l.N})
			}
		}
		want := o.Totals.Payable()
		if o.Fees[0].Sum() > 0 {
			want -= o.Fees[0].Sum()
		}
		if sum != max(0, want) {
			t.Fatalf("%d refunded, %d is payable for the lines", sum, want)
		}
	})
}

// The naive refund rounds each unit by itself and loses a penny of ten pounds.
func TestNaiveRefundDoesNotClose(t *testing.T) {
	o := place(t, "MUG", 3)
	o.Lines[0].Total = 1000
	naive := 3 * (o.Lines[0].Net() / 3)
	if naive == 1000 {
		t.Fatal("the naive refund closes: this test shows nothing")
	}
	sum := int64(0)
	for n := int64(0); n < 3; n++ {
		o.Lines[0].Q[order.Returned] = n
		sum += o.Lines[0].ReturnValue(1)
	}
	if sum != 1000 {
		t.Errorf("three units are worth %d", sum)
	}
}

// Kills: a fee given back twice; a deduction given back as if it were a fee;
// units refunded that never came back, or twice.
func TestRefundForRefuses(t *testing.T) {
	r := &order.Request{Channel: "web", Currency: "GBP", Lines: []order.RequestLine{{SKU: "MUG", Quantity: 3, Price: 10_000_000}},
		Fees: []order.Fee{{Kind: "shipping", Amount: 500, Tax: 100}, {Kind: "adjustment", Amount: -300}}}
	o := placeAs(t, r)
	for _, d := range []order.Delta{
		{Moves: []order.Move{{Line: 1, From: order.Unsourced, To: order.Delivered, Quantity: 3}}},
		{Returned: []order.Return{{Line: 1, Quantity: 2}}},
	} {
		if err := o.Apply(&d, now, 1); err != nil {
			t.Fatal(err)
		}
	}
	refund := func(fees []int, parts ...order.Part) (order.Refund, string) {
		got, err := o.RefundFor(parts, fees)
		if err == nil {
			return got, ""
		}
		return got, fault.CodeOf(err)
	}
	got, code := refund([]int{1}, order.Part{Line: 1})
	if code != "" || got.Amount != 1800+600 { // two of three at 10.00, less their share of the 3.00
		t.Fatalf("%+v %s", got, code)
	}
	if err := o.Apply(&order.Delta{Refunds: got.Lines}, now, 1); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func() (order.Refund, string){
		"the fee again":   func() (order.Refund, string) { return refund([]int{1}) },
		"a deduction":     func() (order.Refund, string) { return refund([]int{2}) },
		"no such fee":     func() (order.Refund, string) { return refund([]int{3}) },
		"the units again": func() (order.Refund, string) { return refund(nil, order.Part{Line: 1}) },
		"one that stayed": func() (order.Refund, string) { return refund(nil, order.Part{Line: 1, Quantity: 1}) },
	} {
		if got, code := f(); code != "not_refundable" {
			t.Errorf("%s: %+v, %q", name, got, code)
		}
	}
	if err := o.Apply(&order.Delta{Returned: []order.Return{{Line: 1, Quantity: -1}}}, now, 1); err == nil || !strings.Contains(err.Error(), "refunded") {
		t.Errorf("what was refunded went out again: %v", err)
	}
}
