package post_test

import (
	"strings"
	"testing"

	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/collect"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/pickups"
	"orderly/internal/store/storetest"
)

// Who comes for an order is told the code, the place and the day, and of a new
// day; of what was handed over meanwhile nothing is told.
//
// Kills: a mail with a code that opens nothing, or without the place; a code
// that is shown to who looks at the letter; a hand-over told as a parcel on its
// way; a message of what is gone.
func TestPickup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		desktest.Must(s.Shop, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
			Code: "collect", Name: "Collect at A", Kind: delivery.Collect, Active: true, From: []stock.LocationID{s.Locations["A"]}, ShelfDays: 5,
		}})
		r := s.Request("MUG", 2)
		r.Method = "collect"
		p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		f := p.Fulfillments[0].ID
		s.Work(f, "release", "pick", "pack")
		desktest.Must(s.Shop, collect.Shelve, collect.ShelveCommand{Fulfillment: f, Shelf: "P1"})
		s.settle()
		var code string
		err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			list, err := pickups.Load(r, []fulfillment.ID{f})
			if err == nil {
				code, err = collect.CodeOf(s.Desk, list[0])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, m := range s.box.Mail() { // they leave side by side
			all += m.Text
		}
		if !strings.Contains(all, pickup.Grouped(code)) || !strings.Contains(all, "Location A") {
			t.Errorf("the code is %s, the mail says\n%s", pickup.Grouped(code), all)
		}
		desktest.Must(s.Shop, collect.Extend, collect.ExtendCommand{Fulfillment: f, Days: 30})
		desktest.Must(s.Shop, collect.HandOver, collect.HandOverCommand{Fulfillment: f, Proof: pickup.Proof{Code: code}})
		s.settle()
		if got := states(s.of(p.Order.ID)); got != "placed sent, ready_for_pickup sent, pickup_extended skipped, delivered sent" {
			t.Error(got)
		}
	})
}
