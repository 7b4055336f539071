package releasing_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/releasing"
	"orderly/internal/store"
	"orderly/internal/store/preorders"
	"orderly/internal/store/promises"
)

// The clock ends an offer, and whoever waits for one whose day has moved is
// promised the new one by the job that the change has left.
//
// Kills: an offer that goes on past its time; a job that nobody runs; a promise
// that is made twice for one move.
func TestPreordersByThemselves(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("NEW", catalog.Refuse)
		day := func(n int) string {
			return time.UnixMicro(s.DB.Now()).In(zone(t)).AddDate(0, 0, n).Format(time.DateOnly)
		}
		id := preorder.ID(desktest.Must(s.Shop, admin.OfferPreorder, admin.OfferCommand{SKU: "NEW", Cap: 5, Day: day(20), EndsAt: s.until(48 * time.Hour)}).ID)
		waits := s.Place("NEW", 2).Order.ID
		later := day(40)
		desktest.Must(s.Shop, admin.ChangePreorder, admin.ChangeOfferCommand{Offer: id, Day: &later, Reason: "supplier"})
		runner := jobs.New(s.DB, releasing.Kinds(s.Desk), jobs.Options{})
		rounds := func() {
			t.Helper()
			for began := 1; began > 0; {
				var err error
				if began, err = runner.Round(context.Background()); err != nil {
					t.Fatal(err)
				}
				runner.Wait()
			}
		}
		rounds()
		rounds()
		if list := s.promises(waits); len(list) != 2 || list[1].Cause != delivery.Preorder || list[1].ShipBy-list[0].ShipBy < 19*24*hour {
			t.Errorf("promised %+v", list)
		}
		s.clock.Pass(49 * time.Hour)
		rounds()
		if o := s.offer(id); o.Ended != preorder.ByTime {
			t.Errorf("past its time: %+v", o)
		}
		if _, err := desktest.Try(s.Shop, intake.Place, intake.PlaceCommand{Request: s.Request("NEW", 1)}); err == nil {
			t.Error("taken past its time")
		}
	})
}

func (s *shop) promises(id order.ID) (out []delivery.Promise) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		found, err := promises.Of(r, []order.ID{id})
		out = found[id]
		return err
	})
	return out
}

func (s *shop) offer(id preorder.ID) (o *preorder.Offer) {
	s.T.Helper()
	s.read(func(r *store.Reader) error {
		list, err := preorders.Load(r, []preorder.ID{id})
		if err == nil {
			o = list[0]
		}
		return err
	})
	return o
}
