package invoice_test

import (
	"bytes"
	"fmt"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/money"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// life is an order that changes, and the documents that were issued for it.
type life struct {
	t     *rapid.T
	o     *order.Order
	basis invoice.Basis
	docs  []*invoice.Document
}

func drawLife(t *rapid.T) *life {
	l := &life{t: t, o: &order.Order{ID: 7, Number: 1001, Currency: money.MustCurrency(rapid.SampledFrom([]string{"JPY", "GBP", "KWD"}).Draw(t, "currency"))}}
	l.basis = rapid.SampledFrom([]invoice.Basis{invoice.All, invoice.Shipped}).Draw(t, "basis")
	n := 0
	add := func(parent int, per, quantity int64) {
		n++
		x := order.Line{N: n, SKU: fmt.Sprintf("SKU%d", n), Quantity: quantity, Parent: parent, PerParent: per}
		x.Q[order.Ordered], x.Q[order.Unsourced] = quantity, quantity
		l.o.Sums.Add(x.Q)
		l.o.Lines = append(l.o.Lines, x)
	}
	for range rapid.IntRange(1, 3).Draw(t, "lines") {
		q := rapid.Int64Range(1, 7).Draw(t, "quantity")
		add(0, 0, q)
		x := &l.o.Lines[n-1]
		l.price(x)
		if rapid.IntRange(0, 3).Draw(t, "bundle") == 0 { // of two of one and one of another
			l.o.Sums[order.Ordered] -= q
			l.o.Sums[order.Unsourced] -= q
			x.Q = order.Buckets{}
			of := n
			add(of, 2, 2*q)
			add(of, 1, q)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "fees") {
		f := order.Fee{N: len(l.o.Fees) + 1, Kind: "shipping", Amount: rapid.Int64Range(-900, 900).Draw(t, "fee")}
		f.Tax = f.Amount / 5
		l.o.Fees = append(l.o.Fees, f)
	}
	l.change(order.Delta{Paid: 100_000_000})
	return l
}

// price draws what a line costs: total, discount and tax that are no multiples
// of its quantity.
func (l *life) price(x *order.Line) {
	x.Price = money.Price(rapid.Int64Range(0, 9_000_000).Draw(l.t, "price"))
	x.Total, x.Moved, _ = money.LineTotal(x.Quantity, 0, x.Price, l.o.Currency, money.HalfAwayFromZero)
	x.Discount = rapid.Int64Range(0, x.Total).Draw(l.t, "discount")
	x.Tax = rapid.Int64Range(0, (x.Total-x.Discount)/4).Draw(l.t, "tax")
}

func (l *life) change(d order.Delta) {
	l.retotal()
	if err := l.o.Apply(&d, 1, 1); err != nil {
		l.t.Fatal(err)
	}
}

// retotal adds the order up, as placing and changing it do.
func (l *life) retotal() {
	var t order.Totals
	for _, x := range l.o.Lines {
		t.Subtotal, t.Discount, t.Tax = t.Subtotal+x.Total, t.Discount+x.Discount, t.Tax+x.Tax
	}
	for _, f := range l.o.Fees {
		t.Fees, t.Tax = t.Fees+f.Amount, t.Tax+f.Tax
	}
	t.Total = t.Subtotal - t.Discount + t.Tax + t.Fees
	l.o.Totals = t
}

// move takes some units of a leaf along a way of moves.
func (l *life) move(way ...order.Bucket) {
	x := &l.o.Lines[rapid.IntRange(0, len(l.o.Lines)-1).Draw(l.t, "line")]
	most := x.Q[way[0]]
	if way[0] == order.Shipped { // what came back stays where it is
		most -= x.Q[order.Returned]
	}
	if !x.Leaf() || most <= 0 {
		return
	}
	n := rapid.Int64Range(1, most).Draw(l.t, "units")
	for i := range way[1:] {
		l.change(order.Delta{Moves: []order.Move{{Line: x.N, From: way[i], To: way[i+1], Quantity: n, Fulfillment: 5}}})
	}
}

func (l *life) giveBack() {
	i := rapid.IntRange(0, len(l.o.Lines)-1).Draw(l.t, "line")
	x := &l.o.Lines[i]
	most := x.Q.Left() - x.Q[order.Returned]
	if !x.Leaf() || most <= 0 {
		return
	}
	d := order.Delta{Returned: []order.Return{{Line: x.N, Quantity: rapid.Int64Range(1, most).Draw(l.t, "back")}}}
	l.change(d)
}

// payBack gives back what units that came back are worth, or less, and fees.
func (l *life) payBack() {
	var parts []order.Part
	for _, x := range l.o.Lines {
		if most := x.Q[order.Returned] - x.RefundedUnits; x.Leaf() && most > 0 {
			parts = append(parts, order.Part{Line: x.N, Quantity: rapid.Int64Range(1, most).Draw(l.t, "paid back")})
		}
	}
	var fees []int
	for _, f := range l.o.Fees {
		if f.Sum() > 0 && f.Refunded == 0 && rapid.IntRange(0, 3).Draw(l.t, "fee back") == 0 {
			fees = append(fees, f.N)
		}
	}
	if len(parts)+len(fees) == 0 {
		return
	}
	worth, err := l.o.RefundFor(parts, fees)
	if err != nil {
		return
	}
	l.change(order.Delta{Refunds: worth.Lines, Refunded: rapid.Int64Range(0, worth.Amount).Draw(l.t, "given")})
}

// issue makes the documents that are due, and holds them to their laws.
func (l *life) issue() {
	t := l.t
	owed := invoice.Owed(l.o, l.basis, l.docs)
	bill, credit := invoice.Next(owed, l.docs)
	l.keep(invoice.Invoice, bill)
	l.keep(invoice.Credit, credit)
	if free := invoice.Unexplained(l.o, owed); free > 0 && rapid.Bool().Draw(t, "goodwill") {
		take := rapid.Int64Range(1, free).Draw(t, "of it")
		l.keep(invoice.Credit, []invoice.Line{{Kind: invoice.Other, N: invoice.NextOther(l.docs), Text: "late", Net: take, Gross: take}})
	}
	owed = invoice.Owed(l.o, l.basis, l.docs)
	if bill, credit := invoice.Next(owed, l.docs); len(bill)+len(credit) > 0 {
		t.Fatalf("nothing happened and more is due:\n%+v\n%+v", bill, credit)
	}
	sums := map[string]invoice.Line{}
	for _, d := range l.docs {
		for _, x := range d.Lines {
			at := fmt.Sprint(x.Kind, x.N)
			s, sign := sums[at], d.Kind.Sign()
			s.Quantity, s.Gross, s.Tax, s.Net, s.Discount = s.Quantity+sign*x.Quantity, s.Gross+sign*x.Gross, s.Tax+sign*x.Tax, s.Net+sign*x.Net, s.Discount+sign*x.Discount
			sums[at] = s
		}
	}
	for _, x := range owed {
		at := fmt.Sprint(x.Kind, x.N)
		if s := sums[at]; s.Quantity != x.Quantity || s.Gross != x.Gross || s.Tax != x.Tax || s.Net != x.Net || s.Discount != x.Discount {
			t.Fatalf("%s was billed %+v and owes %+v", at, s, x)
		}
	}
	if got := invoice.Billed(l.docs); got < 0 {
		t.Fatalf("%d is billed", got)
	}
	if want := max(0, l.o.Totals.Payable()); l.basis == invoice.All && l.o.Refunded == 0 && l.o.Totals.Total >= 0 && invoice.Billed(l.docs) != want {
		t.Fatalf("%d is billed and %d payable", invoice.Billed(l.docs), want)
	}
}

func (l *life) keep(kind invoice.Kind, lines []invoice.Line) {
	if len(lines) == 0 {
		return
	}
	d := &invoice.Document{ID: invoice.ID(len(l.docs) + 1), Kind: kind, Lines: lines, Totals: invoice.Sum(lines), Basis: l.basis}
	if d.Totals.Gross < 0 {
		l.t.Fatalf("a document of %d: %+v", d.Totals.Gross, lines)
	}
	for _, x := range lines {
		if x.Gross != x.Net+x.Tax {
			l.t.Fatalf("a line that does not add up: %+v", x)
		}
		if x.Kind == invoice.Goods && (x.Quantity < 0 || x.Gross < 0 || x.Net < 0 || x.Tax < 0 || x.Discount < 0) {
			l.t.Fatalf("a line of goods below zero: %+v", x)
		}
	}
	if kind == invoice.Credit {
		if d.Of = invoice.Corrects(lines, l.docs); len(d.Of) == 0 {
			l.t.Fatalf("a credit note of no invoice: %+v", lines)
		}
	}
	l.docs = append(l.docs, d)
}

// Whatever happens to an order, and whenever documents are issued in between,
// each of its lines has been billed exactly what it owes, to the cent.
//
// Kills: a share rounded by itself; units forgotten or billed twice; a voucher
// that makes a document of less than nothing; a credit note of no invoice.
func TestDocumentsCloseToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t)
		acts := map[string]func(*rapid.T){
			"cancel": func(*rapid.T) { l.move(order.Unsourced, order.Canceled) },
			"ship": func(*rapid.T) {
				l.move(order.Unsourced, order.Allocated, order.Picked, order.Packed, order.Shipped)
			},
			"lose":     func(*rapid.T) { l.move(order.Shipped, order.Lost) },
			"return":   func(*rapid.T) { l.giveBack() },
			"pay back": func(*rapid.T) { l.payBack() },
			"kindness": func(t *rapid.T) { l.change(order.Delta{Refunded: rapid.Int64Range(1, 3000).Draw(t, "amount")}) },
			"reprice": func(*rapid.T) {
				if x := &l.o.Lines[0]; x.RefundedUnits == 0 && rapid.IntRange(0, 3).Draw(t, "reprice") == 0 {
					l.price(x)
					l.change(order.Delta{})
				}
			},
			"issue": func(*rapid.T) { l.issue() },
		}
		t.Repeat(acts)
		l.issue()
	})
}

// Kills: a component billed beside its bundle; a fee billed before anything
// has left; a share of the wrong end.
func TestOwed(t *testing.T) {
	o := &order.Order{Currency: money.MustCurrency("EUR"), Fees: []order.Fee{{N: 1, Kind: "shipping", Label: "Post", Amount: 500, Tax: 100}, {N: 2, Kind: "adjustment", Code: "WELCOME", Amount: -5000}}}
	o.Lines = []order.Line{
		{N: 1, SKU: "MUG", Quantity: 3, Total: 1000, Discount: 100, Tax: 180, Q: order.Buckets{order.Ordered: 3, order.Canceled: 1, order.Unsourced: 1, order.Shipped: 1}},
		{N: 2, SKU: "SET", Quantity: 2, Total: 4000},
		{N: 3, SKU: "POT", Parent: 2, PerParent: 1, Quantity: 2, Q: order.Buckets{order.Ordered: 2, order.Delivered: 1, order.Canceled: 1}},
		{N: 4, SKU: "CUP", Parent: 2, PerParent: 2, Quantity: 4, Q: order.Buckets{order.Ordered: 4, order.Delivered: 3, order.Unsourced: 1}},
	}
	for i := range o.Lines {
		o.Sums.Add(o.Lines[i].Q)
	}
	show := func(b invoice.Basis) (out []string) {
		for _, l := range invoice.Owed(o, b, nil) {
			out = append(out, fmt.Sprintf("%s %d %s: %d, %d+%d=%d", l.Kind, l.N, l.Text, l.Quantity, l.Net, l.Tax, l.Gross))
		}
		return out
	}
	all := []string{"goods 1 MUG: 2, 600+120=720", "goods 2 SET: 2, 4000+0=4000", "fee 1 Post: 0, 500+100=600", "fee 2 WELCOME: 0, -5000+0=-5000"}
	if diff := cmp.Diff(all, show(invoice.All)); diff != "" {
		t.Errorf("all (-want +got)\n%s", diff)
	}
	shipped := []string{"goods 1 MUG: 1, 300+60=360", "goods 2 SET: 1, 2000+0=2000", "fee 1 Post: 0, 500+100=600", "fee 2 WELCOME: 0, -2960+0=-2960"}
	if diff := cmp.Diff(shipped, show(invoice.Shipped)); diff != "" {
		t.Errorf("shipped (-want +got)\n%s", diff)
	}
}

// Kills: digits lost, the year left out, a pattern that two series share.
func TestPattern(t *testing.T) {
	for _, tc := range []struct{ pattern, want string }{
		{invoice.DefaultPattern, "INV-2026-00042"}, {"{number}", "42"}, {"R {year}/{number:3}", "R 2026/042"}, {"{series}{number:1}", "INV-42"},
	} {
		if got := invoice.Pattern(tc.pattern).Write("INV-", 2026, 42); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.pattern, got, tc.want)
		}
	}
	for _, tc := range []struct{ pattern, series, credits, want string }{
		{invoice.DefaultPattern, "INV-", "CN-", ""},
		{"{series}{number}", "R", "G", ""},
		{"{series}", "R", "G", "invalid_pattern"},
		{"{series}{number}{number}", "R", "G", "invalid_pattern"},
		{"{series}{number:99}", "R", "G", "invalid_pattern"},
		{"{series}{number", "R", "G", "invalid_pattern"},
		{"{what}{number}", "R", "G", "invalid_pattern"},
		{"{series}\x00{number}", "R", "G", "invalid_pattern"},
		{"{number}", "R", "G", "same_series"},
		{"{series}{number}", "R", "R", "same_series"},
		{"{series}{number}", "", "G", "invalid_series"},
		{"{series}{number}", "{x}", "G", "invalid_series"},
	} {
		var l fault.List
		invoice.CheckNumbering(invoice.Pattern(tc.pattern), tc.series, tc.credits, &l)
		if got := ""; len(l.Fields()) > 0 {
			if got = l.Fields()[0].Code; got != tc.want {
				t.Errorf("%q with %q and %q: %s, want %q", tc.pattern, tc.series, tc.credits, got, tc.want)
			}
		} else if tc.want != "" {
			t.Errorf("%q with %q and %q passes, want %q", tc.pattern, tc.series, tc.credits, tc.want)
		}
	}
}

func sample() *invoice.Document {
	d := &invoice.Document{
		ID: 5, Kind: invoice.Credit, Series: "CN-", Year: 2026, Number: 3, Code: "CN-2026-00003", Order: 9, OrderNumber: 1001, Reference: "<#1>", OrderedOn: 20260102,
		Of: []invoice.Ref{{ID: 4, Code: "INV-2026-00001", On: 20260103}}, Basis: invoice.All, IssuedAt: 77, IssuedOn: 20260104, Currency: money.MustCurrency("EUR"),
		Seller: invoice.Seller{Name: "Müller & Söhne", Address: []string{"1 Street"}, TaxID: "DE1", Terms: "now", Footer: "thanks"},
		Buyer:  invoice.Buyer{Name: "Ada\x00\u2028", Address: []string{"Leeds"}, Email: "ada@example.com"},
		Lines:  []invoice.Line{{Kind: invoice.Goods, N: 1, SKU: "MUG", Text: "Mug", Unit: "pcs", Quantity: 2, Price: 5_000_000, Discount: 10, Net: 825, Tax: 165, Gross: 990}},
	}
	d.Totals = invoice.Sum(d.Lines)
	return d
}

// What is kept is the document, and its hash is that of these very bytes for
// ever.
//
// Kills: a field left out of the kept form; a form that changes with the code.
func TestKept(t *testing.T) {
	d := sample()
	body, err := d.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := invoice.Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again); diff != "" {
		t.Errorf("read back (-kept +read)\n%s", diff)
	}
	if twice, _ := again.Encode(); !bytes.Equal(body, twice) {
		t.Errorf("kept again it is\n%s\nand was\n%s", twice, body)
	}
	const want = `{"id":5,"kind":"credit_note","series":"CN-","year":2026,"number":3,"code":"CN-2026-00003","order":9,"order_number":1001,"reference":"<#1>","ordered_on":20260102,` +
		`"of":[{"id":4,"code":"INV-2026-00001","on":20260103}],"basis":"all","issued_at":77,"issued_on":20260104,"currency":"EUR",` +
		`"seller":{"name":"Müller & Söhne","address":["1 Street"],"tax_id":"DE1","terms":"now","footer":"thanks"},` +
		`"buyer":{"name":"Ada\u0000\u2028","address":["Leeds"],"email":"ada@example.com"},` +
		`"lines":[{"kind":"goods","n":1,"sku":"MUG","text":"Mug","unit":"pcs","quantity":2,"price_millionths":5000000,"discount":10,"net":825,"tax":165,"gross":990}],` +
		`"totals":{"discount":10,"net":825,"tax":165,"gross":990}}`
	if string(body) != want {
		t.Errorf("the kept form is\n%s\nwant\n%s", body, want)
	}
}

// Kills: two forms of one hash.
func TestHash(t *testing.T) {
	if got := invoice.Hash([]byte("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}

// Kills: a decoder that falls over what it did not write.
func FuzzDecode(f *testing.F) {
	body, _ := sample().Encode()
	f.Add(body)
	f.Add([]byte(`{"currency":"EUR","lines":[{}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := invoice.Decode(b)
		if err != nil {
			return
		}
		kept, err := d.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := invoice.Decode(kept); err != nil || !cmp.Equal(d, again) {
			t.Fatalf("%v\n%s", err, cmp.Diff(d, again))
		}
	})
}

// Kills: a rate that does not fit, an odd rate where a round one does, one rate
// told for all.
func TestRates(t *testing.T) {
	line := func(net, tax int64) invoice.Line { return invoice.Line{Net: net, Tax: tax, Gross: net + tax} }
	for _, tc := range []struct {
		name  string
		lines []invoice.Line
		want  string
	}{
		{"none", nil, ""},
		{"untaxed", []invoice.Line{line(1000, 0)}, ""},
		{"one", []invoice.Line{line(1000, 190), line(333, 63)}, "19% 1333 253 "},
		{"two, and some untaxed", []invoice.Line{line(1000, 70), line(1000, 190), line(500, 0)}, "19% 1000 190 7% 1000 70 0% 500 0 "},
		{"half and tenth", []invoice.Line{line(100_000, 5500), line(100_000, 7700)}, "7.7% 100000 7700 5.5% 100000 5500 "},
		{"a deduction", []invoice.Line{line(1000, 200), line(-100, -20)}, "20% 900 180 "},
		{"no rate", []invoice.Line{line(100_000, 19_456)}, ""},
		{"tax on nothing", []invoice.Line{line(0, 5)}, ""},
		{"too many", []invoice.Line{line(10000, 100), line(10000, 300), line(10000, 500), line(10000, 700), line(10000, 900), line(10000, 1100)}, ""},
	} {
		got := ""
		for _, r := range invoice.Rates(tc.lines) {
			got += fmt.Sprintf("%s %d %d ", r.Text(), r.Net, r.Tax)
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
