package partner_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"orderly/internal/desk/desktest"
	"orderly/internal/desk/partner"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
)

// A partner whose first call seemed to fail tells the same parcel again, and again
// by another path, while its clerk clicks twice. Who looks first and writes then
// notes it many times; here it leaves once.
func TestScenarioS21PartnerShipsTwice(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		_, naive := s.ask(3)
		if n := s.lookThenNote(naive); n != 2 {
			t.Errorf("with the naive variant it left %d times: the scenario shows nothing", n)
		}
		_, id := s.ask(3)
		desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: id})
		var noted, again atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				r, err := desktest.Try(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}, Carrier: "dpd", Tracking: "S21"}}})
				switch {
				case err != nil:
					t.Error(err)
				case r.Status == "done":
					noted.Add(1)
				default:
					again.Add(1)
				}
			})
		}
		wg.Wait()
		f := s.fulfillment(id)
		parcels := s.parcels(order.ID(f.Source))
		if noted.Load() != 1 || again.Load() != 15 || len(parcels) != 1 || f.Lines[0].Shipped != 1 {
			t.Errorf("noted %d times, %d parcels, %d units left", noted.Load(), len(parcels), f.Lines[0].Shipped)
		}
	})
}

// lookThenNote is how parcels leave twice: whoever tells of one looks first whether
// its number is known, and tells it without any where nothing can know it again. All
// look before anybody tells. It gives how many parcels left.
func (s *shop) lookThenNote(id fulfillment.ID) int {
	of := order.ID(s.fulfillment(id).Source)
	var looked, wg sync.WaitGroup
	looked.Add(2)
	for range 2 {
		wg.Go(func() {
			known := len(s.parcels(of)) > 0
			looked.Done()
			looked.Wait()
			if !known {
				desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Parts: []fulfillment.Part{{Line: 1, Quantity: 1}}}}})
			}
		})
	}
	wg.Wait()
	return len(s.parcels(of))
}

func (s *shop) fulfillment(id fulfillment.ID) (f *fulfillment.Fulfillment) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := fulfillments.Load(r, []fulfillment.ID{id})
		if err == nil {
			f = list[0]
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return f
}

func (s *shop) parcels(id order.ID) (list []*fulfillment.Parcel) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		list, err = fulfillments.ParcelsOfOrders(r, []order.ID{id})
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return list
}
