package order_test

import (
	"testing"

	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// taxedOrder places one line of each class in Germany, with shipping and a
// voucher, in a channel that the table is for.
func taxedOrder(t *testing.T, mode tax.Mode, change func(*order.Request)) (*order.Order, order.Setting) {
	t.Helper()
	r := &order.Request{
		Channel: "web", Currency: "EUR", Parties: party.Parties{ShipTo: party.Address{Country: "DE"}},
		Lines: []order.RequestLine{{SKU: "C0", Quantity: 2, Price: 50_000_000}, {SKU: "C4", Quantity: 10, Price: 10_700_000}},
		Fees:  []order.Fee{{Kind: "shipping", Amount: 595}, {Kind: "adjustment", Amount: -1000}},
	}
	if change != nil {
		change(r)
	}
	table := cartTable
	s := order.Setting{Items: cartShelf, Currency: "EUR", Rounding: money.HalfAwayFromZero, Taxes: tax.Scheme{Table: &table, Mode: mode, To: &r.Parties.ShipTo}}
	h := header()
	h.Taxes = s.Taxes
	o, err := order.New(h, r, cartShelf)
	if err != nil {
		t.Fatal(err)
	}
	return o, s
}

func TestTaxesByTable(t *testing.T) {
	o, _ := taxedOrder(t, tax.Added, nil) // 100.00 at 19 %, 107.00 at 7 %
	if l := o.Lines; l[0].Tax != 1900 || l[1].Tax != 749 || l[0].TaxWithin() != 0 {
		t.Errorf("lines are taxed %d and %d", l[0].Tax, l[1].Tax)
	}
	if f := o.Fees; f[0].Tax != 113 || f[1].Tax != -128 { // 12.8 %, between the two
		t.Errorf("fees are taxed %d and %d", f[0].Tax, f[1].Tax)
	}
	o, _ = taxedOrder(t, tax.Contained, nil)
	if l := o.Lines; l[0].Tax != 0 || l[1].Tax != 0 || l[0].TaxWithin() != 1597 || l[1].TaxWithin() != 700 || o.Totals.Tax != 0 {
		t.Errorf("the lines contain %d and %d", l[0].TaxWithin(), l[1].TaxWithin())
	}
	if o.Totals.Total != 10000+10700+595-1000 || o.TaxWithin() != 1597+700+95-113 {
		t.Errorf("of %d are taxes %d", o.Totals.Total, o.TaxWithin())
	}
}

// What an order says of taxes counts for all of it.
//
// Kills: a table that adds to taxes that were sent; a credit that is taxed.
func TestTaxesAsSent(t *testing.T) {
	for name, change := range map[string]func(*order.Request){
		"a line's tax":  func(r *order.Request) { r.Lines[1].Tax = 5 },
		"a fee's tax":   func(r *order.Request) { r.Fees[0].Tax = 5 },
		"a line's rate": func(r *order.Request) { r.Lines[1].Taxed = &tax.Basis{} },
	} {
		o, _ := taxedOrder(t, tax.Added, change)
		if o.Lines[0].Tax != 0 || o.Fees[1].Tax != 0 || o.Totals.Tax > 5 {
			t.Errorf("with %s, line 1 is taxed %d and the voucher %d", name, o.Lines[0].Tax, o.Fees[1].Tax)
		}
	}
	o, _ := taxedOrder(t, tax.Added, func(r *order.Request) { r.Fees[1].Taxed = order.GrossFee })
	if o.Fees[1].Tax != 0 || o.Lines[0].Tax != 1900 {
		t.Errorf("a credit of what was paid is taxed %d, line 1 %d", o.Fees[1].Tax, o.Lines[0].Tax)
	}
	o, _ = taxedOrder(t, tax.Sent, nil)
	if o.Totals.Tax != 0 || o.TaxWithin() != 0 {
		t.Errorf("a channel that sends its taxes is taxed %d", o.Totals.Tax)
	}
}

// A change taxes what joins by the table, and what costs something else at its
// rate; a tax that was said stays in proportion.
func TestTaxesOfAChange(t *testing.T) {
	o, s := taxedOrder(t, tax.Added, nil)
	price, more, shipping := money.Price(33_330_000), int64(3), int64(1000)
	d, err := o.Change(&order.Change{
		Lines: []order.LineChange{{Line: 1, Quantity: &more, Price: &price}},
		Add:   []order.NewLine{{SKU: "C1", Quantity: 10, Price: &price}},
		Fees:  []order.FeeChange{{N: 1, Amount: &shipping}},
	}, s)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Apply(&d, now, 1); err != nil {
		t.Fatal(err)
	}
	if o.Lines[0].Tax != 1900 || o.Lines[2].Tax != 233 || o.Fees[0].Tax != 190 { // 99.99 at 19 %, 33.33 at 7 %
		t.Errorf("taxed %d, %d and %d", o.Lines[0].Tax, o.Lines[2].Tax, o.Fees[0].Tax)
	}
	if o.Lines[2].Taxed.Rate != 70_000 || o.Totals.Tax != 1900+749+233+190-128 {
		t.Errorf("line 3 joins at %s, all taxes are %d", o.Lines[2].Taxed.Rate, o.Totals.Tax)
	}
}

func TestTaxFaults(t *testing.T) {
	r := &order.Request{Channel: "web", Currency: "EUR", Lines: []order.RequestLine{
		{SKU: "C0", Quantity: 1, Tax: 5, Taxed: &tax.Basis{Rate: 70_000, Contained: true}},
		{SKU: "C0", Quantity: 1, Taxed: &tax.Basis{Rate: -1}},
	}, Exchange: -1}
	if got := faultsOf(r.Check()); got != "invalid invalid: /exchange_rate=out_of_range /lines/0/tax=tax_twice /lines/1/tax_rate=invalid_rate" {
		t.Error(got)
	}
}
