package batching_test

import (
	"context"
	"log/slog"
	"testing"

	"orderly/internal/batching"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/flow"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/profiles"
	"orderly/internal/store/storetest"
)

func gathering(s *desktest.Shop, every int) {
	s.T.Helper()
	p := sourcing.Profile{Every: every, Strategies: []sourcing.Strategy{{Name: "Together", Batch: true, Weights: sourcing.Weights{Priority: 1, Split: 10}, After: sourcing.Backordered}}}
	v := desktest.Must(s, admin.SaveSourcing, admin.SourcingCommand{Name: "Batches", Profile: p}).Value.(*sourcing.Version)
	desktest.Must(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: v.ID, State: sourcing.Active})
}

func read(t *testing.T, s *desktest.Shop, id order.ID) (o *order.Order) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func sound(t *testing.T, s *desktest.Shop) {
	t.Helper()
	r, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Errorf("%+v", v)
	}
}

// Kills: a batch that decides one by one. The first order may come from A or B,
// the second only from A: one by one the first takes A and the second waits.
func TestBatchSeesAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 1, "B", 1)
		s.Goods("Y", catalog.Backorder, "A", 1)
		gathering(s, 0)
		shadow := desktest.Must(s, admin.SaveSourcing, admin.SourcingCommand{Name: "Other", Profile: sourcing.Profile{Strategies: []sourcing.Strategy{{Name: "o", Batch: true, After: sourcing.Backordered}}}}).Value.(*sourcing.Version)
		desktest.Must(s, admin.MoveSourcing, admin.SourcingStateCommand{Profile: shadow.ID, State: sourcing.Shadow})
		first := s.Place("X", 1)
		second := s.Place("X", 1, "Y", 1)
		if first.Order.Statuses.Stage != order.StageUnsourced || len(first.Fulfillments) != 0 || len(second.Order.Holds) != 0 {
			t.Fatalf("it does not wait: %+v", first.Order.Statuses)
		}
		would, err := batching.Run(context.Background(), s.Desk, s.Scope, batching.Dry)
		if err != nil || would.Full != 2 || would.Allocated != 0 || read(t, s, first.Order.ID).Sums[order.Allocated] != 0 {
			t.Fatalf("planned %+v, %v", would, err)
		}
		did, err := batching.Run(context.Background(), s.Desk, s.Scope, batching.ByPerson)
		if err != nil || did.Allocated != 3 || did.Refused != 0 {
			t.Fatalf("did %+v, %v", did, err)
		}
		for _, p := range []*intake.Placed{first, second} {
			if o := read(t, s, p.Order.ID); o.Sums[order.Unsourced]+o.Sums[order.Backordered] != 0 {
				t.Errorf("order %d has %v", o.Number, o.Sums)
			}
		}
		if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			seen, err := profiles.ShadowOf(r, shadow.ID)
			if err == nil && seen.Decisions != 2 {
				t.Errorf("the shadow was asked %d times about two orders: when they wait, it has nothing to say", seen.Decisions)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again, err := batching.Run(context.Background(), s.Desk, s.Scope, batching.ByPerson)
		if err != nil || again.Waiting != 0 || again.Allocated != 0 {
			t.Errorf("a second batch did %+v, %v", again, err)
		}
		sound(t, s)
	})
}

// Kills: a batch that claims on a stale snapshot; one that leaves what nobody
// has without a word.
func TestBatchLooksAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 2)
		s.Goods("NOW", catalog.Refuse, "A", 1)
		gathering(s, 5)
		p := s.Place("X", 3)
		stale := []sourcing.Take{{Line: 1, Item: p.Order.Lines[0].Item, Place: s.Locations["B"], Quantity: 3}}
		r := desktest.Must(s, intake.Source, intake.SourceCommand{Order: p.Order.ID, Takes: stale})
		if got := r.Value.(*intake.Sourced); got.Allocated != 2 || got.Backordered != 1 {
			t.Errorf("B has none: %+v", got)
		}
		if now := s.Place("NOW", 1); len(now.Fulfillments) != 1 {
			t.Error("what is never backordered waits for a batch, claimed by nobody")
		}
		waits := s.Place("X", 1)
		f := &batching.Follower{Desk: s.Desk, Log: slog.New(slog.DiscardHandler)}
		if err := f.Due(context.Background()); err != nil {
			t.Fatal(err)
		}
		if o := read(t, s, waits.Order.ID); o.Sums[order.Backordered] != 1 {
			t.Errorf("nobody has it, so it waits for stock after the batch: %v", o.Sums)
		}
		sound(t, s)
	})
}

// Kills: a clock that sources what a flow leaves to people; a person who may not.
func TestBatchLeavesToPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5)
		gathering(s, 5)
		f := *flow.Template("manual")
		f.Name, f.Source = "By hand", flow.Person
		desktest.Must(s, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: []string{""}})
		p := s.Place("X", 2)
		clock, err := batching.Run(context.Background(), s.Desk, s.Scope, batching.ByClock)
		if err != nil || clock.Allocated != 0 || read(t, s, p.Order.ID).Sums[order.Unsourced] != 2 {
			t.Errorf("the clock did %+v, %v", clock, err)
		}
		person, err := batching.Run(context.Background(), s.Desk, s.Scope, batching.ByPerson)
		if err != nil || person.Allocated != 2 {
			t.Errorf("a person did %+v, %v", person, err)
		}
		sound(t, s)
	})
}
