package credit_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	giving "orderly/internal/desk/credit"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/credits"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const code = "ABCDEFGHJKMNPQRS"

func card(s *desktest.Shop, amount int64) credit.ID {
	s.T.Helper()
	return credit.ID(desktest.Must(s, giving.Issue, giving.IssueCommand{Kind: credit.GiftCard, Currency: "GBP", Amount: amount, Reason: "a present", Hash: credit.Hash(s.Scope.Merchant, code), Hint: code[12:]}).ID)
}

func balance(s *desktest.Shop, id credit.ID) int64 {
	s.T.Helper()
	var n int64
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := credits.ByID(r, []credit.ID{id})
		if err == nil {
			n = list[0].Balance
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return n
}

func sound(s *desktest.Shop) {
	s.T.Helper()
	report, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Full})
	if err != nil || len(report.Violations) > 0 {
		s.T.Fatalf("%v %+v", err, report)
	}
}

// A card that is worth one use is used once, however many ask for it at the
// same time, and by different orders.
//
// Kills: a balance that is read and written without the lock; a loser whose
// refusal moves money; a use that is counted by its order alone.
func TestScenarioS9OneUseOfAThousand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		id := card(s, 1000)
		var of []order.ID
		for range 10 {
			of = append(of, s.Place("MUG", 1).Order.ID)
		}
		var won, lost atomic.Int64
		var wait sync.WaitGroup
		for i := range 1000 {
			wait.Go(func() {
				cmd := pay.AddCommand{Order: of[i%len(of)], Tender: payment.GiftCard, Amount: 1000, Card: credit.Hash(s.Scope.Merchant, code)}
				for {
					_, err := desk.One(context.Background(), s.Desk, pay.Add, s.Scope, cmd, desk.Options{})
					switch {
					case err == nil:
						won.Add(1)
					case fault.KindOf(err) == fault.Conflict:
						lost.Add(1)
					case fault.KindOf(err) == fault.Unavailable: // the counter is full
						continue
					default:
						t.Error(err)
					}
					return
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || lost.Load() != 999 || balance(s, id) != 0 {
			t.Fatalf("%d won, %d lost, %d is left", won.Load(), lost.Load(), balance(s, id))
		}
		sound(s)
	})
}

// Paying in parts by card, credit and cash, and giving back: each tender gets
// its own, and what becomes store credit is no longer given back by any.
//
// Kills: a refund to another card; more given back than was paid after some of
// it became credit; spending what is blocked, expired or of another currency.
func TestTendersTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		who := party.ID(desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "c", Contact: party.Contact{Name: "Ada"}}}).ID)
		id := card(s, 500)
		r := s.Request("MUG", 2)
		r.CustomerID = who
		o := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
		total := o.Totals.Payable()
		hash := credit.Hash(s.Scope.Merchant, strings.ToLower(credit.Grouped(code)))
		desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.GiftCard, Card: hash})
		refused(t, s, pay.AddCommand{Order: o.ID, Tender: payment.GiftCard, Card: hash, Amount: 1}, "not_enough")
		refused(t, s, pay.AddCommand{Order: o.ID, Tender: payment.StoreCredit}, "no_credit")
		refused(t, s, pay.AddCommand{Order: o.ID, Tender: payment.GiftCard, Card: "no"}, "no_such_card")
		cash := payment.ID(desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.Cash}).ID)

		desktest.Must(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: 300, Tenders: []payment.Tender{payment.GiftCard}})
		if got := balance(s, id); got != 300 {
			t.Fatalf("the card has %d after a refund of 300", got)
		}
		turned := total - 300 - 150
		desktest.Must(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: turned, Turn: true})
		if _, err := desktest.Try(s, pay.RefundOne, pay.MoveCommand{Payment: cash, Amount: 151}); err == nil || !strings.Contains(err.Error(), "1.50 can be given back") {
			t.Fatalf("more than is left was given back: %v", err)
		}
		if _, err := desktest.Try(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: 300, Tenders: []payment.Tender{payment.GiftCard, payment.Cash}}); fault.CodeOf(err) != "more_than_paid" {
			t.Fatalf("two tenders gave together more than is left: %v", err)
		}
		desktest.Must(s, pay.RefundOne, pay.MoveCommand{Payment: cash})
		sound(s)

		again := s.Request("MUG", 2)
		again.CustomerID = who
		second := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: again}).Value.(*intake.Placed).Order
		desktest.Must(s, pay.Add, pay.AddCommand{Order: second.ID, Tender: payment.StoreCredit})
		desktest.Must(s, giving.Block, giving.BlockCommand{Credit: id, Blocked: true, Reason: "lost"})
		refused(t, s, pay.AddCommand{Order: second.ID, Tender: payment.GiftCard, Card: hash, Amount: 1}, "blocked")
		desktest.Must(s, giving.Block, giving.BlockCommand{Credit: id})
		desktest.Must(s, pay.Add, pay.AddCommand{Order: second.ID, Tender: payment.GiftCard, Card: hash, Amount: 1})
		sound(s)
	})
}

func refused(t *testing.T, s *desktest.Shop, c pay.AddCommand, code string) {
	t.Helper()
	if _, err := desktest.Try(s, pay.Add, c); err == nil || fault.CodeOf(err) != code {
		t.Fatalf("%+v: %v, not %s", c, err, code)
	}
}

// Cards are sold for paid lines of marked items, one a unit; by hand, only
// within the limit.
func TestIssue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "CARD", Name: "Gift card", Kind: catalog.Service, WhenShort: catalog.Refuse, Custom: []byte(`{"gift_card":true}`)}})
		s.Goods("MUG", catalog.Backorder, "A", 5)
		o := s.Place("CARD", 1, "MUG", 1).Order
		sell := func(line int, code string) error {
			_, err := desktest.Try(s, giving.Issue, giving.IssueCommand{Kind: credit.GiftCard, Order: o.ID, Line: line, Hash: credit.Hash(1, code), Hint: code})
			return err
		}
		if err := sell(1, "A"); fault.CodeOf(err) != "not_paid" {
			t.Fatal(err)
		}
		desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.Cash})
		if err := sell(2, "A"); fault.CodeOf(err) != "no_gift_card" {
			t.Fatal(err)
		}
		if err := sell(1, "A"); err != nil {
			t.Fatal(err)
		}
		if err := sell(1, "B"); fault.CodeOf(err) != "all_issued" {
			t.Fatal(err)
		}
		clerk := s.Scope
		clerk.Permissions = []access.Permission{access.OrdersRead, access.OrdersWrite}
		give := func(amount int64) error {
			cmd := giving.IssueCommand{Kind: credit.GiftCard, Currency: "GBP", Amount: amount, Reason: "late", Hash: credit.Hash(1, "C"), Hint: "C"}
			_, err := desk.One(context.Background(), s.Desk, giving.Issue, clerk, cmd, desk.Options{})
			return err
		}
		if err := give(1); fault.CodeOf(err) != "beyond_limit" {
			t.Fatal(err)
		}
		desktest.Must(s, admin.SaveCreditLimit, admin.CreditLimitCommand{Currency: "GBP", Most: 2000})
		if err := give(2001); fault.CodeOf(err) != "beyond_limit" {
			t.Fatal(err)
		}
		if err := give(2000); err != nil {
			t.Fatal(err)
		}
		sound(s)
	})
}
