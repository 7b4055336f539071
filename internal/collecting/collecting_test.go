package collecting_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/collecting"
	"orderly/internal/connect/payments"
	"orderly/internal/connect/payments/fake"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	kept "orderly/internal/store/payments"
	"orderly/internal/store/storetest"
	"orderly/internal/store/troubles"
	"orderly/internal/teller"
	"orderly/internal/trouble"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a shop with policies, a fake provider and a clock that can be set.
type shop struct {
	*desktest.Shop
	fake  *fake.Provider
	clock *storetest.Ahead
	f     *collecting.Follower
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, c *storetest.Ahead) { f(t, open(t, db, c)) })
}

func open(t *testing.T, db *store.DB, c *storetest.Ahead) *shop {
	t.Helper()
	s := &shop{Shop: desktest.Open(t, db), clock: c}
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	driver := &fake.Driver{}
	admin.UseSeal(s.Desk, ring)
	teller.Use(s.Desk, map[string]payments.Driver{fake.Kind: driver})
	s.fake, s.f = driver.Of("s"), &collecting.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
	desktest.Must(s.Shop, admin.SaveProvider, admin.ProviderCommand{Code: "fake", Kind: fake.Kind, Active: true, Fields: driver.Fields(), Secrets: map[string]string{"signing_secret": "s"}})
	s.Goods("MUG", catalog.Backorder, "A", 100)
	return s
}

func (s *shop) policy(p payment.Policy) {
	s.T.Helper()
	desktest.Must(s.Shop, pay.SavePolicy, pay.PolicyCommand{Policy: p})
}

// pass lets time go by and has done what that brings about.
func (s *shop) pass(d time.Duration) {
	s.T.Helper()
	s.clock.Pass(d)
	if err := collecting.Sweep(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
		s.T.Fatal(err)
	}
}

// follow reads the journal to its end, carries what it asked for, and so on
// until nothing is left.
func (s *shop) follow() {
	s.T.Helper()
	for range 5 {
		if err := s.f.CatchUp(context.Background()); err != nil {
			s.T.Fatal(err)
		}
		var open []payment.Intent
		s.read(func(r *store.Reader) (err error) {
			open, err = kept.OpenIntents(r, 100)
			return err
		})
		for _, x := range open {
			_ = teller.Carry(context.Background(), s.Desk, s.Scope.Merchant, x.ID) // what is not known is asked again
		}
	}
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) order(id order.ID) (o *order.Order) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		found, err := orders.Load(r, []order.ID{id}, orders.Parts{})
		o = found[id]
		return err
	})
	return o
}

func (s *shop) card(o order.ID) payment.ID {
	s.T.Helper()
	return payment.ID(desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: o, Tender: payment.Card, Provider: "fake", Begin: payment.Authorize, Source: "tok"}).ID)
}

// Each moment captures what it says and when, once, and by hand nothing.
func TestCaptures(t *testing.T) {
	for moment, want := range map[string][4]int64{ // after: authorized, released, one of two parcels shipped, all shipped
		payment.ByHand: {0, 0, 0, 0}, payment.AtAuthorization: {3885, 3885, 3885, 3885}, payment.AtRelease: {0, 3885, 3885, 3885}, payment.AtShipment: {0, 0, 2590, 3885},
	} {
		each(t, func(t *testing.T, s *shop) {
			s.Goods("CUP", catalog.Backorder, "B", 100)
			s.policy(payment.Policy{Capture: moment})
			placed := s.Place("MUG", 2, "CUP", 1)
			o := placed.Order.ID
			if len(placed.Fulfillments) != 2 {
				t.Fatalf("%d fulfillments", len(placed.Fulfillments))
			}
			s.card(o)
			var got [4]int64
			for i, act := range []func(){
				func() {},
				func() { s.Work(placed.Fulfillments[0].ID, "release") },
				func() { s.Work(placed.Fulfillments[0].ID, "pick", "pack", "ship") },
				func() { s.Work(placed.Fulfillments[1].ID, "release", "pick", "pack", "ship") },
			} {
				act()
				s.follow()
				s.pass(0)
				s.follow()
				got[i] = s.order(o).Paid
			}
			if got != want {
				t.Errorf("%s: %v paid, not %v", moment, got, want)
			}
			for key, n := range s.fake.Effects() {
				if n != 1 {
					t.Errorf("%s was done %d times", key, n)
				}
			}
		})
	}
}

// A capture that is refused is not asked for again by itself, for ever.
func TestRefusedCaptureWaits(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.policy(payment.Policy{Capture: payment.AtAuthorization})
		o := s.Place("MUG", 1).Order.ID
		s.card(o)
		s.fake.Next(0, fake.Refuses)
		s.follow()
		s.pass(time.Hour)
		s.follow()
		if n := len(s.fake.Calls); n != 2 || s.order(o).Paid != 0 {
			t.Errorf("%d calls, %d paid", n, s.order(o).Paid)
		}
	})
}

// An order of which no money came is held, and canceled later, and its stock is
// free; one that is being paid is not, and money that comes lifts the hold.
func TestUnpaidOrdersExpire(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		silent, late, paying, told := s.Place("MUG", 1).Order.ID, s.Place("MUG", 1).Order.ID, s.Place("MUG", 1).Order.ID, s.Place("MUG", 1).Order.ID
		s.card(paying)
		s.follow()
		desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: told, Amount: 1})
		all := []order.ID{silent, late, paying, told}
		state := func() (out [4]string) {
			for i, id := range all {
				is := s.order(id).Statuses
				out[i] = is.Status + " " + is.Hold
			}
			return out
		}
		would := payment.Policy{Capture: payment.ByHand, HoldAfter: 24, CancelAfter: 12}
		s.pass(25 * time.Hour)
		if n, err := collecting.Foresee(context.Background(), s.Desk, s.Scope, would); err != nil || n.Hold != 2 || n.Cancel != 0 {
			t.Fatalf("%+v, %v", n, err)
		}
		if got := state(); got != [4]string{"open none", "open none", "open none", "open none"} {
			t.Fatalf("without a policy: %v", got)
		}
		s.policy(would)
		s.pass(0)
		if got := state(); got != [4]string{"open held", "open held", "open none", "open none"} {
			t.Fatalf("after a day: %v", got)
		}
		s.pass(11 * time.Hour)
		desktest.Must(s.Shop, pay.Add, pay.AddCommand{Order: late, Tender: payment.Bank, Amount: 5})
		s.follow()
		if got := state(); got != [4]string{"open held", "open none", "open none", "open none"} {
			t.Fatalf("when money came: %v", got)
		}
		s.pass(2 * time.Hour)
		s.pass(0)
		if got := state(); got != [4]string{"canceled none", "open none", "open none", "open none"} && got != [4]string{"canceled held", "open none", "open none", "open none"} {
			t.Fatalf("after half a day more: %v", got)
		}
		if free := s.order(silent).Sums[order.Canceled]; free != 1 {
			t.Errorf("%d units are canceled", free)
		}
	})
}

// A hold that a policy placed ends when the policy does; a person's stands.
func TestPolicyIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.policy(payment.Policy{Capture: payment.ByHand, HoldAfter: 1, CancelAfter: 100})
		ours, theirs := s.Place("MUG", 1).Order.ID, s.Place("MUG", 1).Order.ID
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: theirs, Hold: order.Hold{Reason: payment.Unpaid}})
		s.pass(2 * time.Hour)
		if s.order(ours).Statuses.Hold != "held" {
			t.Fatal("not held")
		}
		s.policy(payment.Policy{Capture: payment.ByHand})
		s.pass(0)
		if a, b := s.order(ours).Statuses.Hold, s.order(theirs).Statuses.Hold; a != "none" || b != "held" {
			t.Errorf("ours %s, a person's %s", a, b)
		}
	})
}

// What is held for a canceled order is let go; what lapses soon is told, once,
// and no more when it was captured.
func TestLapse(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.policy(payment.Policy{Capture: payment.AtShipment})
		o := s.Place("MUG", 1).Order.ID
		p := s.card(o)
		s.follow()
		storetest.Exec(t, s.DB, "UPDATE payment SET expires_at = $1", s.DB.Now()+(7*24*time.Hour).Microseconds())
		open := func() (n int) {
			s.read(func(r *store.Reader) error {
				list, err := troubles.OpenAnywhere(r, trouble.Payment, 100)
				for _, x := range list {
					if x.Reason == "lapses" {
						n++
					}
				}
				return err
			})
			return n
		}
		s.pass(24 * time.Hour)
		early := open()
		s.pass(4 * 24 * time.Hour)
		s.pass(time.Hour)
		soon := open()
		desktest.Must(s.Shop, pay.Capture, pay.MoveCommand{Payment: p})
		s.follow()
		if early != 0 || soon != 1 || open() != 0 {
			t.Errorf("%d told early, %d soon, %d after it was captured", early, soon, open())
		}
		gone := s.Place("MUG", 1).Order.ID
		s.card(gone)
		s.follow()
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: gone})
		s.follow()
		for ref, a := range s.fake.List() {
			if a.Open() != 0 {
				t.Errorf("%s is still held: %+v", ref, a)
			}
		}
	})
}
