package teller_test

import (
	"context"
	"sync"
	"testing"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// A customer opens a page to pay at by a link, one however often it is asked
// for, and nobody by the link of another order.
//
// Kills: a page for each click; a page for what is paid; a link that opens
// another order's page.
func TestCustomerOpensPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		o, other := s.Place("MUG", 2).Order.ID, s.Place("MUG", 1).Order.ID
		q := desktest.Must(s.Shop, care.AskCustomer, care.QuestionCommand{Ask: asking.Ask{Order: o, Kind: asking.Payment}}).Value.(*care.Questioned)
		open := func(link int64) (desk.Result, error) {
			return desk.One(context.Background(), s.Desk, pay.OpenPage, access.Link(s.Scope.Merchant, link, ""), pay.PageCommand{Order: o, Ask: q.Ask.ID}, desk.Options{})
		}
		if _, err := open(int64(other)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("by another order's link: %v", err)
		}
		var made sync.Map
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				r, err := open(int64(o))
				if err != nil {
					t.Error(err)
				}
				made.Store(r.ID, true)
			})
		}
		all.Wait()
		n := 0
		var id payment.ID
		made.Range(func(k, _ any) bool { id, n = payment.ID(k.(int64)), n+1; return true })
		s.settle()
		if p := s.payment(id); n != 1 || p.URL == "" || p.Amount != 2590 || !p.AtOnce {
			t.Fatalf("%d payments, %+v", n, p)
		}
		if r, err := open(int64(o)); err != nil || r.Status != pay.Nothing {
			t.Errorf("asked again: %s, %v", r.Status, err)
		}
		q = desktest.Must(s.Shop, care.AskCustomer, care.QuestionCommand{Ask: asking.Ask{Order: other, Kind: asking.Payment}}).Value.(*care.Questioned)
		desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: other, Tender: payment.Cash})
		o = other
		if _, err := open(int64(other)); fault.CodeOf(err) != "nothing_due" {
			t.Errorf("of what is paid: %v", err)
		}
	})
}
