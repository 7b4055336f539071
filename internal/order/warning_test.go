package order_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
)

// priced is a shelf whose items have prices.
var priced = shelf{
	{ID: 1, SKU: "MUG", Kind: catalog.Goods, Price: 10_000_000, Cost: 6_000_000, WhenShort: catalog.Backorder},
	{ID: 2, SKU: "TEA", Kind: catalog.Goods, Scale: 3, WhenShort: catalog.Refuse},
	{ID: 3, SKU: "WORK", Kind: catalog.Service},
	{ID: 4, SKU: "OLD", Kind: catalog.Goods, Archived: true},
	{ID: 5, SKU: "SET", Kind: catalog.Bundle, WhenShort: catalog.Refuse, Components: []catalog.Component{{SKU: "MUG", Item: 1, Quantity: 2}}},
}

func warned(list []order.Warning) string {
	var out []string
	for _, w := range list {
		text := w.Severity + " " + w.Code
		if w.Line != 0 {
			text += fmt.Sprint(" ", w.Line)
		}
		if w.Field != "" {
			text += " " + w.Field
		}
		if w.Order != 0 {
			text += fmt.Sprint(" of ", int64(w.Order))
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// Kills: each warning that is not given, or given where it is not due; the
// bounds of what is unusual and of an hour; stock that two lines both count on.
func TestWarnings(t *testing.T) {
	line := func(sku string, q int64, price money.Price) order.RequestLine {
		return order.RequestLine{SKU: sku, Quantity: q, Price: price}
	}
	const mug = money.Price(10_000_000)
	plenty := map[int64]int64{1: 1000, 2: 1_000_000}
	bought := func(at int64, of ...order.BoughtLine) order.Bought {
		return order.Bought{ID: 70, Number: 7, At: at, Lines: of}
	}
	hour := int64(3600 * 1_000_000)
	for _, tc := range []struct {
		name  string
		lines []order.RequestLine
		past  order.Past
		want  string
	}{
		{"nothing odd", []order.RequestLine{line("MUG", 2, mug)}, order.Past{}, ""},
		{"no such item", []order.RequestLine{line("MUK", 2, mug), line("", 1, 0)}, order.Past{}, "stop unknown_sku 1"},
		{"archived", []order.RequestLine{line("OLD", 1, 0)}, order.Past{Available: map[int64]int64{4: 9}}, "stop archived_item 1"},
		{"price", []order.RequestLine{line("MUG", 1, mug-1)}, order.Past{}, "note price_differs 1"},
		{"at cost", []order.RequestLine{line("MUG", 1, 6_000_000)}, order.Past{}, "note price_differs 1"},
		{"below cost", []order.RequestLine{line("MUG", 1, 5_990_000)}, order.Past{}, "look below_cost 1"},
		{"a discount leads below cost", []order.RequestLine{{SKU: "MUG", Quantity: 2, Price: mug, Discount: 801}}, order.Past{}, "look below_cost 1"},
		{"a discount leads to cost", []order.RequestLine{{SKU: "MUG", Quantity: 2, Price: mug, Discount: 800}}, order.Past{}, ""},
		{"other currency", []order.RequestLine{line("MUG", 1, 1)}, order.Past{Currency: "EUR"}, ""},
		{"thrice the most", []order.RequestLine{line("MUG", 6, mug)}, order.Past{Bought: []order.Bought{bought(0, order.BoughtLine{1, 2})}}, ""},
		{"more than thrice", []order.RequestLine{line("MUG", 7, mug)}, order.Past{Bought: []order.Bought{bought(0, order.BoughtLine{1, 2})}}, "look unusual_quantity 1"},
		{"a canceled order is no habit", []order.RequestLine{line("MUG", 7, mug)}, order.Past{Bought: []order.Bought{{ID: 70, Canceled: true, Lines: []order.BoughtLine{{1, 2}}}}}, ""},
		{"usual of anybody", []order.RequestLine{line("MUG", 11, mug)}, order.Past{Usual: map[int64][]int64{1: {1, 1, 1, 2, 3}}}, "look unusual_quantity 1"},
		{"too few to be usual", []order.RequestLine{line("MUG", 11, mug)}, order.Past{Usual: map[int64][]int64{1: {1, 1, 1, 2}}}, ""},
		{"short", []order.RequestLine{line("MUG", 3, mug)}, order.Past{Available: map[int64]int64{1: 2}}, "look backordered 1"},
		{"two lines of one stock", []order.RequestLine{line("MUG", 3, mug), line("MUG", 3, mug)}, order.Past{Available: map[int64]int64{1: 5}}, "look backordered 2"},
		{"refused", []order.RequestLine{line("TEA", 1500, 0)}, order.Past{Available: map[int64]int64{2: 1000}}, "stop out_of_stock 1"},
		{"a bundle refuses", []order.RequestLine{line("SET", 2, 0)}, order.Past{Available: map[int64]int64{1: 3}}, "stop out_of_stock 1"},
		{"work needs no stock", []order.RequestLine{line("WORK", 5, 0)}, order.Past{Available: map[int64]int64{}}, ""},
		{"the same an hour ago", []order.RequestLine{line("MUG", 1, mug), line("MUG", 1, mug)}, order.Past{Bought: []order.Bought{bought(now-hour, order.BoughtLine{1, 2})}}, "look same_order of 70"},
		{"the same longer ago", []order.RequestLine{line("MUG", 2, mug)}, order.Past{Bought: []order.Bought{bought(now-hour-1, order.BoughtLine{1, 2})}}, ""},
		{"another quantity", []order.RequestLine{line("MUG", 3, mug)}, order.Past{Bought: []order.Bought{bought(now, order.BoughtLine{1, 2})}}, ""},
		{"may be joined", []order.RequestLine{line("MUG", 2, mug)}, order.Past{Bought: []order.Bought{{ID: 70, Number: 7, Joinable: true}}}, "note open_order of 70"},
	} {
		r := order.Request{Currency: "GBP", Lines: tc.lines}
		p := tc.past
		if p.Currency == "" {
			p.Currency = "GBP"
		}
		if p.Available == nil {
			p.Available = plenty
		}
		if got := warned(order.Warnings(&r, priced, p, now)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	r := order.Request{Currency: "GBP", Parties: party.Parties{ShipTo: party.Address{Line1: "1 High Street", City: "Leeds", PostalCode: "12", Country: "GB"}}}
	if got := warned(order.Warnings(&r, priced, order.Past{Currency: "GBP"}, now)); got != "look odd_address postal_code" {
		t.Errorf("an odd address: %q", got)
	}
}

// Kills: a warning about a line that does not change, or about stock that the
// line has already; a line that is told by its place in the change.
func TestOddities(t *testing.T) {
	o := &order.Order{Channel: "phone", Currency: money.MustCurrency("GBP"), Lines: []order.Line{
		{N: 1, SKU: "MUG", Quantity: 2, Price: 100_000}, {N: 2, SKU: "SET", Quantity: 1, Price: 15_000_000}, {N: 3, SKU: "MUG", Parent: 2, Quantity: 2}, {N: 4, SKU: "MUG", Quantity: 1, Price: 100_000}}}
	o.Party.ShipTo = party.Address{City: "Leeds"}
	d := &order.Delta{Terms: []order.Terms{{Line: 2}, {Line: 3}, {Line: 4}}}
	var got []string
	for _, w := range o.Oddities(d, priced, order.Past{Currency: "GBP"}, now) {
		got = append(got, fmt.Sprint(w.Line, " ", w.Code, w.Field))
	}
	if text := strings.Join(got, ", "); text != "4 below_cost" {
		t.Errorf("%q", text)
	}
	if d.Edited = []string{"ship_to"}; len(o.Oddities(d, priced, order.Past{Currency: "GBP"}, now)) < 2 {
		t.Error("an address without a street that is new is not odd")
	}
}

// Kills: an old price that is kept; what is gone that comes back or is not
// told; discounts and components that are ordered again.
func TestRepeat(t *testing.T) {
	old := &order.Order{Channel: "phone", Currency: money.MustCurrency("GBP"), Customer: 5, Tags: []string{"gift"}, Fees: []order.Fee{{Kind: "shipping", Amount: 300}}, Lines: []order.Line{
		{N: 1, SKU: "MUG", Quantity: 2, Price: 9_000_000, Discount: 100},
		{N: 2, SKU: "SET", Quantity: 1, Price: 15_000_000},
		{N: 3, SKU: "MUG", Parent: 2, PerParent: 2, Quantity: 2},
		{N: 4, SKU: "OLD", Title: "Old mug", Quantity: 1},
		{N: 5, SKU: "LOST", Title: "Lost", Quantity: 1},
	}}
	r, gone := order.Repeat(old, priced, "GBP")
	var lines []string
	for _, l := range r.Lines {
		lines = append(lines, fmt.Sprintf("%d %s at %s less %d", l.Quantity, l.SKU, l.Price, l.Discount))
	}
	if got, want := strings.Join(lines, ", "), "2 MUG at 10.00 less 0, 1 SET at 15.00 less 0"; got != want {
		t.Errorf("lines are %q, want %q", got, want)
	}
	if got, want := fmt.Sprint(gone), "[{OLD Old mug true} {LOST Lost false}]"; got != want {
		t.Errorf("gone are %s, want %s", got, want)
	}
	if r.CustomerID != 5 || r.Channel != "phone" || r.Currency != "GBP" || len(r.Fees) != 0 || fmt.Sprint(r.Tags) != "[gift]" {
		t.Errorf("the rest is %+v", r)
	}
}
