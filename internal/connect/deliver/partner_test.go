package deliver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
)

// Kills: a partner that is told of another's requests, of the shop's own work, of
// quantities or people; one that is not told that it was asked, or asked to stop; an
// endpoint of a partner that wants more.
func TestPartnerIsToldOfItsOwn(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		for _, code := range []string{"P", "Q"} {
			r := desktest.Must(s.Shop, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: code, Kind: "3pl", Active: true}})
			s.Locations[code] = stock.LocationID(r.ID)
			s.Goods("OF-"+code, catalog.Backorder)
			desktest.Must(s.Shop, floor.Report, floor.ReportCommand{Location: s.Locations[code], Lines: []stock.Line{{SKU: "OF-" + code, Quantity: 9}}})
		}
		hook := func(at string, types ...string) error {
			_, err := desktest.Try(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: at, Address: s.address, Types: types, Secret: admin.NewWebhookSecret(), Location: s.Locations[at]})
			return err
		}
		if err := hook("P", "order.placed"); fault.CodeOf(err) == "" {
			t.Error("a partner is told of orders")
		}
		if err := hook("A", "*"); fault.CodeOf(err) != "no_such_partner" {
			t.Errorf("a place of our own: %v", err)
		}
		if err := hook("P", "*"); err != nil {
			t.Fatal(err)
		}
		asked := map[string]fulfillment.ID{}
		for _, code := range []string{"P", "Q"} {
			f := s.Place("OF-"+code, 2).Fulfillments[0]
			s.Work(f.ID, "release")
			asked[code] = f.ID
			desktest.Must(s.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: f.ID})
			desktest.Must(s.Shop, partner.Stop, partner.StopCommand{Fulfillment: f.ID, Then: "cancel"})
		}
		s.Ship(s.Place("MUG", 1))
		s.work()
		var steps []string
		for _, m := range s.taken() {
			var e struct {
				Type string
				Data map[string]string
			}
			if err := json.Unmarshal(m.Body, &e); err != nil {
				t.Fatal(err)
			}
			if e.Data["request"] != asked["P"].String() || e.Data["location"] != s.Locations["P"].String() || len(e.Data) > 5 {
				t.Errorf("told %s", m.Body)
			}
			steps = append(steps, e.Type)
		}
		if got := strings.Join(steps, " "); got != "fulfillment.submitted fulfillment.cancellation_requested" {
			t.Errorf("told of %s", got)
		}
	})
}
