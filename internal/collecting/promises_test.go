package collecting_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	kept "orderly/internal/store/payments"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

func (s *shop) payment(id payment.ID) *payment.Payment {
	s.T.Helper()
	var out []*payment.Payment
	s.read(func(r *store.Reader) (err error) {
		out, err = kept.Load(r, []payment.ID{id})
		return err
	})
	return out[0]
}

func (s *shop) sound() {
	s.T.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range r.Violations {
		s.T.Errorf("%+v", v)
	}
}

func (s *shop) promise(o order.ID, t payment.Tender) payment.ID {
	s.T.Helper()
	return payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: t}).ID)
}

// What carriers collect at doors counts when the parcel came, and not before;
// what was canceled is not collected; their lists pay it out, once.
func TestCashOnDelivery(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("CUP", catalog.Backorder, "B", 100)
		placed := s.Place("MUG", 2, "CUP", 1)
		o := placed.Order.ID
		cod := s.promise(o, payment.CashOnDelivery)
		if _, err := desktest.Try(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.CashOnDelivery, Amount: 1}); fault.CodeOf(err) != "more_than_due" {
			t.Fatalf("promised twice: %v", err)
		}
		s.Work(placed.Fulfillments[0].ID, "release", "pick", "pack", "ship")
		s.follow()
		if got := s.order(o).Paid; got != 0 {
			t.Fatalf("%d paid on the way", got)
		}
		s.Work(placed.Fulfillments[0].ID, "deliver")
		s.follow()
		if got := s.order(o).Paid; got != 2590 {
			t.Fatalf("%d paid at the first door", got)
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: o, Parts: []order.Part{{Line: 2, Quantity: 1}}})
		s.follow()
		if p := s.payment(cod); p.State() != payment.Captured || p.Captured != 2590 || p.Voided != 1295 {
			t.Fatalf("%s: %+v", p.State(), p.Amounts)
		}

		list := func(ref string, lines ...payment.RemittanceLine) (desk.Result, error) {
			return desktest.Try(s.Shop, pay.Remit, pay.RemitCommand{Remittance: payment.Remittance{Carrier: "Post", Reference: ref, Currency: "GBP", Fee: 100, PaidOn: 20260301}, Lines: lines})
		}
		if r, err := list("A", payment.RemittanceLine{Ref: o.String(), Amount: 3000}, payment.RemittanceLine{Ref: "nobody"}); len(faultsOf(r, err)) != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		r, err := list("A", payment.RemittanceLine{Ref: o.String(), Amount: 2000})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Value.(*pay.Remitted); got.Left[0] != 590 || got.Remittance.Received() != 1900 {
			t.Errorf("%+v", got)
		}
		if _, err := list("A", payment.RemittanceLine{Ref: o.String()}); fault.CodeOf(err) != "booked_already" {
			t.Errorf("the same list: %v", err)
		}
		if _, err := list("B", payment.RemittanceLine{Ref: placed.Order.ExternalID}); err != nil { // by the channel's own name
			t.Error(err)
		}
		one := pay.RemitCommand{Remittance: payment.Remittance{Carrier: "Post", Reference: "TWICE", Currency: "GBP", PaidOn: 20260301}}
		both := []pay.RemitCommand{one, one} // one list of two hands, in one commit
		for i := range both {
			other := s.Place("MUG", 1)
			s.promise(other.Order.ID, payment.CashOnDelivery)
			both[i].Lines = []payment.RemittanceLine{{Ref: other.Order.ID.String()}}
		}
		if got, err := desk.Do(context.Background(), s.Desk, pay.Remit, s.Scope, both, desk.Options{}); err != nil || got[0].Err != nil || fault.CodeOf(got[1].Err) != "booked_already" {
			t.Errorf("a list twice at once: %+v, %v", got, err)
		}
		if _, err := list("C", payment.RemittanceLine{Ref: o.String()}); err == nil {
			t.Error("paid out more than was collected")
		}
		s.sound()
	})
}

func faultsOf(r desk.Result, err error) []fault.Field {
	if err == nil {
		err = r.Err
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	return f.Fields
}

// A parcel's number is enough, and what a carrier pays out it has collected,
// whoever told of the delivery.
func TestRemittanceBeforeDelivery(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		placed := s.Place("MUG", 1)
		cod := s.promise(placed.Order.ID, payment.CashOnDelivery)
		f := placed.Fulfillments[0].ID
		s.Work(f, "release", "pick", "pack")
		desktest.Must(s.Shop, floor.Parcel, floor.ParcelCommand{Fulfillment: f, Act: "ship", Carrier: "post", Tracking: "TR-77"})
		desktest.Must(s.Shop, pay.Remit, pay.RemitCommand{Remittance: payment.Remittance{Carrier: "Post", Reference: "A", Currency: "GBP", PaidOn: 20260301}, Lines: []payment.RemittanceLine{{Ref: "TR-77"}}})
		s.Work(f, "deliver")
		s.follow()
		if p := s.payment(cod); p.Captured != 1295 || p.Remitted != 1295 || s.order(placed.Order.ID).Paid != 1295 {
			t.Errorf("%+v, %d remitted", p.Amounts, p.Remitted)
		}
		s.sound()
	})
}

// Terms hold to the customer's limit over all orders, are released by money
// that comes, and are told once when they are overdue.
func TestTerms(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		who := party.ID(desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "K1", Contact: party.Contact{Company: "Kettle Ltd"}}}).ID)
		place := func(n int) order.ID {
			r := s.Request("MUG", n)
			r.CustomerID = who
			return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID
		}
		first := place(2)
		if _, err := desktest.Try(s.Shop, pay.Add, pay.AddCommand{Order: first, Tender: payment.Terms}); fault.CodeOf(err) != "no_terms" {
			t.Fatalf("without terms: %v", err)
		}
		desktest.Must(s.Shop, admin.SaveTerms, admin.TermsCommand{Terms: payment.Agreed{Customer: int64(who), Currency: "GBP", Most: 4000, Days: 30}})
		p := s.promise(first, payment.Terms)
		second := place(2)
		narrow := s.Scope
		narrow.Permissions = []access.Permission{access.OrdersWrite}
		try := func(by access.Scope, o order.ID) error {
			_, err := desk.One(context.Background(), s.Desk, pay.Add, by, pay.AddCommand{Order: o, Tender: payment.Terms, Above: true}, desk.Options{})
			return err
		}
		if err := try(narrow, second); fault.CodeOf(err) != "above_limit" {
			t.Fatalf("above the limit: %v", err)
		}
		third, fourth := place(1), place(1) // at once: only one is within the limit
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, o := range []order.ID{third, fourth} {
			both.Go(func() { errs[i] = try(narrow, o) })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("racing: %v", errs)
		}
		if err := try(s.Scope, second); err != nil { // somebody with a say allows it
			t.Fatal(err)
		}

		s.pass(31 * 24 * time.Hour)
		s.pass(time.Hour)
		told := func() (n int) {
			s.read(func(r *store.Reader) error {
				list, err := troubles.OfOrders(r, []int64{int64(first)})
				for _, x := range list {
					if x.Kind == trouble.Payment && x.Reason == "overdue" && x.SettledAt == 0 {
						n++
					}
				}
				return err
			})
			return n
		}
		if told() != 1 {
			t.Errorf("told %d times that it is overdue", told())
		}
		desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: first, Tender: payment.Bank})
		s.follow()
		if x := s.payment(p); x.State() != payment.Released || x.Captured != 0 || s.order(first).Paid != 2590 || told() != 0 {
			t.Errorf("%s, %d paid, %d told", x.State(), s.order(first).Paid, told())
		}
		var ages []payment.Aging
		s.read(func(r *store.Reader) (err error) {
			ages, err = kept.Agings(r, s.DB.Now(), 10)
			return err
		})
		if len(ages) != 1 || ages[0].Sum() != 2590+1295 || ages[0].Open[1] != 2590+1295 {
			t.Errorf("%+v", ages)
		}
		s.sound()
	})
}

// What came back is not owed: of terms its share, of cash on delivery all of it
// when the whole parcel was refused.
func TestPromisesFollowReturns(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		who := party.ID(desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "K1", Contact: party.Contact{Company: "Kettle Ltd"}}}).ID)
		desktest.Must(s.Shop, admin.SaveTerms, admin.TermsCommand{Terms: payment.Agreed{Customer: int64(who), Currency: "GBP", Most: 100000, Days: 30}})
		place := func(t payment.Tender) (*intake.Placed, payment.ID) {
			r := s.Request("MUG", 3)
			r.CustomerID = who
			r.Fees = []order.Fee{{Kind: "shipping", Amount: 500}}
			p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
			id := s.promise(p.Order.ID, t)
			s.Ship(p)
			return p, id
		}
		back := func(o order.ID, n int64) {
			desktest.Must(s.Shop, care.ReceiveReturn, care.ReturnCommand{Order: o, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: n}}})
			s.follow()
		}
		later, terms := place(payment.Terms)
		back(later.Order.ID, 1)
		if p := s.payment(terms); p.Open() != 2*1295+500 {
			t.Errorf("one of three came back: %d open", p.Open())
		}
		back(later.Order.ID, 2)
		if p := s.payment(terms); p.State() != payment.Released {
			t.Errorf("all came back: %s, %d open", p.State(), p.Open())
		}
		refused, cod := place(payment.CashOnDelivery)
		back(refused.Order.ID, 3)
		if p := s.payment(cod); p.State() != payment.Released || s.order(refused.Order.ID).Paid != 0 {
			t.Errorf("refused at the door: %s, %d paid", p.State(), s.order(refused.Order.ID).Paid)
		}
		s.sound()
	})
}
