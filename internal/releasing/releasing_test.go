package releasing_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/releasing"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// shop is a shop with a clock that can be set.
type shop struct {
	*desktest.Shop
	clock *storetest.Ahead
}

func each(t *testing.T, f func(*testing.T, *shop)) {
	storetest.EachClock(t, func(t *testing.T, db *store.DB, clock *storetest.Ahead) {
		s := &shop{desktest.Open(t, db), clock}
		s.Goods("MUG", catalog.Backorder, "A", 100)
		f(t, s)
		s.sound()
	})
}

func (s *shop) sound() {
	s.T.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range r.Violations {
		s.T.Errorf("verify: %+v", v)
	}
}

func (s *shop) sweep() {
	s.T.Helper()
	if err := releasing.Sweep(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
		s.T.Fatal(err)
	}
}

// pass lets time go by and has done what that brings about.
func (s *shop) pass(d time.Duration) {
	s.T.Helper()
	s.clock.Pass(d)
	s.sweep()
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) order(id order.ID) (o *order.Order) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	return o
}

// told are the entries of a type in an order's history.
func (s *shop) told(id order.ID, typ string) (out []journal.Entry) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		list, err := entries.OfSubject(r, int64(id), 0, 1000, 1000)
		for _, e := range list {
			if e.Type == typ {
				out = append(out, e)
			}
		}
		return err
	})
	return out
}

func (s *shop) until(d time.Duration) int64 { return s.DB.Now() + d.Microseconds() }

// A hold ends at its time: not before, once, by the clock, and no other with it.
// Kills: a hold that stands for ever, one that is lifted early or twice.
func TestHoldsEnd(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		p := s.Place("MUG", 1)
		id := p.Order.ID
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "address", Until: s.until(time.Hour)}})
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: id, Hold: order.Hold{Reason: "fraud_review"}})
		s.pass(59 * time.Minute)
		if o := s.order(id); o.Holds[0].LiftedAt != 0 || len(s.told(id, journal.OrderLifted)) != 0 {
			t.Fatalf("lifted before its end: %+v", o.Holds)
		}
		s.pass(2 * time.Minute)
		s.pass(time.Minute)
		lifted := s.told(id, journal.OrderLifted)
		if len(lifted) != 1 || lifted[0].Actor.String() != "job:holds" {
			t.Fatalf("lifted %d times: %+v", len(lifted), lifted)
		}
		o := s.order(id)
		if o.Holds[0].LiftedBy != "job:holds" || o.Holds[1].LiftedAt != 0 || o.Statuses.Hold != "held" {
			t.Errorf("the other hold does not stand: %+v", o.Holds)
		}
		desktest.Must(s.Shop, intake.Lift, intake.LiftCommand{Order: id})
		desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
	})
}

// Kills: nodes that lift the same hold twice.
func TestHoldsEndOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		var ids []order.ID
		for range 20 {
			r := s.Request("MUG", 1)
			r.Holds = []order.Hold{{Reason: "address", Until: s.until(time.Minute)}}
			ids = append(ids, desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID)
		}
		s.clock.Pass(2 * time.Minute)
		var nodes sync.WaitGroup
		for range 4 {
			nodes.Go(func() {
				if err := releasing.Sweep(context.Background(), s.Desk, s.Scope.Merchant); err != nil {
					t.Error(err)
				}
			})
		}
		nodes.Wait()
		for _, id := range ids {
			if n := len(s.told(id, journal.OrderLifted)); n != 1 {
				t.Errorf("order %s was lifted %d times", id, n)
			}
		}
	})
}

// A hold that ends in the past is refused before anything is written.
func TestPastEnds(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		p := s.Place("MUG", 1)
		for name, until := range map[string]int64{"past": s.until(-time.Second), "too_far": s.until(400 * 24 * time.Hour)} {
			r := s.Request("MUG", 1)
			r.Holds = []order.Hold{{Reason: "fraud_review"}, {Reason: "address", Until: until}}
			_, err := desktest.Try(s.Shop, intake.Place, intake.PlaceCommand{Request: r})
			if f := fields(err); len(f) != 1 || f[0].Code != name || f[0].Pointer != "/holds/1/until" {
				t.Errorf("placing with a hold that ends %s: %v", name, err)
			}
			_, err = desktest.Try(s.Shop, intake.Hold, intake.HoldCommand{Order: p.Order.ID, Hold: order.Hold{Reason: "address", Until: until}})
			if f := fields(err); len(f) != 1 || f[0].Code != name || f[0].Pointer != "/until" {
				t.Errorf("holding until %s: %v", name, err)
			}
		}
		if n := len(s.order(p.Order.ID).Holds); n != 0 {
			t.Errorf("%d holds were placed", n)
		}
	})
}

// What stood still past its end is told by verify, and ends with the next look.
// Kills: a law that cannot be broken; a clock that forgets what it missed.
func TestMissedEnds(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		p := s.Place("MUG", 1)
		desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: p.Order.ID, Hold: order.Hold{Reason: "address", Until: s.until(time.Hour)}})
		s.clock.Pass(3 * time.Hour) // nobody ran
		r, err := verify.Run(context.Background(), s.DB, verify.Options{})
		if err != nil || len(r.Violations) != 1 || r.Violations[0].ID != "H1" {
			t.Fatalf("verify found %+v, %v", r.Violations, err)
		}
		s.sweep()
		if o := s.order(p.Order.ID); o.Statuses.Hold != "none" {
			t.Errorf("the order is still on hold: %+v", o.Holds)
		}
	})
}

func fields(err error) []fault.Field {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	return f.Fields
}
