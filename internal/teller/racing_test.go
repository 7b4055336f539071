package teller_test

import (
	"context"
	"testing"

	"orderly/internal/connect/payments/fake"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/payment"
	"orderly/internal/store/storetest"
	"orderly/internal/teller"

	"pgregory.net/rapid"
)

// Whatever acts, answers, losses, refusals, disputes and events come in
// whatever order: after each the trial balance is zero, header, payments,
// accounts and provider explain each other, and nothing outside happens twice.
// In the end nothing is unknown, and the provider's list agrees.
func TestRacingActs(t *testing.T) { race(t, open(t, storetest.SQLite(t)), func(*rapid.T) {}) }

func race(t *testing.T, s *shop, begin func(*rapid.T)) {
	rapid.Check(t, func(t *rapid.T) {
		s.restart()
		begin(t)
		o := s.Place("MUG", rapid.IntRange(1, 3).Draw(t, "mugs")).Order.ID
		card := s.card(o, rapid.Bool().Draw(t, "at once"))
		refuse := func(err error) {
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(3, 14).Draw(t, "acts") {
			amount := rapid.Int64Range(1, 2000).Draw(t, "amount")
			switch rapid.IntRange(0, 11).Draw(t, "act") {
			case 0:
				refuse(try(s, pay.Capture, pay.MoveCommand{Payment: card, Amount: amount}))
			case 1:
				refuse(try(s, pay.Void, pay.MoveCommand{Payment: card}))
			case 2:
				refuse(try(s, pay.RefundOne, pay.MoveCommand{Payment: card, Amount: amount}))
			case 3:
				refuse(try(s, pay.Refund, pay.RefundCommand{Order: o, Amount: amount}))
			case 4:
				refuse(try(s, intake.Pay, intake.PayCommand{Order: o, Amount: amount}))
			case 5:
				refuse(try(s, pay.Add, pay.AddCommand{Order: o, Tender: payment.Cash, Amount: amount}))
			case 6:
				s.bank.Next(rapid.SampledFrom([]fake.Fault{0, fake.LostBefore, fake.LostAfter, fake.Refuses}).Draw(t, "fault"))
				s.carry()
			case 7:
				s.carry()
			case 8:
				if bodies, _ := s.bank.Told(s.now()); len(bodies) > 0 {
					s.deliver(max(0, len(bodies)-1-rapid.IntRange(0, 5).Draw(t, "event")))
				}
			case 9:
				if p := s.payment(card); p.Left() > 0 && len(p.Actions()) > 0 && p.Refundable() == p.Left() {
					if theirs := s.bank.List()[p.Reference]; theirs.Net() > 0 {
						s.bank.Dispute(p.Reference, min(amount, theirs.Net()))
					}
				}
			case 11:
				s.look()
			case 10:
				refuse(try(s, intake.Cancel, intake.CancelCommand{Order: o, Remaining: true}))
			}
			s.books(o)
			s.once()
		}
		s.settle()
		if _, err := teller.Compare(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
			t.Fatal(err)
		}
		s.settle() // what comparing found may have to be given back
		s.books(o)
		s.once()
		theirs, ours := s.bank.List()[s.payment(card).Reference], s.payment(card)
		if theirs.Captured != ours.Captured || theirs.Refunded != ours.Refunded || theirs.Disputed != ours.Disputed || ours.Captured > ours.Authorized {
			t.Fatalf("the provider holds %+v, the books %+v", theirs, ours.Amounts)
		}
	})
}
