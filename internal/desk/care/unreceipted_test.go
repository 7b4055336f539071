package care_test

import (
	"context"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/credits"
	"orderly/internal/store/storetest"
	"orderly/internal/store/unreceipted"
)

// Goods without a receipt are worth the lowest price at which they left lately,
// discounts taken off; a typed sum is bounded by the policy; either becomes
// credit of somebody, who is made when nobody has the address.
//
// Kills: the item's price of today; an order that was placed and never left; a
// sum beyond the limit; a second customer of one address; credit that no
// movement explains; goods on no shelf.
func TestGoodsWithoutAReceipt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		sell := func(price money.Price, discount int64) *intake.Placed {
			r := s.Request("MUG", 2)
			r.Lines[0].Price, r.Lines[0].Discount = price, discount
			return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		}
		s.Ship(sell(10_000_000, 0))
		s.Ship(sell(9_000_000, 300)) // 15.00 for two
		sell(1_000_000, 0)           // never left
		cmd := care.TakeCommand{Location: s.Locations["B"], Email: "bea@example.com", Name: "Bea", Lines: []care.TakeLine{{"MUG", 2, returns.Restock}, {"MUG", 1, returns.Damaged}}}
		seen, err := desk.Preview(context.Background(), s.Desk, care.TakeUnreceipted, s.Scope, []care.TakeCommand{cmd})
		u := desktest.Must(s, care.TakeUnreceipted, cmd).Value.(*returns.Unreceipted)
		if err != nil || seen[0].Value.(*returns.Unreceipted).Amount != u.Amount || u.Amount != 3*750 || u.Lines[0].Lowest != 750 || u.Name() != "U1001" {
			t.Fatalf("%+v, %v", u, err)
		}
		if l := level(s, "MUG", "B"); l.OnHand != 2 || l.Damaged != 1 {
			t.Errorf("%+v", l)
		}
		if storeCredit(s, u.Customer) != 2250 {
			t.Errorf("the customer has %d", storeCredit(s, u.Customer))
		}
		unsold := cmd
		unsold.Lines = []care.TakeLine{{"TEA", 1, returns.Scrap}}
		if _, err := desktest.Try(s, care.TakeUnreceipted, unsold); fault.CodeOf(err) != "not_sold" {
			t.Errorf("a price that nobody paid: %v", err)
		}
		typed := int64(500)
		unsold.Amount = &typed
		if _, err := desktest.Try(s, care.TakeUnreceipted, unsold); fault.CodeOf(err) != "missing" && fault.CodeOf(err) != "invalid" {
			t.Errorf("a sum without a reason: %v", err)
		}
		unsold.Reason = "looks like ours"
		if _, err := desktest.Try(s, care.TakeUnreceipted, unsold); fault.CodeOf(err) != "beyond_limit" {
			t.Errorf("a sum that no policy allows: %v", err)
		}
		p := returns.Default
		p.TypedMost = 500
		desktest.Must(s, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: p})
		second := desktest.Must(s, care.TakeUnreceipted, unsold).Value.(*returns.Unreceipted)
		if second.Customer != u.Customer || second.Number != 1002 || storeCredit(s, party.ID(u.Customer)) != 2750 {
			t.Errorf("%+v", second)
		}
		read(s, func(r *store.Reader) error {
			list, err := unreceipted.List(r, 1<<62, 5)
			if len(list) != 2 || list[1].Lines[1].Disposition != returns.Damaged || list[0].Reason != "looks like ours" {
				t.Errorf("%+v", list)
			}
			moves, err2 := credits.OfCustomers(r, []int64{int64(u.Customer)})
			if err2 != nil || len(moves) != 1 {
				t.Errorf("%d accounts, %v", len(moves), err2)
			}
			return err
		})
		s.Remembers()
		sound(t, db)
	})
}
