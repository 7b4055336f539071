package verification_test

import (
	"slices"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/verification"
)

const hour = int64(3600_000_000)

func whole() party.Address {
	return party.Address{Line1: "1 High Street", City: "Berlin", PostalCode: "10115", Country: "DE"}
}

func sample(t *testing.T) *order.Order {
	t.Helper()
	eur, err := money.ParseCurrency("EUR")
	if err != nil {
		t.Fatal(err)
	}
	o := &order.Order{ID: 9, Currency: eur, Lines: []order.Line{{N: 1, Item: 5, Quantity: 2, Stocked: true, Total: 2000, Price: 10_000_000}}, Totals: order.Totals{Subtotal: 2000, Total: 2000}}
	o.Party.ShipTo, o.Party.Customer = whole(), party.Contact{Email: "ada@example.com", Phone: "1"}
	return o
}

// Each rule finds what it is for, and on an order that is in order nothing.
func TestRules(t *testing.T) {
	all := verification.Rules{Address: true, POBox: true, Missing: []string{"phone", "email", "custom.po"}, Blocked: true, DuplicateHours: 2, VelocityOrders: 2, VelocityHours: 3, Value: 2000, Quantity: 2, Totals: true}
	now := 100 * hour
	for name, x := range map[string]struct {
		change func(*verification.Facts)
		want   string
	}{
		"nothing":        {func(*verification.Facts) {}, ""},
		"no city":        {func(f *verification.Facts) { f.Order.Party.ShipTo.City = " " }, "address"},
		"no address":     {func(f *verification.Facts) { f.Order.Party.ShipTo = party.Address{} }, "address"},
		"no postal code": {func(f *verification.Facts) { f.Order.Party.ShipTo.PostalCode = "" }, "address"},
		"none there":     {func(f *verification.Facts) { f.Order.Party.ShipTo.PostalCode, f.Order.Party.ShipTo.Country = "", "HK" }, ""},
		"no number":      {func(f *verification.Facts) { f.Order.Party.ShipTo.Line1 = "High Street" }, "address"},
		"a named house": {func(f *verification.Facts) {
			f.Order.Party.ShipTo.Line1, f.Order.Party.ShipTo.Country = "Rose Cottage", "GB"
		}, ""},
		"a service goes nowhere": {func(f *verification.Facts) { f.Order.Lines[0].Stocked, f.Order.Party.ShipTo = false, party.Address{} }, ""},
		"a box":                  {func(f *verification.Facts) { f.Order.Party.ShipTo.Line1 = "P.O. Box 12" }, "po_box"},
		"Postfach":               {func(f *verification.Facts) { f.Order.Party.ShipTo.Line2 = "Postfach 12" }, "po_box"},
		"no box":                 {func(f *verification.Facts) { f.Order.Party.ShipTo.Line1 = "1 Box Hill" }, ""},
		"no mail":                {func(f *verification.Facts) { f.Order.Party.Customer.Email = "" }, "missing"},
		"no phone":               {func(f *verification.Facts) { f.Order.Party.Customer.Phone = "" }, "missing"},
		"the parcel's phone":     {func(f *verification.Facts) { f.Order.Party.Customer.Phone, f.Order.Party.ShipTo.Phone = "", "2" }, ""},
		"no field of its own":    {func(f *verification.Facts) { f.Order.Custom = []byte(`{"po":""}`) }, "missing"},
		"blocked":                {func(f *verification.Facts) { f.Blocked = "fraud" }, "blocked"},
		"again": {func(f *verification.Facts) {
			f.Before = []verification.Seen{{Key: 1, Order: 1, Number: 7, At: now - 2*hour, Lines: verification.Lines(f.Order)}}
		}, "duplicate"},
		"long ago": {func(f *verification.Facts) {
			f.Before = []verification.Seen{{Key: 1, Order: 1, Number: 7, At: now - 2*hour - 1, Lines: verification.Lines(f.Order)}}
		}, ""},
		"other lines": {func(f *verification.Facts) {
			f.Before = []verification.Seen{{Key: 1, Order: 1, Number: 7, At: now, Lines: 1}}
		}, ""},
		"a third": {func(f *verification.Facts) {
			f.Before = []verification.Seen{{Key: 1, Order: 1, At: now}, {Key: 1, Order: 2, At: now - 3*hour}}
		}, "velocity"},
		"two of one, one of another": {func(f *verification.Facts) {
			f.Before = []verification.Seen{{Key: 1, Order: 1, At: now}, {Key: 2, Order: 2, At: now}}
		}, ""},
		"dear":                 {func(f *verification.Facts) { f.Order.Totals.Total++ }, "value"},
		"dear elsewhere":       {func(f *verification.Facts) { f.Order.Totals.Total++; f.Currency = "GBP" }, ""},
		"many":                 {func(f *verification.Facts) { f.Order.Lines[0].Quantity = 3 }, "quantity"},
		"two and a half kilos": {func(f *verification.Facts) { f.Order.Lines[0].Quantity, f.Order.Lines[0].Scale = 2500, 3 }, "quantity"},
		"paid less":            {func(f *verification.Facts) { f.Order.Paid = 1333 }, "totals"},
		"paid":                 {func(f *verification.Facts) { f.Order.Paid = 2000 }, ""},
	} {
		o := sample(t)
		o.Custom = []byte(`{"po":"X"}`)
		f := verification.Facts{Order: o, Now: now, Currency: "EUR"}
		x.change(&f)
		got := ""
		for _, found := range all.Find(f) {
			got += found.Rule
			if found.Text == "" || verification.RuleOf(verification.Reason(found.Rule)) != found.Rule {
				t.Errorf("%s: found %+v", name, found)
			}
		}
		if got != x.want {
			t.Errorf("%s: found %q, want %q", name, got, x.want)
		}
	}
	var off verification.Rules
	o := sample(t)
	o.Party = party.Parties{}
	if got := off.Find(verification.Facts{Order: o, Blocked: "fraud"}); off.On() || len(got) > 0 {
		t.Errorf("without rules it found %v", got)
	}
}

// Who writes the same address otherwise is known again; other people are not.
func TestTraits(t *testing.T) {
	a := party.Parties{Customer: party.Contact{Email: "Ada@Example.com"}, ShipTo: whole()}
	b := party.Parties{Customer: party.Contact{Email: "ada@example.com "}, ShipTo: whole()}
	b.ShipTo.Line1 = "1  HIGH street"
	ka, kb := verification.Keys(4, &a), verification.Keys(4, &b)
	if len(ka) != 3 || !slices.Equal(ka, kb) {
		t.Errorf("%v and %v", ka, kb)
	}
	c := party.Parties{Customer: party.Contact{Email: "bo@example.com"}, ShipTo: whole()}
	c.ShipTo.Line1 = "11 High Street"
	for _, k := range verification.Keys(5, &c) {
		if slices.Contains(ka, k) {
			t.Error("another is taken for her")
		}
	}
	if got := verification.Keys(0, &party.Parties{}); len(got) != 0 {
		t.Errorf("nobody has traits: %v", got)
	}
}

func TestRuleFaults(t *testing.T) {
	r := verification.Rules{DuplicateHours: 169, VelocityOrders: 2, Value: -1, Quantity: -1, Missing: []string{"phone", "custom.", "name"}}
	var l fault.List
	r.Check(&l)
	var at []string
	for _, f := range l.Fields() {
		at = append(at, f.Pointer)
	}
	if want := []string{"/duplicate_hours", "/velocity_hours", "/value", "/quantity", "/missing/1", "/missing/2"}; !slices.Equal(at, want) {
		t.Errorf("faults at %v, want %v", at, want)
	}
}
