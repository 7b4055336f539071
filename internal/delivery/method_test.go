package delivery_test

import (
	"testing"

	"orderly/internal/delivery"
	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/stock"
)

func islands() *delivery.Method {
	return &delivery.Method{
		Code: "standard", Name: "Standard", Kind: delivery.Parcel, Active: true, Days: delivery.WorkWeek,
		Zones: []delivery.Zone{
			{MinDays: 5, MaxDays: 10, Bands: []delivery.Band{{UpTo: 2000, Cost: 2500}}},
			{Countries: []string{"GB"}, MinDays: 1, MaxDays: 2, Bands: []delivery.Band{{UpTo: 1000, Cost: 395}, {UpTo: 5000, Cost: 595}}},
			{Countries: []string{"GB"}, Postcodes: []string{"HS", "KW15"}, MinDays: 3, MaxDays: 5, Bands: []delivery.Band{{UpTo: 1000, Cost: 995}}},
			{Countries: []string{"DE"}, From: []stock.LocationID{7}, MinDays: 1, MaxDays: 1},
		},
	}
}

// The most precise zone counts, and what is heavier than its last weight is
// not sent.
//
// Kills: the first zone that fits; a weight at a limit that pays the next
// band; a weight beyond the last that is sent for the last one's cost.
func TestQuote(t *testing.T) {
	m := islands()
	for _, c := range []struct {
		country, code string
		from          stock.LocationID
		grams, cost   int64
		days          int
		ok            bool
	}{
		{"GB", "LS1 1AA", 1, 1000, 395, 2, true},
		{"GB", "LS1 1AA", 1, 1001, 595, 2, true},
		{"GB", "LS1 1AA", 1, 5001, 0, 0, false},
		{"GB", "hs1 2dl", 1, 10, 995, 5, true},
		{"GB", "kw 15 1ab", 1, 10, 995, 5, true},
		{"GB", "KW14 1AB", 1, 10, 395, 2, true},
		{"GB", "HS1 2DL", 1, 1001, 0, 0, false},
		{"FR", "75001", 1, 0, 2500, 10, true},
		{"DE", "10115", 1, 10, 2500, 10, true},
		{"DE", "10115", 7, 10_000_000, 0, 1, true},
	} {
		q, ok := m.Quote(c.from, party.Address{Country: c.country, PostalCode: c.code}, c.grams)
		if ok != c.ok || ok && (q.Cost != c.cost || q.MaxDays != c.days) {
			t.Errorf("%s %s, %d g from %d: %v %+v; want %d in %d days, %v", c.country, c.code, c.grams, c.from, ok, q, c.cost, c.days, c.ok)
		}
	}
	m.From = []stock.LocationID{7}
	if _, ok := m.Quote(1, party.Address{Country: "GB"}, 1); ok {
		t.Error("sent from where the method does not send")
	}
	shop := &delivery.Method{Kind: delivery.Collect, From: []stock.LocationID{3}}
	if q, ok := shop.Quote(3, party.Address{}, 1<<40); !ok || q.Cost != 0 {
		t.Error("what is collected is not sent and costs nothing")
	}
}

// Every fault of a method is told at once, where it is.
func TestCheckMethod(t *testing.T) {
	var l fault.List
	good := islands()
	good.Tidy()
	if good.Check("", &l); l.Len() > 0 {
		t.Fatal(l.Err())
	}
	bad := islands()
	bad.Code, bad.Kind, bad.ShelfDays = "a b", "pigeon", 3
	bad.Zones[1].Bands[1].UpTo = 1000
	bad.Zones[2].Countries = nil
	bad.Zones[3].MaxDays = 0
	bad.From = []stock.LocationID{1, 1}
	bad.Check("", &l)
	for _, want := range []string{"/code", "/kind", "/shelf_days", "/from", "/zones/1/bands/1/up_to_grams", "/zones/2/countries", "/zones/3/max_days"} {
		found := false
		for _, f := range l.Fields() {
			found = found || f.Pointer == want
		}
		if !found {
			t.Errorf("nothing is said of %s", want)
		}
	}
	for kind, pointer := range map[string]string{delivery.Collect: "/from", delivery.Digital: "/zones", delivery.Van: "/zones"} {
		var l fault.List
		m := delivery.Method{Code: "x", Name: "x", Kind: kind, Days: 1, ShelfDays: 1}
		if kind == delivery.Digital {
			m.ShelfDays, m.Zones = 0, []delivery.Zone{{}}
		}
		m.Check("", &l)
		if !containsPointer(l.Fields(), pointer) {
			t.Errorf("%s: nothing is said of %s", kind, pointer)
		}
	}
}

func containsPointer(list []fault.Field, pointer string) bool {
	for _, f := range list {
		if f.Pointer == pointer {
			return true
		}
	}
	return false
}
