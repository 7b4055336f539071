package care_test

import (
	"context"
	"slices"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// At the counter goods are received, inspected and paid back in one act, and
// the preview tells what the act does. Cash goes out of the drawer for what the
// channel holds, which then has nothing left to give.
//
// Kills: an act of which a part stays when another is refused; units on two
// shelves; a line's units with two dispositions taken for one; money given by
// the drawer and by the channel; a request that is left open.
func TestReturnAtTheCounter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.Goods("TEA", catalog.Backorder, "A", 9)
		p := delivered(s, []order.Fee{{Kind: "shipping", Amount: 495}}, "MUG", 3, "TEA", 1)
		waits := s.Place("MUG", 7)
		cmd := care.CounterCommand{Order: p.Order.ID, Location: s.Locations["A"], Reason: "unwanted", Pay: care.PayCash,
			Lines: []care.CounterLine{{1, 1, returns.Restock}, {2, 1, returns.Scrap}, {1, 1, returns.Damaged}},
			Money: care.RepayCommand{Fees: []int{1}, Deduct: 100, Reason: "no box"}}
		bad := cmd
		bad.Lines = append(slices.Clone(cmd.Lines), care.CounterLine{1, 2, returns.Restock})
		if _, err := desktest.Try(s, care.CounterReturn, bad); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("four of three: %v", err)
		}
		bad = cmd
		bad.Pay = care.PayCredit
		if _, err := desktest.Try(s, care.CounterReturn, bad); fault.CodeOf(err) != "no_customer" {
			t.Errorf("credit of nobody: %v", err)
		}
		if l := level(s, "MUG", "A"); l.Damaged != 0 || l.QualityControl != 0 {
			t.Errorf("a refusal has moved %+v", l)
		}
		seen, err := desk.Preview(context.Background(), s.Desk, care.CounterReturn, s.Scope, []care.CounterCommand{cmd})
		x := desktest.Must(s, care.CounterReturn, cmd).Value.(*returns.Return)
		if err != nil || seen[0].Value.(*returns.Return).Money != x.Money {
			t.Errorf("the preview said %+v, it became %+v", seen, x.Money)
		}
		if x.State != returns.Closed || x.Origin != returns.Counter || x.Number != 1001 || x.Money.Given != 3*1295+495-100 {
			t.Errorf("%+v", x)
		}
		if l := level(s, "MUG", "A"); l.Damaged != 1 || l.QualityControl != 0 || l.OnHand != 7 || l.Reserved != 7 || loaded(s, waits.Order.ID).Sums[order.Backordered] != 0 {
			t.Errorf("the mugs lie elsewhere: %+v", l)
		}
		o := loaded(s, p.Order.ID)
		if o.Refunded != x.Money.Given || o.Sums[order.Returned] != 3 || o.Sums[order.ReturnRequested] != 0 {
			t.Errorf("%d refunded, %v", o.Refunded, o.Sums)
		}
		types := entriesOf(s)
		for _, want := range []string{"return.received", "return.inspected", "return.refunded"} {
			if !slices.Contains(types, want) {
				t.Errorf("the journal does not tell %s", want)
			}
		}
		left := o.Paid - o.Refunded
		if _, err := desktest.Try(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: left + 1}); fault.CodeOf(err) != "more_than_paid" {
			t.Errorf("the channel gives what the drawer gave: %v", err)
		}
		last := desktest.Must(s, care.CounterReturn, care.CounterCommand{Order: o.ID, Location: s.Locations["B"], Reason: "other", Pay: care.PayLater, Lines: []care.CounterLine{{1, 1, returns.Quarantine}}}).Value.(*returns.Return)
		if last.State != returns.Inspected || last.Money.Given != 0 {
			t.Errorf("%+v", last)
		}
		desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: last.ID})
		s.Remembers()
		sound(t, db)
	})
}

// Cash that was paid in goes out first as its own refund, and credit takes the
// bonus that is offered; the tenders give each their own.
func TestCounterPays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 20)
		who := offering(s, 1000)
		for _, way := range []string{care.PayCash, care.PayCredit, care.PayTenders} {
			r := s.Request("MUG", 2)
			r.CustomerID, r.Payments = who, []order.Payment{{Amount: 2000, Reference: "P"}}
			p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			desktest.Must(s, pay.Add, pay.AddCommand{Order: p.Order.ID, Tender: payment.Cash})
			s.Ship(p)
			x := desktest.Must(s, care.CounterReturn, care.CounterCommand{Order: p.Order.ID, Location: s.Locations["A"], Reason: "other", Pay: way, Lines: []care.CounterLine{{1, 2, returns.Restock}}}).Value.(*returns.Return)
			if x.Money.Given != 2590 || loaded(s, p.Order.ID).Refunded != 2590 {
				t.Errorf("%s: %+v", way, x.Money)
			}
			turned := int64(0)
			if way == care.PayCredit {
				turned = 2590
			}
			if x.Money.Turned != turned || x.Money.Bonus != turned/10 {
				t.Errorf("%s: %+v", way, x.Money)
			}
			nothingLeft(t, s, p.Order.ID)
		}
		if got := storeCredit(s, who); got != 2590+259 {
			t.Errorf("the customer has %d", got)
		}
		sound(t, db)
	})
}
