package verify_test

import (
	"context"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/pay"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/seal"
	"orderly/internal/store"
	kept "orderly/internal/store/payments"
	"orderly/internal/teller"
)

// tenders takes money by every tender, gives some back, has some disputed, and
// leaves a refund under way and an event of nobody's.
func tenders(s *desktest.Shop) {
	s.T.Helper()
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		s.T.Fatal(err)
	}
	driver := &fake.Driver{}
	admin.UseSeal(s.Desk, ring)
	teller.Use(s.Desk, map[string]payments.Driver{fake.Kind: driver})
	desktest.Must(s, admin.SaveProvider, admin.ProviderCommand{Code: "fake", Kind: fake.Kind, Active: true, Fields: driver.Fields(), Secrets: map[string]string{"signing_secret": "s"}})
	p := driver.Of("s")

	first := s.Place("TEA", 2).Order.ID
	held := card(s, first)
	carry(s)
	desktest.Must(s, pay.Capture, pay.MoveCommand{Payment: held, Amount: 2000})
	carry(s)
	desktest.Must(s, pay.RefundOne, pay.MoveCommand{Payment: held, Amount: 300})
	carry(s)

	mixed := s.Place("TEA", 3).Order.ID
	desktest.Must(s, pay.Add, pay.AddCommand{Order: mixed, Tender: payment.Cash, Amount: 1000, Reference: "till"})
	desktest.Must(s, pay.Add, pay.AddCommand{Order: mixed, Tender: payment.Bank, Amount: 500, Reference: "RF18"})
	taken := card(s, mixed)
	carry(s)
	desktest.Must(s, pay.Capture, pay.MoveCommand{Payment: taken})
	carry(s)
	desktest.Must(s, pay.Refund, pay.RefundCommand{Order: mixed, Amount: 1200, Tenders: []payment.Tender{payment.Cash, payment.Bank}})
	refs := p.References()
	p.Dispute(refs[1], 400)
	p.Dispute(refs[0], 500)
	p.Win(refs[0], 500)
	p.Pay("nobody_1", "GBP", 777, true)

	void := card(s, s.Place("TEA", 1).Order.ID)
	carry(s)
	desktest.Must(s, pay.Void, pay.MoveCommand{Payment: void})
	carry(s)
	now := time.UnixMicro(s.DB.Now())
	bodies, headers := p.Told(now)
	for i := range bodies {
		if _, err := teller.Receive(context.Background(), s.Desk, "fake", headers[i], bodies[i]); err != nil {
			s.T.Fatal(err)
		}
	}
	desktest.Must(s, pay.RefundOne, pay.MoveCommand{Payment: held, Amount: 100})
}

func card(s *desktest.Shop, id order.ID) payment.ID {
	s.T.Helper()
	return payment.ID(desktest.Must(s, pay.Add, pay.AddCommand{Order: id, Tender: payment.Card, Provider: "fake", Begin: payment.Authorize, Source: "tok"}).ID)
}

// carry carries out what is open.
func carry(s *desktest.Shop) {
	s.T.Helper()
	var open []payment.Intent
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		open, err = kept.OpenIntents(r, 100)
		return err
	})
	for _, x := range open {
		if err == nil {
			err = teller.Carry(context.Background(), s.Desk, s.Scope.Merchant, x.ID)
		}
		if err == nil { // as the runner of jobs does
			err = s.DB.Transact(context.Background(), func(tx *store.Tx) error {
				tx.M = s.Scope.Merchant
				_, err := tx.Exec("DELETE FROM job WHERE m = $1 AND kind = 'payment' AND dedupe = $2", tx.M, x.Key())
				return err
			})
		}
	}
	if err != nil {
		s.T.Fatal(err)
	}
}
