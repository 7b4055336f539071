package teller_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/teller"
)

// The scenarios are failures that real shops had; each must be impossible here.

// The event of a capture and our own answer race: whichever comes first, and
// both twice, the order is paid once.
func TestScenarioS10EventRacesAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 2).Order.ID
		p := s.card(o, true)
		s.fake.Next(fake.LostAfter) // the provider did it, we know nothing
		if errs := s.carry(); len(errs) != 1 {
			t.Fatal(errs)
		}
		s.deliver(0, 0) // the event overtakes
		if got := s.order(o); got.Paid != 2590 || got.Statuses.Payment != "paid" {
			t.Fatalf("%+v", got.Statuses)
		}
		s.settle()
		s.deliver(0)
		if got := s.order(o); got.Paid != 2590 {
			t.Errorf("%d paid", got.Paid)
		}
		if len(s.fake.Effects()) != 1 || s.fake.Calls[s.payment(p).Intents[0].Key()] != 1 {
			t.Errorf("%v, %v", s.fake.Effects(), s.fake.Calls)
		}
		s.once()
		s.books(o)
	})
}

// addingNaively is how shops count a payment twice: the answer and the event
// each add what they tell of.
func TestScenarioS10Naive(t *testing.T) {
	paid, told := int64(0), []int64{2590, 2590}
	for _, n := range told {
		paid += n
	}
	if paid == 2590 {
		t.Fatal("the scenario shows nothing")
	}
}

// A refund that is asked for twice, over two payments, beyond what there is, or
// refused, never gives back more than was captured, and what was refused can be
// asked for again.
func TestScenarioS12Refund(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, p := s.paid(2)
		desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: o, Amount: 2000})
		if err := try(s, pay.Refund, pay.RefundCommand{Order: o, Amount: 2000}); fault.CodeOf(err) != "more_than_paid" { // the double click
			t.Fatalf("a second time, the first under way: %v", err)
		}
		if got := s.order(o); got.Refunded != 0 {
			t.Errorf("%d refunded before the provider did it", got.Refunded)
		}
		s.fake.Next(fake.Refuses)
		s.settle()
		if got := s.order(o); got.Refunded != 0 || list(s.troubles()) != "refused" {
			t.Fatalf("%d refunded, troubles %v", got.Refunded, s.troubles())
		}
		desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: o, Amount: 2590})
		s.settle()
		if got := s.order(o); got.Refunded != 2590 || got.Statuses.Payment != "refunded" || s.payment(p).State() != payment.Refunded {
			t.Fatalf("%d refunded, %s, %s", got.Refunded, got.Statuses.Payment, seen(s.payment(p)))
		}
		s.deliver(0, 1, 0, 1)
		s.once()
		s.books(o)
	})
}

// What one tender cannot give moves on to the next, and the parts sum to the
// whole: to the cent that is there and not one more (S16).
func TestScenarioS16SpreadOverTenders(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 3).Order.ID // 38.85
		channelPaid(s, o, 1000)
		desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.Cash, Amount: 885, Reference: "till 2"})
		s.card(o, true)
		s.settle()
		if got := s.order(o); got.Paid != 3885 || got.Statuses.Payment != "paid" {
			t.Fatalf("%d paid, %s", got.Paid, got.Statuses.Payment)
		}
		if err := try(s, pay.Refund, pay.RefundCommand{Order: o, Amount: 3886}); fault.CodeOf(err) != "more_than_paid" {
			t.Errorf("a cent too many: %v", err)
		}
		r := desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: o, Amount: 1001, Tenders: []payment.Tender{payment.Cash, payment.ChannelTender, payment.Card}})
		var parts []int64
		for _, x := range r.Value.(*pay.Refunded).Shares {
			parts = append(parts, x.Amount)
		}
		if !slices.Equal(parts, []int64{885, 116}) || s.order(o).Refunded != 1001 {
			t.Fatalf("%v, %d refunded", parts, s.order(o).Refunded)
		}
		desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: o, Amount: 2884})
		s.settle()
		if got := s.order(o); got.Refunded != 3885 || got.Statuses.Payment != "refunded" {
			t.Errorf("%d refunded, %s", got.Refunded, got.Statuses.Payment)
		}
		s.books(o)
	})
}

// A capture and a refund cross on the way: neither is counted twice, and what
// is not captured yet cannot be given back.
func TestScenarioS13CaptureCrossesRefund(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 2).Order.ID
		p := s.card(o, false)
		s.settle()
		if got := s.order(o); got.Paid != 0 || s.payment(p).State() != payment.Authorized {
			t.Fatalf("%d paid, %s", got.Paid, seen(s.payment(p)))
		}
		desktest.Must(s.Shop, pay.Capture, pay.MoveCommand{Payment: p, Amount: 1000})
		if err := try(s, pay.RefundOne, pay.MoveCommand{Payment: p, Amount: 1000}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a refund of what is being captured: %v", err)
		}
		if err := try(s, pay.Void, pay.MoveCommand{Payment: p}); fault.CodeOf(err) != "not_voidable" {
			t.Errorf("a void beside a capture: %v", err)
		}
		if err := try(s, pay.Capture, pay.MoveCommand{Payment: p, Amount: 1591}); fault.CodeOf(err) != "more_than_authorized" {
			t.Errorf("a capture beyond: %v", err)
		}
		s.settle()
		desktest.Must(s.Shop, pay.RefundOne, pay.MoveCommand{Payment: p, Amount: 600})
		desktest.Must(s.Shop, pay.Capture, pay.MoveCommand{Payment: p})
		s.fake.Next(fake.LostAfter, fake.LostAfter)
		s.carry()
		s.deliver(3, 2, 1, 0, 2)
		s.settle()
		if got := s.payment(p); got.Captured != 2590 || got.Refunded != 600 {
			t.Errorf("%s", seen(got))
		}
		s.once()
		s.books(o)
	})
}

// Paid, and no order is known: the event is kept and shown to a person, and
// counts as soon as the order takes the payment over.
func TestScenarioS14PaidButNoOrder(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.fake.Pay("pi_web_1", "GBP", 2590, true)
		s.deliver(0, 0)
		if got := list(s.troubles()); got != "no_order" {
			t.Fatalf("troubles: %s", got)
		}
		o := s.Place("MUG", 2).Order.ID
		take := pay.AddCommand{Order: o, Tender: payment.Card, Provider: "fake", Begin: payment.Adopt, Reference: "pi_web_1"}
		p := payment.ID(desktest.Must(s.Shop, pay.Add, take).ID)
		if got := s.order(o); got.Paid != 2590 || len(s.troubles()) != 0 {
			t.Fatalf("%d paid, troubles %v", got.Paid, s.troubles())
		}
		if err := try(s, pay.Add, pay.AddCommand{Order: s.Place("MUG", 1).Order.ID, Tender: payment.Card, Amount: 5, Provider: "fake", Begin: payment.Adopt, Reference: "pi_web_1"}); fault.CodeOf(err) != "known_payment" {
			t.Errorf("one payment for two orders: %v", err)
		}
		s.settle()
		if got := seen(s.payment(p)); got != "captured 2590/2590/0" {
			t.Error(got)
		}
		s.books(o)
	})
}

// A failure that is told late does not undo what was paid, nor does an event of
// another currency count.
func TestScenarioS15LateFailure(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, p := s.paid(1)
		ref := s.payment(p).Reference
		for i, e := range []payment.Event{
			{Amounts: payment.Amounts{Failed: true}}, {Amounts: payment.Amounts{Authorized: 5}}, {Currency: "USD", Amounts: payment.Amounts{Captured: 999999}},
		} {
			e.ID, e.Reference = []string{"evt_a", "evt_b", "evt_c"}[i], ref
			body := fake.Body(e)
			s.receive(body, s.fake.Sign(body, s.now()))
		}
		if got := s.order(o); got.Statuses.Payment != "paid" || s.payment(p).State() != payment.Captured || list(s.troubles()) != "no_order" {
			t.Errorf("%s, %s, %v", got.Statuses.Payment, seen(s.payment(p)), s.troubles())
		}
		s.books(o)
	})
}

// Whoever is not the provider has no effect and learns nothing.
func TestSignatures(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.fake.Pay("pi_x", "GBP", 100, true)
		bodies, headers := s.fake.Told(s.now())
		_, old := s.fake.Told(s.now().Add(-6 * time.Minute))
		other := (&fake.Provider{Secret: "another"}).Sign(bodies[0], s.now())
		for name, x := range map[string]struct {
			at     string
			header map[string][]string
			body   []byte
		}{
			"no signature": {"fake", nil, bodies[0]}, "too old": {"fake", old[0], bodies[0]}, "another's": {"fake", other, bodies[0]},
			"another body": {"fake", headers[0], append(slices.Clone(bodies[0]), ' ')}, "another provider": {"stripe", headers[0], bodies[0]},
			"another merchant": {"fake.7", headers[0], bodies[0]}, "the first merchant, named": {"fake.1", headers[0], bodies[0]},
		} {
			if _, err := teller.Receive(context.Background(), s.Desk, x.at, x.header, x.body); fault.CodeOf(err) != "bad_signature" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(s.troubles()) != 0 {
			t.Error("an event had an effect")
		}
	})
}

// Money that arrives for an order that was canceled is given back: never both.
func TestScenarioS11PaysWhatIsGone(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 1).Order.ID
		p := payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.Card, Provider: "fake", Begin: payment.Link, AtOnce: true}).ID)
		s.settle()
		if s.payment(p).URL == "" || s.order(o).Paid != 0 {
			t.Fatalf("%+v", s.payment(p))
		}
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: o})
		s.fake.Pay(s.payment(p).Reference, "GBP", 1295, true)
		s.deliver(1)
		s.settle()
		if got := s.order(o); got.Paid != 1295 || got.Refunded != 1295 || list(s.troubles()) != "given_back" {
			t.Errorf("%d paid, %d refunded, %v", got.Paid, got.Refunded, s.troubles())
		}
		s.deliver(1, 2)
		s.once()
		s.books(o)
	})
}

// A flow that is stopped after any of its steps, and begun again by another
// process, has each effect once and leaves nothing unknown.
func TestKilledAtEveryStep(t *testing.T) { each(t, killed) }

func killed(t *testing.T, s *shop) {
	flows := map[string]func(*shop) (order.ID, payment.ID){
		payment.Authorize: func(s *shop) (order.ID, payment.ID) {
			o := s.Place("MUG", 2).Order.ID
			return o, s.card(o, true)
		},
		payment.Link: func(s *shop) (order.ID, payment.ID) {
			o := s.Place("MUG", 2).Order.ID
			return o, payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.Card, Provider: s.code, Begin: payment.Link}).ID)
		},
		payment.Capture: func(s *shop) (order.ID, payment.ID) {
			o := s.Place("MUG", 2).Order.ID
			p := s.card(o, false)
			s.settle()
			desktest.Must(s.Shop, pay.Capture, pay.MoveCommand{Payment: p, Amount: 1000})
			return o, p
		},
		payment.Void: func(s *shop) (order.ID, payment.ID) {
			o := s.Place("MUG", 2).Order.ID
			p := s.card(o, false)
			s.settle()
			desktest.Must(s.Shop, pay.Void, pay.MoveCommand{Payment: p})
			return o, p
		},
		payment.Refund: func(s *shop) (order.ID, payment.ID) {
			o, p := s.paid(2)
			desktest.Must(s.Shop, pay.Refund, pay.RefundCommand{Order: o, Amount: 1000})
			return o, p
		},
	}
	for kind, begin := range flows {
		for _, stop := range []string{"before sending", "sent, not called", "called, not recorded", "called, lost", "lost before", "recorded"} {
			o, p := begin(s)
			x := s.open()[0]
			if x.Kind != kind {
				t.Fatalf("%s is open, not %s", x.Kind, kind)
			}
			before := len(s.bank.Effects())
			sent := func() { desktest.Must(s.Shop, pay.Send, pay.SendCommand{Intent: x.ID}) }
			switch stop {
			case "sent, not called":
				sent()
			case "called, not recorded":
				sent()
				is := s.payment(p)
				_, _ = s.to.Do(context.Background(), payments.Ask{Since: time.UnixMicro(x.CreatedAt), Kind: x.Kind, Key: x.Key(), Payment: p, Intent: x.ID, Reference: is.Reference, Currency: "GBP", Amount: x.Amount, AtOnce: is.AtOnce, Source: x.Source})
			case "called, lost":
				s.bank.Next(fake.LostAfter)
				s.carry()
			case "lost before":
				s.bank.Next(fake.LostBefore)
				s.carry()
			case "recorded":
				s.carry()
			}
			s.restart()
			s.settle()
			s.settle()
			is := s.payment(p)
			if got := is.Intent(x.ID); got.State != payment.Succeeded || len(s.bank.Effects()) != before+1 {
				t.Fatalf("%s, stopped %s: %+v, %d effects", kind, stop, got, len(s.bank.Effects())-before)
			}
			s.once()
			s.books(o)
		}
	}
	if n := len(s.troubles()); n != 0 {
		t.Errorf("%d troubles", n)
	}
	if n, err := teller.Compare(context.Background(), s.Desk, s.Scope.Merchant); n != 0 || err != nil {
		t.Errorf("%d differ from the provider's list, %v", n, err)
	}
}

// A provider that says done and did nothing is found by comparing, once.
func TestComparingFindsALie(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, p := s.paid(1)
		theirs := s.payment(p).Amounts
		theirs.Refunded = 500
		body := fake.Body(payment.Event{ID: "evt_lie", Reference: s.payment(p).Reference, Amounts: theirs})
		s.receive(body, s.fake.Sign(body, s.now()))
		for i, want := range []int{1, 0} {
			n, err := teller.Compare(context.Background(), s.Desk, s.Scope.Merchant)
			if n != want || err != nil {
				t.Errorf("look %d: %d differ, %v", i, n, err)
			}
		}
		if list(s.troubles()) != "differs" || s.order(o).Refunded != 500 {
			t.Errorf("%v", s.troubles())
		}
	})
}

// What the provider surely no longer knows by its key is not sent again.
func TestOldKeysAreNotSent(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 1).Order.ID
		p := s.card(o, true)
		s.fake.Next(fake.LostBefore)
		s.carry()
		storetest.Exec(t, s.DB, "UPDATE payment_intent SET created_at = created_at - $1", (24 * time.Hour).Microseconds())
		s.restart()
		s.settle()
		if x := s.payment(p).Intents[0]; x.State != payment.Declined || x.Reason != "never_arrived" || len(s.fake.Effects()) != 0 || list(s.troubles()) != "refused" {
			t.Errorf("%+v, %v", x, s.troubles())
		}
	})
}

// A preview changes nothing and says what the act then does.
func TestPreviewIsTheAct(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o, p := s.paid(2)
		cmd := pay.RefundCommand{Order: o, Amount: 700}
		seen := preview(s, pay.Refund, cmd).(*pay.Refunded).Shares
		if len(s.open()) != 0 || s.payment(p).Refundable() != 2590 {
			t.Fatal("a preview left something")
		}
		did := desktest.Must(s.Shop, pay.Refund, cmd).Value.(*pay.Refunded).Shares
		if len(seen) != 1 || len(did) != 1 || seen[0].Amount != did[0].Amount || seen[0].Payment.ID != did[0].Payment.ID {
			t.Errorf("%+v, %+v", seen, did)
		}
	})
}

// A provider's secrets are sealed, and cannot be moved to another's row.
func TestSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		set, secrets, err := admin.ProviderOf(context.Background(), s.Desk, 1, "fake")
		if err != nil || secrets["signing_secret"] != secret || strings.Contains(set.Secrets, secret) {
			t.Fatalf("%+v, %v, %v", set, secrets, err)
		}
		storetest.Exec(t, s.DB, "UPDATE payment_provider SET code = 'other'")
		if _, _, err := admin.ProviderOf(context.Background(), s.Desk, 1, "other"); err == nil {
			t.Error("a sealed text opens in another row")
		}
	})
}

// While a provider thinks about a payment, others buy, and the same order is
// worked on: nothing is locked while we wait for somebody outside.
//
// Kills: a call inside a transaction, however short.
func TestScenarioS24LockedDuringCall(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		o := s.Place("MUG", 2).Order.ID
		s.card(o, true)
		during := 0
		s.fake.During = func() {
			during++
			other := s.Place("MUG", 1)
			desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: other.Order.ID})
			desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: o, Note: "asks when it leaves"})
			s.Receive("MUG", "B", 1)
		}
		s.settle()
		if got := s.order(o); during != 1 || got.Paid != 2590 {
			t.Errorf("%d calls, paid %d", during, got.Paid)
		}
		s.once()
		s.books(o)
	})
}

// A shop that calls its provider while it holds the order keeps every other
// buyer waiting for as long as the provider thinks.
func TestScenarioS24Naive(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Place("MUG", 2)
		happened := make(chan string, 2)
		begun := make(chan bool)
		var buyer sync.WaitGroup
		s.fake.During = func() {
			buyer.Go(func() {
				close(begun)
				s.Place("MUG", 1)
				happened <- "bought"
			})
			<-begun
			happened <- "answered"
		}
		err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(s.Scope.Merchant); err != nil {
				return err
			}
			_, err := s.fake.Do(context.Background(), payments.Ask{Kind: payment.Authorize, Key: "naive", Source: s.source})
			return err
		})
		buyer.Wait()
		if first := <-happened; err != nil || first != "answered" {
			t.Errorf("first %s (%v): nobody waited for a call under the lock, and the scenario shows nothing", first, err)
		}
	})
}
