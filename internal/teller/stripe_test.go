package teller_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/stripe"
	"orderly/internal/connect/payments/stripe/standin"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/pay"
	"orderly/internal/desk/step"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	kept "orderly/internal/store/payments"
	"orderly/internal/store/storetest"
	"orderly/internal/teller"

	"pgregory.net/rapid"
)

// stripeShop is a shop that takes money over Stripe's stand-in.
func stripeShop(t *testing.T, db *store.DB) (*shop, *standin.Server) {
	t.Helper()
	s, srv := open(t, db), standin.Open()
	t.Cleanup(srv.Close)
	srv.Now = func() int64 { return s.now().Unix() }
	driver := &stripe.Driver{URL: srv.URL}
	to, err := driver.Open(standin.Secrets())
	if err != nil {
		t.Fatal(err)
	}
	s.bank, s.to, s.code, s.source = srv, to, "stripe", "pm_card_visa"
	s.also = map[string]payments.Driver{stripe.Kind: driver}
	s.equip()
	fields, judge := teller.Takes(s.Desk, stripe.Kind)
	desktest.Must(s.Shop, admin.SaveProvider, admin.ProviderCommand{Code: "stripe", Kind: stripe.Kind, Active: true, Fields: fields, Judge: judge, Secrets: standin.Secrets()})
	return s, srv
}

// look carries out the looks that events asked for.
func (s *shop) look() {
	s.T.Helper()
	var list []*payment.Payment
	s.read(func(r *store.Reader) (err error) {
		list, err = kept.After(r, 0, 1000)
		return err
	})
	for _, p := range list {
		if err := teller.Look(context.Background(), s.Desk, s.Scope.Merchant, p.ID); err != nil {
			s.T.Fatal(err)
		}
	}
}

func TestKilledAtEveryStepOverStripe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := stripeShop(t, db)
		killed(t, s)
	})
}

func TestRacingActsOverStripe(t *testing.T) {
	s, srv := stripeShop(t, storetest.SQLite(t))
	race(t, s, func(t *rapid.T) { srv.OnePart = rapid.Bool().Draw(t, "captured once") })
}

// A page that a customer paid at is known by its event, or when that is lost by
// the daily comparison; one whose time is over is a payment that came to
// nothing.
func TestStripePage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, srv := stripeShop(t, db)
		page := func() (order.ID, payment.ID) {
			o := s.Place("MUG", 2).Order.ID
			p := payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.Card, Provider: "stripe", Begin: payment.Link, AtOnce: true}).ID)
			s.settle()
			return o, p
		}
		told := func() []int {
			bodies, _ := srv.Told(s.now())
			return []int{len(bodies) - 1, len(bodies) - 2, len(bodies) - 3}
		}
		o, p := page()
		srv.PayAt(s.payment(p).URL)
		s.deliver(told()...)
		if asked, err := jobs.Due(context.Background(), s.DB, []string{step.LookJob}, 100); err != nil || len(asked) == 0 {
			t.Errorf("no job asks for the whole picture: %v, %v", asked, err)
		}
		s.look()
		if got := s.order(o); got.Statuses.Payment != "paid" || seen(s.payment(p)) != "captured 2590/2590/0" {
			t.Errorf("%s, %s", got.Statuses.Payment, seen(s.payment(p)))
		}
		o2, p2 := page()
		srv.PayAt(s.payment(p2).URL)
		if n, err := teller.Compare(context.Background(), s.Desk, s.Scope.Merchant); n != 0 || err != nil {
			t.Errorf("%d differ, %v", n, err)
		}
		if got := s.order(o2); got.Paid != 2590 || s.payment(p2).Reference == "" {
			t.Errorf("what no event told is not found: %d, %+v", got.Paid, s.payment(p2))
		}
		o3, p3 := page()
		srv.Expire(s.payment(p3).URL)
		s.deliver(told()[0])
		if got := s.payment(p3); got.State() != payment.Voided {
			t.Errorf("a page whose time is over: %s", got.State())
		}
		for _, id := range []order.ID{o, o2, o3} {
			s.books(id)
		}
		s.once()
	})
}

// What Stripe tells of one payment, in any order and twice over, ends the same
// through the desk, once the looks that the events asked for were had.
func TestStripeEventsInAnyOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, srv := stripeShop(t, db)
		draw := rand.New(rand.NewPCG(1, 2)) // the same orders each time
		for range 12 {
			before, _ := srv.Told(s.now())
			o := s.Place("MUG", 2).Order.ID
			p := s.card(o, false)
			s.settle()
			ref := s.payment(p).Reference
			ask := func(kind string, amount int64, keeps bool) {
				x := payment.IntentID(s.DB.IDs().Next())
				a := payments.Ask{Kind: kind, Key: x.String(), Intent: x, Payment: p, Reference: ref, Currency: "GBP", Amount: amount, Keeps: keeps, Since: s.now()}
				if _, err := s.to.Do(context.Background(), a); err != nil {
					t.Fatal(err)
				}
			}
			ask(payment.Capture, 1500, true) // in Stripe's dashboard, behind our back
			ask(payment.Refund, 300, false)
			srv.Dispute(ref, 700)
			ask(payment.Capture, 1090, false)
			srv.Win(ref, 700)
			bodies, _ := srv.Told(s.now())
			var news []int
			for i := len(before); i < len(bodies); i++ {
				news = append(news, i, i)
			}
			draw.Shuffle(len(news), func(i, k int) { news[i], news[k] = news[k], news[i] })
			s.deliver(news...)
			s.look()
			if got, want := s.payment(p).Amounts, srv.List()[ref]; got != want {
				t.Fatalf("%v ends as %+v, not %+v", slices.Compact(news), got, want)
			}
			if got := s.order(o); got.Paid != 2590 || got.Refunded != 300 {
				t.Fatalf("%d paid, %d refunded", got.Paid, got.Refunded)
			}
			s.books(o)
		}
	})
}
