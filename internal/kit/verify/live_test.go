package verify_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/kit/verify"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// TestWhileWriting runs verify at every level while others place, work, count
// and cancel. Whatever it meets, it never names a violation.
func TestWhileWriting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		skus := []string{"S0", "S1", "S2", "S3", "S4"}
		for _, sku := range skus {
			s.Goods(sku, catalog.Backorder, "A", 400, "B", 300, "C", 200)
		}
		stop := make(chan struct{})
		var writers sync.WaitGroup
		var acts atomic.Int64
		for i := range 3 {
			writers.Go(func() { scribble(t, s, skus, rand.New(rand.NewPCG(7, uint64(i))), &acts, stop) })
		}
		during := 0 // runs in which somebody wrote
		for (acts.Load() < 250 || during < 6) && !t.Failed() {
			for _, level := range levels {
				before := acts.Load()
				for _, v := range run(t, db, verify.Options{Level: level}).Violations {
					t.Errorf("%s, after %d acts: %+v", level, before, v)
				}
				if acts.Load() > before {
					during++
				}
			}
		}
		close(stop)
		writers.Wait()
		r := run(t, db, verify.Options{Level: verify.Deep})
		for _, v := range r.Violations {
			t.Errorf("when all was quiet: %+v", v)
		}
		t.Logf("%d orders, %d acts, %d runs while they were done", r.Orders, acts.Load(), during)
	})
}

// scribble does acts at random until it is stopped. Refusals are expected.
func scribble(t *testing.T, s *desktest.Shop, skus []string, rng *rand.Rand, acts *atomic.Int64, stop <-chan struct{}) {
	var made []*intake.Placed
	sku := func() string { return skus[rng.IntN(len(skus))] }
	place := func() string { return string("ABC"[rng.IntN(3)]) }
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		var err error
		switch n % 8 {
		default:
			var r desk.Result
			r, err = desktest.Try(s, intake.Place, intake.PlaceCommand{Request: s.Request(sku(), 1+rng.IntN(4), sku(), 1+rng.IntN(9))})
			if p, ok := r.Value.(*intake.Placed); ok {
				made = append(made, p)
			}
		case 5:
			_, err = desktest.Try(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: sku(), Location: s.Locations[place()], Quantity: int64(rng.IntN(300))}}})
		case 6:
			_, err = desktest.Try(s, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: sku(), Location: s.Locations[place()], Quantity: int64(1 + rng.IntN(50))}}})
		case 7:
			_, err = desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: made[rng.IntN(len(made))].Order.ID, Remaining: true})
		}
		var refusal *fault.Error
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("act %d: %v", n, err)
			return
		}
		acts.Add(1)
		if len(made) > 0 {
			advance(s, made[rng.IntN(len(made))].Fulfillments)
		}
	}
}

// advance tries each step on the fulfillments of an order.
func advance(s *desktest.Shop, fuls []*fulfillment.Fulfillment) {
	for _, f := range fuls {
		for _, op := range []*desk.Operation[floor.WorkCommand]{floor.Release, floor.Pick} {
			_, _ = desk.One(context.Background(), s.Desk, op, s.Scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
		}
		if _, err := desktest.Try(s, floor.Pack, floor.PackCommand{Fulfillment: f.ID}); err == nil {
			_, _ = desktest.Try(s, floor.Parcel, floor.ParcelCommand{Fulfillment: f.ID, Act: "ship"})
		}
	}
}
