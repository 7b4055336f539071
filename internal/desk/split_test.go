package desk_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// Whatever is split off an order and merged again, money and units stay the
// same to the last one: what both cost is what the one did, what was paid is on
// one of them, and no unit is claimed twice or given to somebody else.
//
// Kills: a cent that rounding makes; a discount that both have; money of the
// one that the other lacks; a hold that a split escapes.
func TestSplitAndMergeCloseExactly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Refuse, "A", 40)
		s.Goods("TEA", catalog.Backorder, "A", 6, "B", 3)
		rng := rand.New(rand.NewPCG(5, 5))
		for n := range 10 {
			r := s.Request("MUG", 3, "TEA", 5)
			for i := range r.Lines {
				r.Lines[i].Price, r.Lines[i].Discount, r.Lines[i].Tax = r.Lines[i].Price/3+1, int64(rng.IntN(300)), int64(rng.IntN(300))
			}
			r.Fees = []order.Fee{{Kind: "shipping", Amount: 495, Tax: 99}, {Kind: "adjustment", Amount: -int64(rng.IntN(4000))}}
			r.Holds = []order.Hold{{Reason: "address", Blocks: []string{"ship"}}}
			if n%2 == 0 {
				r.Payments = []order.Payment{{Amount: 1 + int64(rng.IntN(3000))}}
			}
			whole := place(s, r).Order
			if n%3 == 0 {
				desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: whole.ID, Parts: []order.Part{{Line: 2, Quantity: 1}}})
				whole = read(t, s, whole.ID)
			}
			c := intake.SplitCommand{Order: whole.ID, Parts: []order.Part{{Line: 1, Quantity: int64(1 + rng.IntN(2))}, {Line: 2, Quantity: int64(rng.IntN(4))}}}
			plan, err := desk.Preview(context.Background(), s.Desk, intake.SplitOrder, s.Scope, []intake.SplitCommand{c})
			if err != nil || plan[0].Err != nil {
				t.Fatal(err, plan[0].Err)
			}
			got := desktest.Must(s, intake.SplitOrder, c).Value.(*intake.Split)
			if p := plan[0].Value.(*intake.Split); p.Moved != got.Moved || p.Made.Totals != got.Made.Totals || p.Order.Totals != got.Order.Totals {
				t.Errorf("foreseen %+v and %+v, booked %+v and %+v", p.Order.Totals, p.Made.Totals, got.Order.Totals, got.Made.Totals)
			}
			kept, made := read(t, s, whole.ID), read(t, s, got.Made.ID)
			same := func(when string, a, b *order.Order) {
				t.Helper()
				if a.Totals.Payable()+b.Totals.Payable() != whole.Totals.Payable() {
					t.Errorf("%d, %s: %d and %d are to be paid of %d", n, when, a.Totals.Payable(), b.Totals.Payable(), whole.Totals.Payable())
				}
				if a.Paid-a.Refunded+b.Paid-b.Refunded != whole.Paid {
					t.Errorf("%d, %s: %d and %d are paid of %d", n, when, a.Paid-a.Refunded, b.Paid-b.Refunded, whole.Paid)
				}
				if a.Sums.Live()+b.Sums.Live() != whole.Sums.Live() || a.Sums[order.Allocated]+b.Sums[order.Allocated] != whole.Sums[order.Allocated] {
					t.Errorf("%d, %s: %v and %v of %v", n, when, a.Sums, b.Sums, whole.Sums)
				}
			}
			same("split", kept, made)
			if made.Statuses.Hold != "held" {
				t.Errorf("the new order escaped the hold")
			}
			back := desktest.Must(s, intake.Merge, intake.MergeCommand{Order: kept.ID, From: made.ID}).Value.(*intake.Merged)
			kept, made = read(t, s, kept.ID), read(t, s, made.ID)
			same("merged", kept, made)
			if back.From.Statuses.Status != "canceled" || made.Totals.Payable() != 0 {
				t.Errorf("what went into another is %s and owes %d", made.Statuses.Status, made.Totals.Payable())
			}
			desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: kept.ID})
		}
		sound(t, s)
	})
}

// Units that cannot be claimed again, since their location was closed, wait in
// the new order: an act that begins ends, also for a customer with a record and
// an item that is not backordered.
//
// Kills: a refusal after the old order was changed.
func TestSplitOfWhatCannotBeHadAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Refuse, "A", 4)
		ada := desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{Contact: party.Contact{Name: "Ada", Email: "ada@example.com"}}})
		r := s.Request("MUG", 4)
		r.CustomerID = party.ID(ada.ID)
		r.Payments = []order.Payment{{Amount: 4000}}
		whole := place(s, r).Order
		desktest.Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: "A", Name: "Closed", Kind: "warehouse", Priority: 1, Address: party.Address{Country: "GB"}}})
		got := desktest.Must(s, intake.SplitOrder, intake.SplitCommand{Order: whole.ID, Parts: []order.Part{{Line: 1, Quantity: 3}}}).Value.(*intake.Split)
		if made := read(t, s, got.Made.ID); made.Sums[order.Backordered] != 3 || made.Customer != whole.Customer || made.Paid != got.Moved {
			t.Errorf("the new order of %d has %v, %d paid", made.Customer, made.Sums, made.Paid)
		}
		desktest.Must(s, intake.Merge, intake.MergeCommand{Order: whole.ID, From: got.Made.ID})
		if o := read(t, s, whole.ID); o.Sums.Live() != 4 || o.Paid-o.Refunded != 4000 {
			t.Errorf("merged: %v, %d paid", o.Sums, o.Paid-o.Refunded)
		}
		sound(t, s)
	})
}

// What does not belong together stays apart.
func TestSplitAndMergeRefuse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 40)
		a, b := s.Place("MUG", 2), s.Place("MUG", 2)
		split := func(parts ...order.Part) string {
			_, err := desktest.Try(s, intake.SplitOrder, intake.SplitCommand{Order: a.Order.ID, Parts: parts})
			return fault.CodeOf(err)
		}
		merge := func(change func(*order.Request)) string {
			r := s.Request("MUG", 1)
			change(&r)
			_, err := desktest.Try(s, intake.Merge, intake.MergeCommand{Order: a.Order.ID, From: place(s, r).Order.ID})
			return fault.CodeOf(err)
		}
		for want, got := range map[string]string{
			"nothing_left":    split(order.Part{Line: 1}),
			"not_splittable":  split(order.Part{Line: 1, Quantity: 3}),
			"not_mergeable":   merge(func(r *order.Request) { r.Parties.Customer = party.Contact{Name: "Bo", Email: "bo@example.com"} }),
			"not_mergeable ":  merge(func(r *order.Request) { r.Parties.ShipTo.City = "York" }) + " ",
			"not_mergeable  ": merge(func(r *order.Request) { r.Currency = "EUR" }) + "  ",
		} {
			if got != want {
				t.Errorf("%q instead of %q", got, want)
			}
		}
		if _, err := desktest.Try(s, intake.Merge, intake.MergeCommand{Order: a.Order.ID, From: a.Order.ID}); fault.CodeOf(err) != "invalid" {
			t.Errorf("merged with itself: %v", err)
		}
		for _, f := range b.Fulfillments {
			s.Work(f.ID, "release", "pick")
		}
		if _, err := desktest.Try(s, intake.Merge, intake.MergeCommand{Order: a.Order.ID, From: b.Order.ID}); fault.CodeOf(err) != "not_cancelable" {
			t.Errorf("picked goods went into another order: %v", err)
		}
		sound(t, s)
	})
}
