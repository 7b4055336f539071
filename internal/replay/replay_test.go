package replay_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/replay"
	"orderly/internal/sourcing"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// version keeps a profile as a draft.
func version(s *desktest.Shop, strategies ...sourcing.Strategy) *sourcing.Version {
	s.T.Helper()
	return desktest.Must(s, admin.SaveSourcing, admin.SourcingCommand{Name: "Trial", Profile: sourcing.Profile{Strategies: strategies}}).Value.(*sourcing.Version)
}

func run(t *testing.T, s *desktest.Shop, o replay.Options) *replay.Report {
	t.Helper()
	o.To = s.DB.Now() + 1
	r, err := replay.Run(context.Background(), s.Desk, s.Scope, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// busy is a shop's random past: orders, deliveries, counts, cancellations,
// shipments.
func busy(s *desktest.Shop, seed uint64, acts int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	codes := []string{"A", "B", "C"}
	for i := range 4 {
		s.Goods(fmt.Sprintf("I%d", i), catalog.Backorder)
	}
	var open []*intake.Placed
	for range acts {
		sku := fmt.Sprintf("I%d", rng.IntN(4))
		switch rng.IntN(8) {
		case 0, 1:
			s.Receive(sku, codes[rng.IntN(3)], int64(1+rng.IntN(6)))
		case 2:
			if len(open) > 0 {
				p := open[rng.IntN(len(open))]
				_, _ = desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID, Remaining: true})
			}
		case 3:
			if len(open) > 0 {
				p := open[rng.IntN(len(open))]
				for _, f := range p.Fulfillments {
					_, _ = desktest.Try(s, floor.Release, floor.WorkCommand{Fulfillment: f.ID})
					_, _ = desktest.Try(s, floor.Pick, floor.WorkCommand{Fulfillment: f.ID})
					if _, err := desktest.Try(s, floor.Pack, floor.PackCommand{Fulfillment: f.ID}); err == nil {
						_, _ = desktest.Try(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f.ID, Act: "ship"})
					}
				}
			}
		default:
			open = append(open, s.Place(sku, 1+rng.IntN(3), fmt.Sprintf("I%d", rng.IntN(4)), 1+rng.IntN(2)))
		}
	}
}

// A profile of which no strategy ever applies leaves all to the built-in rule,
// which is what was done: the replay must find just that.
//
// Kills: stock that is rewound wrongly; claims, shipments, cancellations or
// goods that are gone through twice or not at all.
func TestReplayOfWhatWasDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		busy(s, 6, 40) // stock, claims and orders that wait when the time begins
		begin := s.DB.Now()
		busy(s, 7, 120)
		s.Receive("I0", "A", 100) // more than wait; a checkout holds some of it at the end
		desktest.Must(s, intake.MakeClaim, intake.ClaimCommand{Cart: intake.Cart{
			Channel: "web", ShipTo: party.Address{Country: "GB"}, Lines: []order.RequestLine{{SKU: "I0", Quantity: 90}},
		}})
		v := version(s, sourcing.Strategy{Name: "never", When: sourcing.When{Channels: []string{"nowhere"}}, After: sourcing.Canceled})
		r := run(t, s, replay.Options{Profile: v, From: begin})
		if r.Orders == 0 || r.Done.Units == 0 || r.Done.Backordered == 0 {
			t.Fatalf("the past is too dull: %+v", r)
		}
		if r.Moved != 0 || !reflect.DeepEqual(r.Done, r.Would) {
			t.Errorf("done %+v\nwould %+v\nmoved %+v", r.Done, r.Would, r.Moves)
		}
	})
}

// Kills: a replay that follows the profile that holds instead of the one that is
// tried; a report that differs between equal runs.
func TestReplayOfAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		begin := s.DB.Now()
		s.Goods("X", catalog.Backorder, "A", 10, "B", 10)
		for range 3 {
			s.Place("X", 2)
		}
		v := version(s, sourcing.Strategy{Name: "B first", From: sourcing.From{Only: []string{"B"}}, After: sourcing.Canceled})
		r := run(t, s, replay.Options{Profile: v, From: begin})
		want := []replay.Load{{Place: s.Locations["B"], Fulfillments: 3, Units: 6}}
		if r.Moved != 3 || !reflect.DeepEqual(r.Would.Load, want) || r.Done.Load[0].Place != s.Locations["A"] || r.Moves[0].Would[0].Units != 2 {
			t.Errorf("three orders go from B: %+v", r)
		}
		if again := run(t, s, replay.Options{Profile: v, From: begin}); !reflect.DeepEqual(again.Moves, r.Moves) || !reflect.DeepEqual(again.Would, r.Would) {
			t.Errorf("again it is %+v", again)
		}
		none := run(t, s, replay.Options{Profile: version(s, sourcing.Strategy{Name: "nobody", From: sourcing.From{Kinds: []string{"store"}}, After: sourcing.Canceled}), From: begin})
		if none.Would.Canceled != 6 || none.Would.Units != 0 || none.Done.Units != 6 {
			t.Errorf("nobody sends: %+v", none.Would)
		}
		if _, err := replay.Run(context.Background(), s.Desk, s.Scope, replay.Options{Profile: v, From: 5, To: 5}); err == nil {
			t.Error("an empty time was replayed")
		}
	})
}
