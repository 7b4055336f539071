package desk_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/checkout"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
	"orderly/internal/store/levels"
	"orderly/internal/store/storetest"
)

func claimFor(of ...any) intake.ClaimCommand {
	c := intake.ClaimCommand{Cart: intake.Cart{Channel: "web", ShipTo: party.Address{Country: "GB", PostalCode: "LS1 1AA"}}}
	for i := 0; i+1 < len(of); i += 2 {
		c.Lines = append(c.Lines, order.RequestLine{SKU: of[i].(string), Quantity: int64(of[i+1].(int))})
	}
	return c
}

func claimNow(t *testing.T, s *desktest.Shop, id int64) checkout.Claim {
	t.Helper()
	var out checkout.Claim
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := checkouts.Load(r, []checkout.ID{checkout.ID(id)})
		if c := found[checkout.ID(id)]; c != nil {
			out = *c
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func reservedAt(t *testing.T, s *desktest.Shop, item catalog.ID, at string) int64 {
	t.Helper()
	var l stock.Level
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		l, err = levels.Get(r, stock.Cell{Item: int64(item), Location: s.Locations[at]})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return l.Reserved
}

// lapse makes the time of a claim over, as if it had been made long ago.
func lapse(t *testing.T, s *desktest.Shop, id int64) {
	t.Helper()
	if err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		if err := tx.For(s.Scope.Merchant); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE checkout_claim SET created_at = $1, expires_at = $2 WHERE m = $3 AND id = $4", tx.At-2_000_000, tx.At-1_000_000, s.Scope.Merchant, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.Restart()
}

// Two checkouts want the last unit: one holds it, and whoever has it gets the
// order, also against one who comes by without a claim.
//
// Kills: two claims on one unit; an order that takes what somebody else's
// claim holds.
func TestScenarioS01LastUnitInCheckouts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("MUG", catalog.Refuse, "A", 1)
		var won []int64
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				r, err := desktest.Try(s, intake.MakeClaim, claimFor("MUG", 1))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won = append(won, r.ID)
				} else if fault.CodeOf(err) != "out_of_stock" {
					t.Errorf("a checkout that came too late: %v", err)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 || reservedAt(t, s, item, "A") != 1 {
			t.Fatalf("%d claims on one unit, %d reserved", len(won), reservedAt(t, s, item, "A"))
		}
		if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request("MUG", 1)}); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("placed what a checkout holds: %v", err)
		}
		r := s.Request("MUG", 1)
		r.Claim = won[0]
		placed := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		if c := claimNow(t, s, won[0]); c.State != checkout.Used || c.Order != int64(placed.Order.ID) || c.Lines[0].Held != 0 {
			t.Errorf("the claim is %+v", c)
		}
		if placed.Order.Sums[order.Allocated] != 1 || reservedAt(t, s, item, "A") != 1 {
			t.Errorf("allocated %d, reserved %d", placed.Order.Sums[order.Allocated], reservedAt(t, s, item, "A"))
		}
		again := s.Request("MUG", 1)
		again.Claim = won[0]
		if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: again}); fault.CodeOf(err) != "claim_used" {
			t.Errorf("used twice: %v", err)
		}
		sound(t, s)
	})
}

// Stock that changes between the cart and the payment takes nothing from who
// holds a claim, unless it is not there at all: then the claim gives way before
// orders do.
func TestScenarioS02StockChangesInCheckout(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("MUG", catalog.Backorder, "A", 5)
		held := desktest.Must(s, intake.MakeClaim, claimFor("MUG", 2))
		first := s.Place("MUG", 3)
		waits := s.Place("MUG", 1)
		if first.Order.Sums[order.Allocated] != 3 || waits.Order.Sums[order.Backordered] != 1 {
			t.Fatalf("allocated %v, waits %v", first.Order.Sums, waits.Order.Sums)
		}
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "MUG", Location: s.Locations["A"], Quantity: 4}}})
		if c := claimNow(t, s, held.ID); c.State != checkout.Displaced || c.Lines[0].Held != 0 {
			t.Errorf("four are left, three are an order's: the claim of two is %+v", c)
		}
		if n := reservedAt(t, s, item, "A"); n != 4 {
			t.Errorf("%d are reserved: three of the first, and one that waited", n)
		}
		r := s.Request("MUG", 2)
		r.Claim = held.ID
		placed := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		if placed.Order.Sums[order.Backordered] != 2 {
			t.Errorf("a claim that gave way still gives: %v", placed.Order.Sums)
		}
		sound(t, s)
	})
}

// A claim that is not used is free again: released at once, and past its time
// for whoever needs its units, before any sweep; the buyer's own claim is never
// in the way; and what is held is not shown as free.
//
// Kills: a hold that outlives its time; a buyer who is blocked by the own hold;
// a claim that is freed twice; units held that a promise offers.
func TestScenarioS06CheckoutReleased(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("MUG", catalog.Refuse, "A", 3)
		one := desktest.Must(s, intake.MakeClaim, claimFor("MUG", 3))
		if o := offered(t, s, claimFor("MUG", 1).Cart); len(o.Short) != 1 {
			t.Errorf("what is held is offered: %+v", o)
		}
		for range 2 {
			desktest.Must(s, intake.ReleaseClaim, intake.ClaimAct{Claim: checkout.ID(one.ID)})
		}
		if n := reservedAt(t, s, item, "A"); n != 0 {
			t.Fatalf("%d reserved after a release", n)
		}
		two := desktest.Must(s, intake.MakeClaim, claimFor("MUG", 3))
		desktest.Must(s, intake.ExtendClaim, intake.ClaimAct{Claim: checkout.ID(two.ID), Seconds: 3600})
		if c := claimNow(t, s, two.ID); c.ExpiresAt-c.CreatedAt < 3000*1_000_000 {
			t.Errorf("extended to %s", time.Duration(c.ExpiresAt-c.CreatedAt)*time.Microsecond)
		}
		lapse(t, s, two.ID)
		if _, err := desktest.Try(s, intake.ExtendClaim, intake.ClaimAct{Claim: checkout.ID(two.ID)}); fault.CodeOf(err) != "claim_over" {
			t.Errorf("extended after its time: %v", err)
		}
		three := desktest.Must(s, intake.MakeClaim, claimFor("MUG", 2)) // needs what the lapsed one holds
		if c := claimNow(t, s, two.ID); c.State != checkout.Expired || reservedAt(t, s, item, "A") != 2 {
			t.Errorf("past its time: %+v, %d reserved", c, reservedAt(t, s, item, "A"))
		}
		lapse(t, s, three.ID)
		placed := s.Place("MUG", 3) // so does an order
		if placed.Order.Sums[order.Allocated] != 3 || claimNow(t, s, three.ID).State != checkout.Expired {
			t.Errorf("placed %v", placed.Order.Sums)
		}
		if r := desktest.Must(s, intake.ExpireClaim, intake.ClaimAct{Claim: checkout.ID(three.ID)}); r.Status != "unchanged" {
			t.Errorf("expired twice: %s", r.Status)
		}
		sound(t, s)
	})
}
