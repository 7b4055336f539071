package buy_test

import (
	"errors"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

func open(t *testing.T, db *store.DB) *desktest.Shop { return desktest.Open(t, db) }

func read[T any](s *desktest.Shop, f func(*store.Reader) (T, error)) (out T) {
	s.T.Helper()
	err := s.DB.Read(s.T.Context(), s.Scope, func(r *store.Reader) (err error) {
		out, err = f(r)
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

// refused holds a refusal against its code and, when one is named, its place.
func refused(t *testing.T, err error, code, at string) {
	t.Helper()
	var f *fault.Error
	switch {
	case !errors.As(err, &f) || f.Code != code && (len(f.Fields) == 0 || f.Fields[0].Code != code):
		t.Errorf("refused with %v, want %s", err, code)
	case at != "" && (len(f.Fields) == 0 || f.Fields[0].Pointer != at):
		t.Errorf("refused at %+v, want %s", f.Fields, at)
	}
}

func acme() supplier.Supplier {
	return supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 7, Over: 10, Price: 2, Active: true}
}

func made(s *desktest.Shop, x supplier.Supplier) *supplier.Supplier {
	s.T.Helper()
	return desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: x}).Value.(*supplier.Supplier)
}

// Kills: two suppliers of one code or at one location; a location that is a
// warehouse; an edit of what another has edited; a currency that changes.
func TestSuppliers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		x := made(s, acme())
		_, err := desktest.Try(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: acme()})
		refused(t, err, "code_taken", "")
		_, err = desktest.Try(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{}})
		refused(t, err, "invalid", "/code")

		edit := *x
		edit.Location, edit.Currency = int64(s.Locations["A"]), "USD"
		_, err = desktest.Try(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: edit})
		refused(t, err, "not_a_supplier", "/location")
		at := desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "SUP", Name: "At Acme", Kind: "supplier", Active: true, Address: party.Address{Country: "GB"}}}).ID
		edit.Location, edit.DropShips = at, true
		got := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: edit, Version: &x.Version})
		if now := got.Value.(*supplier.Supplier); got.Status != "done" || now.Currency != "GBP" || now.Version != 2 {
			t.Errorf("edited %s: %+v", got.Status, now)
		}
		_, err = desktest.Try(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: edit, Version: &x.Version})
		refused(t, err, "edited_meanwhile", "")
		if got := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: edit}); got.Status != "unchanged" {
			t.Errorf("the same again is %s", got.Status)
		}
		other := acme()
		other.Code, other.Location = "OTHER", at
		_, err = desktest.Try(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: other})
		refused(t, err, "location_taken", "/location")

		desktest.Must(s, buy.SetSupplierState, buy.SupplierStateCommand{Supplier: x.ID})
		if got := desktest.Must(s, buy.SetSupplierState, buy.SupplierStateCommand{Supplier: x.ID}); got.Status != "unchanged" {
			t.Errorf("deactivated twice is %s", got.Status)
		}
		if list := read(s, func(r *store.Reader) ([]*supplier.Supplier, error) { return suppliers.Page(r, false, "", 9) }); len(list) != 0 {
			t.Errorf("active are %d", len(list))
		}
		if list := read(s, func(r *store.Reader) ([]*supplier.Supplier, error) { return suppliers.Page(r, true, "", 9) }); len(list) != 1 || list[0].Version != 3 {
			t.Errorf("all are %+v", list)
		}
		_, err = desktest.Try(s, buy.SetSupplierState, buy.SupplierStateCommand{Supplier: 9})
		refused(t, err, "no_such_supplier", "")
	})
}

// Kills: an offer of a bundle or of nothing; two preferred offers of one item;
// offers that replace what was not named; a repeat that tells again.
func TestOffers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		mug, pot := s.Goods("MUG", catalog.Backorder), s.Goods("POT", catalog.Backorder)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "CARD", Name: "Card", Kind: catalog.Service}})
		x := made(s, acme())
		b := acme()
		b.Code, b.LeadDays = "BETTER", 3
		y := made(s, b)

		set := func(of supplier.ID, list []supplier.Offer, skus ...string) *buy.OffersSet {
			t.Helper()
			return desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: of, SKUs: skus, Offers: list}).Value.(*buy.OffersSet)
		}
		offer := func(cost int64, preferred bool) supplier.Offer {
			return supplier.Offer{Cost: 1_000_000, Minimum: 10, Pack: 4, Preferred: preferred, Active: true, LeadDays: cost % 2}
		}
		if got := set(x.ID, []supplier.Offer{offer(2, true), offer(4, true)}, "MUG", "POT"); *got != (buy.OffersSet{Made: 2}) {
			t.Errorf("first %+v", got)
		}
		if got := set(x.ID, []supplier.Offer{offer(2, true), offer(3, true)}, "MUG", "POT"); *got != (buy.OffersSet{Changed: 1, Same: 1}) {
			t.Errorf("then %+v", got)
		}
		if got := set(y.ID, []supplier.Offer{offer(2, true)}, "MUG"); *got != (buy.OffersSet{Made: 1}) {
			t.Errorf("of another %+v", got)
		}
		choices := read(s, func(r *store.Reader) ([]supplier.Choice, error) {
			return buy.Choices(r, int64(mug), 11, s.DB.Now())
		})
		if len(choices) != 2 || choices[0].By.Code != "BETTER" || !choices[0].Preferred || choices[1].Preferred || choices[0].Quantity != 12 || choices[0].Lead != 3 {
			t.Errorf("compared %+v", choices)
		}
		if choices := read(s, func(r *store.Reader) ([]supplier.Choice, error) {
			return buy.Choices(r, int64(pot), 1, s.DB.Now())
		}); len(choices) != 1 || !choices[0].Preferred || choices[0].Lead != 1 {
			t.Errorf("the other item's %+v", choices)
		}
		_, err := desktest.Try(s, buy.SetOffers, buy.OffersCommand{Supplier: x.ID, SKUs: []string{"CARD"}, Offers: []supplier.Offer{offer(1, false)}})
		refused(t, err, "not_stocked", "/offers/0/sku")
		_, err = desktest.Try(s, buy.SetOffers, buy.OffersCommand{Supplier: x.ID, SKUs: []string{"NO"}, Offers: []supplier.Offer{offer(1, false)}})
		refused(t, err, "unknown_sku", "/offers/0/sku")
		_, err = desktest.Try(s, buy.SetOffers, buy.OffersCommand{Supplier: 9, SKUs: []string{"MUG"}, Offers: []supplier.Offer{offer(1, false)}})
		refused(t, err, "no_such_supplier", "")
	})
}
