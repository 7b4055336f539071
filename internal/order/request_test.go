package order_test

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"

	"github.com/google/go-cmp/cmp"
)

func TestAFullRequestIsFine(t *testing.T) {
	if err := full().Check(); err != nil {
		t.Error(err)
	}
	r := &order.Request{Channel: "web", Currency: "GBP", Lines: []order.RequestLine{{SKU: "MUG", Quantity: 1}}}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

// Each fault by itself, at its place.
//
// Kills: every single rule of Check, and every pointer.
func TestRequestFaults(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) } // characters, not bytes
	set := func(change func(*order.RequestLine)) func(*order.Request) {
		return func(r *order.Request) { change(&r.Lines[1]) }
	}
	for _, tc := range []struct {
		want   string // pointer=code, or several
		change func(*order.Request)
	}{
		{"/channel=missing", func(r *order.Request) { r.Channel = "" }},
		{"/channel=too_long", func(r *order.Request) { r.Channel = long(61) }},
		{"/channel=invalid_text", func(r *order.Request) { r.Channel = "a\nb" }},
		{"/channel=invalid_text", func(r *order.Request) { r.Channel = "\xff" }},
		{"/external_id=too_long", func(r *order.Request) { r.ExternalID = long(201) }},
		{"/external_id=invalid_text", func(r *order.Request) { r.ExternalID = "\x7f" }},
		{"/currency=unknown_currency", func(r *order.Request) { r.Currency = "XYZ" }},
		{"/customer/email=invalid_email", func(r *order.Request) { r.Parties.Customer.Email = "ada" }},
		{"/ship_to/country=unknown_country", func(r *order.Request) { r.Parties.ShipTo.Country = "UK" }},
		{"/bill_to/line1=too_long", func(r *order.Request) { r.Parties.BillTo.Line1 = long(party.MaxField + 1) }},
		{"/lines=missing", func(r *order.Request) { r.Lines = nil }},
		{"/lines=too_many_lines", func(r *order.Request) { r.Lines = make([]order.RequestLine, order.MaxLines+1) }},
		{"/lines/1/sku=missing", set(func(l *order.RequestLine) { l.SKU = "" })},
		{"/lines/1/sku=too_long", set(func(l *order.RequestLine) { l.SKU = long(catalog.MaxSKU + 1) })},
		{"/lines/1/title=too_long", set(func(l *order.RequestLine) { l.Title = long(order.MaxTextLength + 1) })},
		{"/lines/1/title=invalid_text", set(func(l *order.RequestLine) { l.Title = "a\x00" })},
		{"/lines/1/quantity=not_positive", set(func(l *order.RequestLine) { l.Quantity = 0 })},
		{"/lines/1/quantity=not_positive", set(func(l *order.RequestLine) { l.Quantity = math.MinInt64 })},
		{"/lines/1/quantity=too_large", set(func(l *order.RequestLine) { l.Quantity = order.MaxQuantity + 1 })},
		{"/lines/1/unit_price=negative", set(func(l *order.RequestLine) { l.Price = -1 })},
		{"/lines/1/discount=negative", set(func(l *order.RequestLine) { l.Discount = -1 })},
		{"/lines/1/tax=out_of_range", set(func(l *order.RequestLine) { l.Tax = -1 })},
		{"/lines/1/tax=out_of_range", set(func(l *order.RequestLine) { l.Tax = money.MaxTotal + 1 })},
		{"/lines/1/custom=invalid_value", set(func(l *order.RequestLine) { l.Custom = json.RawMessage(`{"a":[]}`) })},
		{"/fees=too_many", func(r *order.Request) { r.Fees = slices.Repeat(r.Fees, order.MaxFees+1) }},
		{"/fees/0/kind=unknown_kind", func(r *order.Request) { r.Fees[0].Kind = "tip" }},
		{"/fees/0/amount=negative", func(r *order.Request) { r.Fees[0].Amount = -1 }},
		{"/fees/0/amount=too_large", func(r *order.Request) { r.Fees[0].Amount = money.MaxTotal + 1 }},
		{"/fees/0/amount=too_large", func(r *order.Request) { r.Fees[0] = order.Fee{Kind: "adjustment", Amount: math.MinInt64} }},
		{"/fees/0/tax=too_large", func(r *order.Request) { r.Fees[0].Tax = -money.MaxTotal - 1 }},
		{"/fees/0/code=too_long", func(r *order.Request) { r.Fees[0].Code = long(61) }},
		{"/fees/0/label=too_long", func(r *order.Request) { r.Fees[0].Label = long(order.MaxTextLength + 1) }},
		{"/payments=too_many", func(r *order.Request) { r.Payments = slices.Repeat(r.Payments, order.MaxFees+1) }},
		{"/payments/0/amount=out_of_range", func(r *order.Request) { r.Payments[0].Amount = 0 }},
		{"/payments/0/amount=out_of_range", func(r *order.Request) { r.Payments[0].Amount = money.MaxTotal + 1 }},
		{"/payments/0/reference=too_long", func(r *order.Request) { r.Payments[0].Reference = long(201) }},
		{"/tags=too_many", func(r *order.Request) { r.Tags = slices.Repeat(r.Tags, order.MaxTags+1) }},
		{"/tags/1=missing", func(r *order.Request) { r.Tags = append(r.Tags, "") }},
		{"/tags/1=too_long", func(r *order.Request) { r.Tags = append(r.Tags, long(order.MaxTagLength+1)) }},
		{"/tags/1=invalid_text", func(r *order.Request) { r.Tags = append(r.Tags, " gift") }},
		{"/note=too_long", func(r *order.Request) { r.Note = strings.Repeat("a", order.MaxNoteBytes+1) }},
		{"/note=invalid_text", func(r *order.Request) { r.Note = "\xff" }},
		{"/note=invalid_text", func(r *order.Request) { r.Note = "a\x00b" }},
		{"/priority=out_of_range", func(r *order.Request) { r.Priority = 1001 }},
		{"/priority=out_of_range", func(r *order.Request) { r.Priority = -1001 }},
		{"/holds=too_many", func(r *order.Request) { r.Holds = slices.Repeat(r.Holds, order.MaxHolds+1) }},
		{"/holds/0/reason=missing", func(r *order.Request) { r.Holds[0].Reason = "" }},
		{"/holds/0/note=too_long", func(r *order.Request) { r.Holds[0].Note = strings.Repeat("a", order.MaxNoteBytes+1) }},
		{"/holds/0/blocks=unknown_act", func(r *order.Request) { r.Holds[0].Blocks = []string{"deliver"} }},
		{"/holds/0/blocks=repeated", func(r *order.Request) { r.Holds[0].Blocks = []string{"ship", "ship"} }},
		{"/holds/0/blocks=too_many", func(r *order.Request) { r.Holds[0].Blocks = slices.Repeat([]string{"ship"}, 1000) }},
		{"/custom=too_long", func(r *order.Request) { r.Custom = json.RawMessage(`{"a":"` + strings.Repeat("a", 4096) + `"}`) }},
		{"/custom=invalid_custom", func(r *order.Request) { r.Custom = json.RawMessage(`[]`) }},
		{"/channel=missing /currency=unknown_currency /lines/0/quantity=not_positive /lines/1/sku=missing /priority=out_of_range /tags/0=missing",
			func(r *order.Request) {
				r.Channel, r.Currency, r.Lines[0].Quantity, r.Lines[1].SKU, r.Priority, r.Tags = "", "", 0, "", 5000, []string{""}
			}},
	} {
		r := full()
		r.Lines = append(r.Lines, order.RequestLine{SKU: "PEN", Quantity: 1})
		tc.change(r)
		if diff := cmp.Diff("invalid invalid: "+tc.want, faultsOf(r.Check())); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// Control characters make no difference to how far text may go.
func TestTextLimitsCountCharacters(t *testing.T) {
	r := full()
	r.Channel, r.Tags = strings.Repeat("é", 60), []string{strings.Repeat("語", order.MaxTagLength)}
	r.Note, r.Lines[0].Title = "two\n\tlines", strings.Repeat("é", order.MaxTextLength)
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

// What New refuses, all at once.
//
// Kills: an archived item that is sold; a bundle with a hole; a discount over
// the price; a first fault that hides the second.
func TestNewRefuses(t *testing.T) {
	r := &order.Request{Channel: "web", Currency: "GBP", Lines: []order.RequestLine{
		{SKU: "MUG", Quantity: 1, Price: 1_000_000}, {SKU: "NONE", Quantity: 1}, {SKU: "OLD", Quantity: 1}, {SKU: "BROKEN", Quantity: 1},
		{SKU: "MUG", Quantity: 1, Price: 1_000_000, Discount: 101}, {SKU: "TEASET", Quantity: order.MaxQuantity},
		{SKU: "MUG", Quantity: order.MaxQuantity, Price: money.MaxPrice},
	}}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	_, err := order.New(header(), r, items)
	want := "invalid invalid: /lines/1/sku=unknown_sku /lines/2/sku=archived_item /lines/3/sku=broken_bundle /lines/4/discount=too_large " +
		"/lines/5/quantity=too_large /lines/5/quantity=too_large /lines/6=total_too_large"
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	r.Lines = slices.Repeat([]order.RequestLine{{SKU: "GIFT", Quantity: 1}}, order.MaxLines/4+1)
	if _, err := order.New(header(), r, items); faultsOf(err) != "invalid invalid: /lines=too_many_lines" {
		t.Errorf("bundles whose components are over the limit: %v", err)
	}
}

// Kills: components that are priced; a component's count not multiplied;
// PlacedAt left at zero; the customer of the header ignored.
func TestNew(t *testing.T) {
	r := &order.Request{Channel: "web", Currency: "GBP", Lines: []order.RequestLine{
		{SKU: "TEASET", Quantity: 3, Price: 9_995_000, Tax: 5, Custom: json.RawMessage(`{"a":1}`)}, {SKU: "TEA", Quantity: 1500, Price: 8_000_000, Title: "Green"}}}
	h := header()
	h.Customer = 44
	o, err := order.New(h, r, items)
	if err != nil {
		t.Fatal(err)
	}
	units := func(n int64) order.Buckets { return order.Buckets{order.Ordered: n, order.Unsourced: n} }
	want := []order.Line{
		{N: 1, Item: 6, SKU: "TEASET", Title: "Tea set", Unit: "pcs", Quantity: 3, Price: 9_995_000, Total: 2999, Moved: -5_000_000, Tax: 5, Custom: json.RawMessage(`{"a":1}`)},
		{N: 2, Item: 1, SKU: "MUG", Title: "Mug", Unit: "pcs", Stocked: true, Parent: 1, PerParent: 2, Quantity: 6, Q: units(6)},
		{N: 3, Item: 2, SKU: "TEA", Title: "Tea", Unit: "kg", Scale: 3, Stocked: true, Parent: 1, PerParent: 250, Quantity: 750, Q: units(750)},
		{N: 4, Item: 2, SKU: "TEA", Title: "Green", Unit: "kg", Scale: 3, Stocked: true, Quantity: 1500, Price: 8_000_000, Total: 1200, Q: units(1500)},
	}
	if diff := cmp.Diff(want, o.Lines); diff != "" {
		t.Errorf("lines (-want +got)\n%s", diff)
	}
	if o.PlacedAt != now || o.Customer != 44 || o.Sums != units(2256) || o.Totals.Total != 4204 || o.Totals.Moved != -5_000_000 {
		t.Errorf("placed at %d for %d, sums %v, totals %+v", o.PlacedAt, o.Customer, o.Sums, o.Totals)
	}
	r.PlacedAt, r.CustomerID = 5, 66
	if o, err = order.New(h, r, items); err != nil || o.PlacedAt != 5 || o.CreatedAt != now || o.Customer != 66 {
		t.Errorf("placed at %d, made at %d, for %d: %v", o.PlacedAt, o.CreatedAt, o.Customer, err)
	}
}

// Any JSON makes a request that is refused with faults or makes an order that
// keeps all laws.
func FuzzRequestCheck(f *testing.F) {
	for _, r := range []*order.Request{full(), {Currency: "GBP"}, {Channel: "web", Currency: "JPY", Lines: []order.RequestLine{{SKU: "GIFT", Quantity: 9, Price: 1}}}} {
		b, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"Channel":"w","Currency":"GBP","Lines":[{"SKU":"MUG","Quantity":1,"Tax":9223372036854775807}],"Fees":[{"Kind":"adjustment","Amount":-9223372036854775808}]}`))
	f.Add([]byte(`{"Channel":"w","Currency":"GBP","Lines":[{"SKU":"MUG","Quantity":1,"Tax":9223372036854775807},{"SKU":"MUG","Quantity":1,"Tax":9223372036854775807}]}`))
	f.Add([]byte(`{"Channel":"w","Currency":"GBP","Lines":[{"SKU":"MUG","Quantity":1}],"Fees":[{"Kind":"fee","Amount":9223372036854775807},{"Kind":"fee","Amount":9223372036854775807}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r order.Request
		if json.Unmarshal(b, &r) != nil {
			return
		}
		if err := r.Check(); err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if len(r.Hash()) != 32 {
			t.Fatalf("%s has no hash", b)
		}
		o, err := order.New(header(), &r, items)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		exact := new(big.Int)
		for i := range o.Lines {
			exact.Add(exact, big.NewInt(o.Lines[i].Total-o.Lines[i].Discount)).Add(exact, big.NewInt(o.Lines[i].Tax))
		}
		for _, f := range o.Fees {
			exact.Add(exact, big.NewInt(f.Amount)).Add(exact, big.NewInt(f.Tax))
		}
		s := o.Totals
		if exact.Cmp(big.NewInt(s.Total)) != 0 || s.Total != s.Subtotal-s.Discount+s.Tax+s.Fees || max(s.Total, -s.Total) > money.MaxTotal {
			t.Fatalf("totals are %+v, the parts sum to %s", s, exact)
		}
		for _, l := range leaves(o) {
			if err := l.Q.Check(); err != nil {
				t.Fatal(err)
			}
		}
		moves, err := o.Cancel(nil, nil, false)
		if err == nil {
			err = move(o, moves...)
		}
		if err != nil || o.Totals.Payable() != 0 {
			t.Fatalf("canceled whole: %d is owed, %v", o.Totals.Payable(), err)
		}
	})
}
