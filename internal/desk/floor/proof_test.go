package floor_test

import (
	"context"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
)

// Kills: a proof of what was only sent; a file that is no picture; a proof that
// is lost, or of another parcel.
func TestProofOfDelivery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		p := s.Place("MUG", 1)
		id := p.Fulfillments[0].ID
		s.Work(id, "release", "pick", "pack")
		told := func(act string, data string) error {
			_, err := desktest.Try(s, floor.Parcel, floor.ParcelCommand{Fulfillment: id, Act: act, Proof: &fulfillment.Proof{Name: "Ada", Place: "at the door", Data: []byte(data)}})
			return err
		}
		if err := told("ship", ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a proof of shipping: %v", err)
		}
		s.Work(id, "ship")
		if err := told("deliver", "<svg/>"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no picture: %v", err)
		}
		if err := told("deliver", ""); err != nil {
			t.Fatal(err)
		}
		err := db.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			list, err := fulfillments.ParcelsOfOrders(r, []order.ID{p.Order.ID})
			if err != nil {
				return err
			}
			x, ok, err := fulfillments.ProofOf(r, list[0].ID)
			if !ok || x.Name != "Ada" || x.Place != "at the door" || x.At == 0 {
				t.Errorf("%+v", x)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
