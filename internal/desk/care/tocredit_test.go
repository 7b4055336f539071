package care_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	giving "orderly/internal/desk/credit"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/credits"
	"orderly/internal/store/payments"
	"orderly/internal/store/storetest"
)

// offering has the shop offer store credit with a bonus, and makes a customer.
func offering(s *desktest.Shop, bonus int64) party.ID {
	s.T.Helper()
	p := returns.Default
	p.Credit, p.Bonus, p.Auto = true, bonus, true
	desktest.Must(s, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: p})
	return party.ID(desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "c", Contact: party.Contact{Name: "Ada Byron", Email: "ada@example.com"}}}).ID)
}

func storeCredit(s *desktest.Shop, who party.ID) (balance int64) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		list, err := credits.OfCustomers(r, []int64{int64(who)})
		for _, a := range list {
			balance += a.Balance
		}
		return err
	})
	return balance
}

// Property of money: a return is refunded in whatever parts, each partly as
// store credit, out of an order that was paid by three tenders. Together the
// parts are what was paid; what became credit is no tender's to give any more;
// the credit has its part and the bonus, to the minor unit.
//
// Kills: a part given twice, by a tender and as credit; a bonus that grows with
// the number of parts; a refund that is refused and has moved something.
func TestRefundsToCreditClose(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 99)
		who := offering(s, 333)
		draw := rand.New(rand.NewPCG(7, 11))
		had := int64(0)
		for round := range 4 {
			hash := credit.Hash(s.Scope.Merchant, "CARD"+string(rune('A'+round)))
			desktest.Must(s, giving.Issue, giving.IssueCommand{Kind: credit.GiftCard, Currency: "GBP", Amount: 700, Reason: "test", Hash: hash, Hint: "x"})
			r := s.Request("MUG", 3+round)
			r.CustomerID = who
			r.Payments = []order.Payment{{Amount: 1000, Reference: "P"}}
			p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			desktest.Must(s, pay.Add, pay.AddCommand{Order: p.Order.ID, Tender: payment.GiftCard, Card: hash})
			desktest.Must(s, pay.Add, pay.AddCommand{Order: p.Order.ID, Tender: payment.Cash})
			s.Ship(p)
			x := asked(s, care.AskCommand{Order: p.Order.ID, Force: true, Approve: true, Credit: round%2 == 0, Lines: []care.AskLine{{Line: 1, Reason: "other"}}})
			desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: int64(3 + round)}}})
			for left := int64(3 + round); left > 0; {
				n := 1 + draw.Int64N(left)
				part := draw.Int64N(n*1295 + 1)
				cmd := care.RepayCommand{Return: x.ID, Lines: []care.RepayLine{{N: 1, Quantity: n}}, Credit: &part}
				much := n*1295 + 1
				if _, err := desktest.Try(s, care.RepayReturn, care.RepayCommand{Return: x.ID, Lines: cmd.Lines, Credit: &much}); fault.CodeOf(err) != "more_than_given" {
					t.Fatalf("more credit than is given: %v", err)
				}
				seen, err := desk.Preview(context.Background(), s.Desk, care.RepayReturn, s.Scope, []care.RepayCommand{cmd})
				done := desktest.Must(s, care.RepayReturn, cmd).Value.(*returns.Return)
				if err != nil || seen[0].Value.(*returns.Return).Money != done.Money {
					t.Fatalf("the preview said %+v, it became %+v", seen[0].Value, done.Money)
				}
				x, left = done, left-n
			}
			total, m := int64(3+round)*1295, x.Money
			if m.Given != total || loaded(s, p.Order.ID).Refunded != total || m.Bonus != returns.BonusOf(m.Turned, 333) {
				t.Fatalf("%+v of %d", m, total)
			}
			if got := storeCredit(s, who); got != had+m.Turned+m.Bonus {
				t.Fatalf("the customer has %d after %d with %d and %d", got, had, m.Turned, m.Bonus)
			}
			had += m.Turned + m.Bonus
			nothingLeft(t, s, p.Order.ID)
		}
		sound(t, db)
	})
}

// nothingLeft holds that no tender gives anything more, though together they
// still hold what became store credit.
func nothingLeft(t *testing.T, s *desktest.Shop, id order.ID) {
	t.Helper()
	var list []*payment.Payment
	read(s, func(r *store.Reader) (err error) {
		list, err = payments.OfOrders(r, []int64{int64(id)})
		return err
	})
	o := loaded(s, id)
	if left := payment.Returnable(list, o.Paid, o.Refunded); left != 0 {
		t.Fatalf("%d can be given back again", left)
	}
	if _, err := desktest.Try(s, pay.Refund, pay.RefundCommand{Order: id, Amount: 1}); fault.CodeOf(err) != "more_than_paid" {
		t.Fatalf("given back again: %v", err)
	}
	for _, p := range list {
		if p.Captured == 0 {
			continue
		}
		if _, err := desktest.Try(s, pay.RefundOne, pay.MoveCommand{Payment: p.ID, Amount: 1}); err == nil {
			t.Fatalf("%s gives back again", p.Tender)
		}
	}
}

// The customer chooses where the policy offers it, with the bonus of that day;
// without a customer's record, or an offer, nobody can.
func TestCustomerChoosesCredit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		guest := delivered(s, nil, "MUG", 1)
		who := offering(s, 1000)
		choose := func(p *intake.Placed) (desk.Result, error) {
			return as(s, care.AskReturn, link(p), care.AskCommand{Order: p.Order.ID, Credit: true, Lines: []care.AskLine{{Line: 1, Quantity: min(2, p.Order.Lines[0].Quantity), Reason: "other"}}})
		}
		if _, err := choose(guest); fault.CodeOf(err) != "no_customer" {
			t.Errorf("credit of nobody: %v", err)
		}
		r := s.Request("MUG", 4)
		r.CustomerID, r.Payments = who, []order.Payment{{Amount: 5180, Reference: "P"}}
		p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		s.Ship(p)
		s.Work(p.Fulfillments[0].ID, "deliver")
		got, err := choose(p)
		if err != nil {
			t.Fatal(err)
		}
		none := returns.Default
		desktest.Must(s, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: none})
		if _, err := choose(p); fault.CodeOf(err) != "no_credit" {
			t.Errorf("credit that is not offered: %v", err)
		}
		id := returns.ID(got.ID)
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: id, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 2}}})
		x := desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: id, Deduct: 90, Reason: "worn"}).Value.(*returns.Return)
		if x.Money.Turned != 2500 || x.Money.Bonus != 250 || storeCredit(s, who) != 2750 {
			t.Errorf("what was promised is not what was given: %+v", x.Money)
		}
		sound(t, db)
	})
}
