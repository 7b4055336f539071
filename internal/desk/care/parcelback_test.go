package care_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/storetest"
)

// A refused parcel is a return of all that is in it, once, and is received
// where it was sent from.
func TestParcelBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p := s.Place("MUG", 3)
		back := func(id fulfillment.ParcelID) (*returns.Return, error) {
			r, err := desktest.Try(s, care.ParcelBack, care.ParcelBackCommand{Parcel: id})
			if err != nil {
				return nil, err
			}
			return r.Value.(*returns.Return), nil
		}
		s.Work(p.Fulfillments[0].ID, "release", "pick", "pack")
		box := boxOf(s, p.Order.ID)
		if _, err := back(box); fault.CodeOf(err) != "not_under_way" {
			t.Errorf("before it left: %v", err)
		}
		s.Work(p.Fulfillments[0].ID, "ship")
		x, err := back(box)
		if err != nil || x.State != returns.InTransit || x.Lines[0].Requested != 3 || x.Location != s.Locations["A"] {
			t.Fatalf("%+v %v", x, err)
		}
		if _, err := back(box); fault.CodeOf(err) != "not_returnable" {
			t.Errorf("it comes back twice: %v", err)
		}
		desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{SKU: "MUG", Quantity: 3}}})
		desktest.Must(s, care.InspectReturn, care.InspectCommand{Return: x.ID, Lines: []returns.Move{{N: 1, To: returns.Restock}}})
		if l := level(s, "MUG", "A"); l.OnHand != 9 {
			t.Errorf("%+v", l)
		}
		if _, err := back(5); fault.CodeOf(err) != "no_such_parcel" {
			t.Error(err)
		}
		sound(t, db)
	})
}

func boxOf(s *desktest.Shop, id order.ID) (box fulfillment.ParcelID) {
	s.T.Helper()
	read(s, func(r *store.Reader) error {
		list, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
		if err == nil {
			box = list[0].ID
		}
		return err
	})
	return box
}
