package supplier_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/supplier"
)

func pointers(l *fault.List) []string {
	var out []string
	for _, f := range l.Fields() {
		out = append(out, f.Pointer)
	}
	return out
}

// Kills: each rule of a supplier; a fault that hides another.
func TestCheck(t *testing.T) {
	fine := supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "EUR", LeadDays: 7, Over: 5, Active: true}
	for name, tc := range map[string]struct {
		edit func(*supplier.Supplier)
		want []string
	}{
		"fine":          {func(*supplier.Supplier) {}, nil},
		"no code":       {func(s *supplier.Supplier) { s.Code = "" }, []string{"/code"}},
		"a space":       {func(s *supplier.Supplier) { s.Code = "ACME " }, []string{"/code"}},
		"no name":       {func(s *supplier.Supplier) { s.Name = "" }, []string{"/name"}},
		"no currency":   {func(s *supplier.Supplier) { s.Currency = "eur" }, []string{"/currency"}},
		"email":         {func(s *supplier.Supplier) { s.Email = "acme" }, []string{"/email"}},
		"country":       {func(s *supplier.Supplier) { s.Address.Country = "XX" }, []string{"/address/country"}},
		"days":          {func(s *supplier.Supplier) { s.LeadDays = -1; s.TermsDays = 731 }, []string{"/lead_days", "/terms_days"}},
		"tolerances":    {func(s *supplier.Supplier) { s.Over = 101; s.Price = -1 }, []string{"/over_percent", "/price_percent"}},
		"sends nowhere": {func(s *supplier.Supplier) { s.DropShips = true }, []string{"/location"}},
		"sends":         {func(s *supplier.Supplier) { s.DropShips, s.Location = true, 5 }, nil},
		"all at once":   {func(s *supplier.Supplier) { *s = supplier.Supplier{MinOrder: -1} }, []string{"/code", "/name", "/currency", "/minimum_order"}},
	} {
		s := fine
		tc.edit(&s)
		var l fault.List
		s.Check(&l)
		if got := pointers(&l); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// Code, currency and history stay with an edit, and an edit tells what it changes.
//
// Kills: an edit that moves a supplier to another currency; a change not told.
func TestWith(t *testing.T) {
	s := supplier.Supplier{ID: 4, Code: "ACME", Name: "Acme", Currency: "EUR", CreatedAt: 1, Version: 3}
	now := s.With(supplier.Supplier{Code: "X", Name: "Acme Ltd", Currency: "USD", LeadDays: 5, Active: true})
	if now.ID != 4 || now.Code != "ACME" || now.Currency != "EUR" || now.CreatedAt != 1 || now.Version != 3 {
		t.Errorf("became %+v", now)
	}
	if got := s.Edited(&now); !slices.Equal(got, []string{"name", "lead_days", "active"}) {
		t.Errorf("told %v", got)
	}
	if got := s.Edited(&s); got != nil {
		t.Errorf("nothing was changed, told %v", got)
	}
}

// Kills: each rule of an offer, and an item that is offered twice at once.
func TestCheckOffers(t *testing.T) {
	fine := supplier.Offer{Cost: 1_000_000, Minimum: 1, Pack: 1}
	for name, tc := range map[string]struct {
		of    supplier.Offer
		names []string
		want  []string
	}{
		"fine":     {fine, []string{"A", "B"}, nil},
		"twice":    {fine, []string{"A", "A"}, []string{"/offers/1/sku"}},
		"no name":  {fine, []string{"A", ""}, []string{"/offers/1/sku"}},
		"cost":     {supplier.Offer{Cost: -1, Minimum: 1, Pack: 1}, []string{"A"}, []string{"/offers/0/cost"}},
		"quantity": {supplier.Offer{}, []string{"A"}, []string{"/offers/0/minimum", "/offers/0/pack"}},
		"days":     {supplier.Offer{LeadDays: 731, Minimum: 1, Pack: 1}, []string{"A"}, []string{"/offers/0/lead_days"}},
		"name":     {supplier.Offer{SupplierSKU: "a\nb", Minimum: 1, Pack: 1}, []string{"A"}, []string{"/offers/0/supplier_sku"}},
		"none":     {fine, nil, []string{"/offers"}},
	} {
		list := make([]supplier.Offer, len(tc.names))
		for i := range list {
			list[i] = tc.of
		}
		var l fault.List
		supplier.CheckOffers(list, tc.names, &l)
		if got := pointers(&l); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// What is bought is enough, can be sold, and no smaller quantity is.
//
// Kills: a rounding down; a minimum that is no multiple of the pack.
func TestLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := supplier.Offer{Minimum: rapid.Int64Range(1, 40).Draw(t, "minimum"), Pack: rapid.Int64Range(1, 12).Draw(t, "pack")}
		want := rapid.Int64Range(-2, 100).Draw(t, "want")
		got := o.Least(want)
		if want <= 0 {
			if got != 0 {
				t.Fatalf("%d for nothing", got)
			}
			return
		}
		sold := func(n int64) bool { return n >= want && n >= o.Minimum && n%o.Pack == 0 }
		if !sold(got) {
			t.Fatalf("%+v of %d gives %d", o, want, got)
		}
		for n := want; n < got; n++ {
			if sold(n) {
				t.Fatalf("%+v of %d gives %d, and %d would do", o, want, got, n)
			}
		}
	})
}

// Kills: a closed offer before an open one; a cheaper one before the preferred.
func TestRank(t *testing.T) {
	by := func(code, currency string, active bool) *supplier.Supplier {
		return &supplier.Supplier{Code: code, Currency: currency, Active: active, LeadDays: 9}
	}
	offer := func(s *supplier.Supplier, cost money.Price, preferred, active bool) supplier.Choice {
		return supplier.Choice{Offer: supplier.Offer{Cost: cost, Preferred: preferred, Active: active}, By: s, Lead: s.LeadDays}
	}
	list := []supplier.Choice{
		offer(by("gone", "EUR", false), 1, true, true), offer(by("dear", "EUR", true), 9, false, true), offer(by("ended", "EUR", true), 1, false, false),
		offer(by("cheap", "EUR", true), 3, false, true), offer(by("chosen", "EUR", true), 20, true, true), offer(by("dollars", "USD", true), 1, false, true),
	}
	supplier.Rank(list)
	var got []string
	for _, c := range list {
		got = append(got, c.By.Code)
	}
	if want := []string{"chosen", "cheap", "dear", "dollars", "gone", "ended"}; !slices.Equal(got, want) {
		t.Errorf("ranked %v, want %v", got, want)
	}
}
