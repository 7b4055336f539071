package desk_test

import (
	"context"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// An even exchange costs nothing, a dearer one is owed and held until it is
// paid, of a cheaper one the rest goes back with the refund; and the books agree.
//
// Kills: a credit that is given back besides; a discount that the replacement
// forgets; a replacement that leaves unpaid; an exchange twice for one return.
func TestScenarioS21Exchange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 30)
		s.Goods("POT", catalog.Backorder, "A", 30)
		dear, cheap := money.Price(20_000_000), money.Price(5_000_000)
		for _, tc := range []struct {
			name         string
			sku          string
			price        *money.Price
			credit, rest int64
			due          int64
			given        int64
		}{
			{"the same", "MUG", nil, 1200, 0, 0, 0},
			{"a dearer one", "POT", &dear, 1200, 0, 800, 0},
			{"a cheaper one", "POT", &cheap, 500, 700, 0, 700},
		} {
			r := s.Request("MUG", 2)
			r.Lines[0].Discount = 190 // two mugs for 24.00
			r.Payments = []order.Payment{{Amount: 2400, Reference: "P"}}
			p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			s.Ship(p)
			ask := care.AskCommand{Order: p.Order.ID, Approve: true, Lines: []care.AskLine{{Line: 1, Quantity: 1, Reason: "wrong_size"}}}
			id := returns.ID(desktest.Must(s, care.RequestReturn, ask).ID)
			c := intake.ExchangeCommand{Return: id, Lines: []intake.ExchangeLine{{SKU: tc.sku, Quantity: 1, Price: tc.price}}}
			if _, err := desktest.Try(s, intake.Exchange, c); fault.CodeOf(err) != "not_received" {
				t.Errorf("%s: before anything came: %v", tc.name, err)
			}
			c.Advance = true
			seen, err := desk.Preview(context.Background(), s.Desk, intake.Exchange, s.Scope, []intake.ExchangeCommand{c})
			x := desktest.Must(s, intake.Exchange, c).Value.(*intake.Exchanged)
			if err != nil || seen[0].Value.(*intake.Exchanged).Credit != x.Credit {
				t.Errorf("%s: foreseen %+v %v", tc.name, seen, err)
			}
			if x.Credit != tc.credit || x.Rest != tc.rest || x.Order.Totals.Payable() != tc.due || (x.Order.Statuses.Hold == "held") != (tc.due > 0) {
				t.Errorf("%s: %d of credit, %d left, %d due, %s", tc.name, x.Credit, x.Rest, x.Order.Totals.Payable(), x.Order.Statuses.Hold)
			}
			if _, err := desktest.Try(s, intake.Exchange, c); fault.CodeOf(err) != "not_now" {
				t.Errorf("%s: exchanged twice: %v", tc.name, err)
			}
			desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: id, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 1}}})
			done := desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: id}).Value.(*returns.Return)
			if m := done.Money; m.Worth != 1200 || m.Settled != tc.credit || m.Given != tc.given || m.Deducted != 0 {
				t.Errorf("%s: %+v", tc.name, m)
			}
		}
		report, err := verify.Run(context.Background(), db, verify.Options{Level: verify.Deep})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range report.Violations {
			if v.ID != "R1" && v.ID != "R2" {
				t.Errorf("%+v", v)
			}
		}
		s.Remembers()
	})
}
