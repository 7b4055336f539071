package restocking_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/replenish"
	"orderly/internal/restocking"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
)

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

func demand(s *desktest.Shop, item catalog.ID) map[int64]int64 {
	s.T.Helper()
	if err := restocking.CatchUp(context.Background(), s.DB, s.Scope.Merchant); err != nil {
		s.T.Fatal(err)
	}
	out := map[int64]int64{}
	for cell, weeks := range read(s, func(r *store.Reader) (map[replenish.Cell][]replenish.Demanded, error) {
		return replenishment.DemandOf(r, []int64{int64(item)}, 0)
	}) {
		for _, w := range weeks {
			if w.Units != 0 {
				out[cell.Location] += w.Units
			}
		}
	}
	return out
}

func same(t *testing.T, what string, got, want map[int64]int64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}

// Demand is counted where units are claimed, and at no place while they wait;
// what is canceled was not wanted, and what is sent counts once.
//
// Kills: a unit counted when it is claimed and again when it leaves; canceled
// units that stay; a crash-safe cursor that counts twice.
func TestDemandFollowsOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		mug := s.Goods("MUG", catalog.Backorder, "A", 5, "B", 4)
		a, b := int64(s.Locations["A"]), int64(s.Locations["B"])
		first := s.Place("MUG", 3)
		same(t, "after one order", demand(s, mug), map[int64]int64{a: 3})
		s.Ship(first)
		same(t, "after it was sent", demand(s, mug), map[int64]int64{a: 3})
		second := s.Place("MUG", 12) // 2 at A, 4 at B, 6 wait
		same(t, "after one that waits", demand(s, mug), map[int64]int64{a: 5, b: 4, 0: 6})
		s.Receive("MUG", "A", 2)
		same(t, "after some came", demand(s, mug), map[int64]int64{a: 7, b: 4, 0: 4})
		desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: order.ID(second.Order.ID)})
		same(t, "after it was canceled", demand(s, mug), map[int64]int64{a: 3})
		same(t, "after nothing", demand(s, mug), map[int64]int64{a: 3})
	})
}

func policy(kind string) replenish.Policy {
	return replenish.Policy{Kind: kind, Source: replenish.FromSupplier, Service: 9500, Active: true}
}

// A run proposes what is below its levels, from the preferred offer, in its
// packs; the same facts propose the same lines, other facts replace them.
func TestRunProposes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		mug := s.Goods("MUG", catalog.Backorder, "A", 4, "B", 30)
		s.Goods("CUP", catalog.Backorder, "A", 1)
		a, b := int64(s.Locations["A"]), int64(s.Locations["B"])
		acme := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", LeadDays: 14, Active: true}}).Value.(*supplier.Supplier)
		desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: acme.ID, SKUs: []string{"MUG"}, Offers: []supplier.Offer{{Cost: 2_000_000, Minimum: 10, Pack: 6, Active: true}}})

		at := policy(replenish.MinMax)
		at.Item, at.Location, at.ReorderAt, at.UpTo = int64(mug), a, 10, 25
		desktest.Must(s, buy.SavePolicy, buy.PolicyCommand{Policy: at})
		from := policy(replenish.MinMax)
		from.Item, from.Location, from.ReorderAt, from.UpTo, from.Source, from.From, from.Pack = int64(mug), int64(s.Locations["C"]), 5, 20, replenish.FromLocation, b, 4
		desktest.Must(s, buy.SavePolicy, buy.PolicyCommand{Policy: from})

		dry, err := restocking.Run(t.Context(), s.Desk, s.Scope, restocking.Dry, nil)
		if err != nil {
			t.Fatal(err)
		}
		open := func() []*replenish.Line {
			return read(s, func(r *store.Reader) ([]*replenish.Line, error) {
				return replenishment.PageLines(r, replenish.Open, 0, 100)
			})
		}
		if len(open()) != 0 {
			t.Error("a dry run kept lines")
		}
		run := func() restocking.Report {
			t.Helper()
			out, err := restocking.Run(t.Context(), s.Desk, s.Scope, restocking.ByPerson, nil)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := run(); got.Made != 2 || len(dry.Lines) != 2 {
			t.Fatalf("made %d lines, the dry run %d, want 2", got.Made, len(dry.Lines))
		}
		byPlace := map[int64]*replenish.Line{}
		for _, l := range open() {
			byPlace[l.Location] = l
		}
		// 4 at A: 21 are missing up to 25, 24 in packs of 6.
		if l := byPlace[a]; l == nil || l.Quantity != 24 || l.Supplier != int64(acme.ID) || l.Why.Wanted != 21 || l.Cost != 2_000_000 {
			t.Errorf("at A: %+v", l)
		}
		if l := byPlace[int64(s.Locations["C"])]; l == nil || l.Quantity != 20 || l.From != b || l.Supplier != 0 {
			t.Errorf("at C: %+v", l)
		}
		if got := run(); got.Made != 0 || got.Same != 2 {
			t.Errorf("the same again: %+v", got)
		}
		s.Receive("MUG", "A", 3)
		if got := run(); got.Made != 1 || got.Replaced != 1 || got.Same != 1 {
			t.Errorf("after some came: %+v", got)
		}
		id := byPlace[int64(s.Locations["C"])].ID
		desktest.Must(s, buy.Dismiss, buy.DecideCommand{Lines: []replenish.LineID{id}})
		if _, err := desktest.Try(s, buy.Dismiss, buy.DecideCommand{Lines: []replenish.LineID{id}}); err == nil {
			t.Error("what was dismissed was dismissed again")
		}
		s.Receive("MUG", "A", 30)
		if got := run(); got.Replaced != 1 || len(open()) != 1 {
			t.Errorf("after enough came: %+v, open %d", got, len(open()))
		}
	})
}

// Levels follow demand where nobody sets them: an item that sells every week is
// kept for its lead time, one that never sold is not bought.
func TestRunFollowsDemand(t *testing.T) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, c *storetest.Ahead) {
		s := desktest.Open(t, db)
		mug := s.Goods("MUG", catalog.Backorder, "A", 200)
		s.Goods("CUP", catalog.Backorder, "A", 1)
		for range 30 {
			s.Place("MUG", 6)
			c.Pass(7 * 24 * time.Hour)
		}
		def := policy(replenish.OrderUpTo)
		def.LeadDays = 21
		desktest.Must(s, buy.SavePolicy, buy.PolicyCommand{Policy: def})
		acme := desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme", Currency: "GBP", Active: true}}).Value.(*supplier.Supplier)
		desktest.Must(s, buy.SetOffers, buy.OffersCommand{Supplier: acme.ID, SKUs: []string{"MUG", "CUP"}, Offers: []supplier.Offer{{Cost: 2_000_000, Minimum: 1, Pack: 1, Active: true}, {Cost: 2_000_000, Minimum: 1, Pack: 1, Active: true}}})
		out, err := restocking.Run(t.Context(), s.Desk, s.Scope, restocking.Dry, nil)
		if err != nil {
			t.Fatal(err)
		}
		// 200 less 30 weeks of 6 leave 20 or less; 24 are wanted in four weeks.
		if len(out.Lines) != 1 || out.Lines[0].Item != int64(mug) || out.Lines[0].Why.Levels.ReorderAt != 24 || out.Lines[0].Why.Levels.Class != replenish.Smooth {
			t.Fatalf("%+v", out.Lines)
		}
	})
}
