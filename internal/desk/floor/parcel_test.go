package floor_test

import (
	"context"
	"os"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// boxed packs a new order of one unit and gives its parcel.
func boxed(s *desktest.Shop, tracking string) (fulfillment.ParcelID, order.ID) {
	s.T.Helper()
	p := s.Place("X", 1)
	s.Work(p.Fulfillments[0].ID, "release", "pick")
	c := floor.PackCommand{Fulfillment: p.Fulfillments[0].ID}
	if tracking != "" {
		c.Carrier, c.Tracking = "post", tracking
	}
	return fulfillment.ParcelID(desktest.Must(s, floor.Pack, c).ID), p.Order.ID
}

func step(s *desktest.Shop, id fulfillment.ParcelID, acts ...string) {
	s.T.Helper()
	for _, act := range acts {
		desktest.Must(s, floor.Parcel, floor.ParcelCommand{Parcel: id, Act: act})
	}
}

func refused(t *testing.T, s *desktest.Shop, id fulfillment.ParcelID, act, code string) {
	t.Helper()
	if _, err := desktest.Try(s, floor.Parcel, floor.ParcelCommand{Parcel: id, Act: act}); fault.CodeOf(err) != code {
		t.Errorf("%s was answered with %v, expected %s", act, err, code)
	}
}

func TestReturnedUnitsStayOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5)
		id, of := boxed(s, "")
		step(s, id, "ship", "deliver")
		desktest.Must(s, care.ReceiveReturn, care.ReturnCommand{Order: of, Location: s.Locations["A"], Parts: []order.Part{{Line: 1}}})
		step(s, id, "undeliver")
		refused(t, s, id, "unship", "already_returned")
		refused(t, s, id, "lose", "already_returned")
		step(s, id, "deliver")
	})
}

func TestTrackingNumberGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5)
		older, _ := boxed(s, "")
		first, _ := boxed(s, "T1")
		step(s, first, "ship")
		got, err := desk.Do(context.Background(), s.Desk, floor.Parcel, s.Scope, []floor.ParcelCommand{
			{Parcel: first, Act: "deliver"}, {Parcel: older, Act: "ship", Carrier: "post", Tracking: "T1"},
		}, desk.Options{})
		if err != nil || got[0].Err != nil || got[1].Err != nil {
			t.Fatalf("a number that comes free in a batch: %v %v", got, err)
		}
		refused(t, s, first, "undeliver", "tracking_taken")
		step(s, older, "deliver")
		step(s, first, "undeliver")
	})
}
