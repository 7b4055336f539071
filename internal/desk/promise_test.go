package desk_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/promises"
	"orderly/internal/store/storetest"
)

// delivers makes a method within Great Britain, from some places.
func delivers(s *desktest.Shop, code string, cost int64, days int, from ...stock.LocationID) {
	s.T.Helper()
	desktest.Must(s, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{
		Code: code, Name: code, Kind: delivery.Parcel, Active: true, From: from,
		Zones: []delivery.Zone{{Countries: []string{"GB"}, MinDays: 1, MaxDays: days, Bands: []delivery.Band{{UpTo: 5000, Cost: cost}}}},
	}})
}

func promisesOf(t *testing.T, s *desktest.Shop, id order.ID) (list []delivery.Promise, done delivery.Done) {
	t.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		all, err := promises.Of(r, []order.ID{id})
		if err != nil {
			return err
		}
		list = all[id]
		done, err = promises.DoneOf(r, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list, done
}

// What is offered for a cart is what an order of it is then promised; the
// order is sent only from where its method goes, and the ledger keeps the first
// promise whatever is promised later.
//
// Kills: an offer from a place that the method does not leave; a promise that
// is overwritten; an order without a method that gets a row; a fulfillment that
// is due when the order was.
func TestPromises(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5, "B", 5)
		delivers(s, "standard", 395, 2)
		delivers(s, "north", 100, 1, s.Locations["B"])
		cart := intake.Cart{Channel: "web", Lines: []order.RequestLine{{SKU: "MUG", Quantity: 2}}, ShipTo: party.Address{Country: "GB", PostalCode: "LS1 1AA"}}
		offers := offered(t, s, cart)
		if len(offers.Options) != 2 || offers.Options[0].Code != "north" || offers.Options[0].Legs[0].From != s.Locations["B"] || offers.Options[1].Cost != 395 || !offers.Options[1].Complete {
			t.Fatalf("offered %+v", offers)
		}
		if n := offered(t, s, intake.Cart{Channel: "web", Lines: cart.Lines, ShipTo: party.Address{Country: "FR"}}); len(n.Options) != 0 {
			t.Errorf("offered to where nothing goes: %+v", n)
		}
		r := s.Request("MUG", 2)
		r.Method = "north"
		placed := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		if f := placed.Fulfillments[0]; f.Location != s.Locations["B"] || f.Method != "north" || f.DueAt != offers.Options[0].Latest {
			t.Errorf("sent from %s by %s until %d, offered %d", f.Location, f.Method, f.DueAt, offers.Options[0].Latest)
		}
		first, _ := promisesOf(t, s, placed.Order.ID)
		if len(first) != 1 || first[0].DeliverBy != offers.Options[0].Latest || first[0].ShipBy == 0 || first[0].Cause != delivery.Placement || first[0].Entry == 0 {
			t.Fatalf("promised %+v, offered %+v", first, offers.Options[0])
		}
		later := first[0].DeliverBy + 48*3_600_000_000
		desktest.Must(s, intake.PromiseAgain, intake.PromiseCommand{Order: placed.Order.ID, DeliverBy: later, Cause: delivery.Delay})
		again := desktest.Must(s, intake.PromiseAgain, intake.PromiseCommand{Order: placed.Order.ID, DeliverBy: later, Cause: delivery.Delay})
		list, done := promisesOf(t, s, placed.Order.ID)
		if again.Status != "unchanged" || len(list) != 2 || list[0] != first[0] || list[1].DeliverBy != later || list[1].Cause != delivery.Delay {
			t.Errorf("after a delay: %+v", list)
		}
		if state, _ := list[0].Outcome(done, first[0].DeliverBy+1); state != delivery.Overdue {
			t.Errorf("the first promise is %s when its day is over", state)
		}
		s.Ship(placed)
		if _, done := promisesOf(t, s, placed.Order.ID); done.ShippedAt == 0 || done.ArrivedAt != 0 {
			t.Errorf("shipped: %+v", done)
		}
		if none, _ := promisesOf(t, s, s.Place("MUG", 1).Order.ID); len(none) != 0 {
			t.Errorf("nothing was promised, kept %+v", none)
		}
		sound(t, s)
	})
}

// A method that is not there, does not go there or is not for goods refuses an
// order, and nothing of it is left.
func TestPlaceByMethodRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		delivers(s, "standard", 395, 2)
		desktest.Must(s, admin.SaveMethod, admin.MethodCommand{Method: delivery.Method{Code: "mail", Name: "By mail", Kind: delivery.Digital, Active: true}})
		for code, want := range map[string]string{"pigeon": "invalid", "mail": "invalid", "standard": "not_delivered"} {
			r := s.Request("MUG", 2)
			r.Method = code
			r.Parties.ShipTo.Country = "FR"
			if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r}); fault.CodeOf(err) != want {
				t.Errorf("%s: %v", code, err)
			}
		}
		r := s.Request("MUG", 2)
		r.Method = delivery.Usual
		desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r})
		sound(t, s)
	})
}

// What was short at placement is promised when it has come.
func TestPromiseWhenServed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 1)
		delivers(s, "standard", 395, 2)
		r := s.Request("MUG", 3)
		r.Method = "standard"
		placed := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		if list, _ := promisesOf(t, s, placed.Order.ID); len(list) != 0 {
			t.Errorf("a day was promised of what nobody has: %+v", list)
		}
		s.Receive("MUG", "A", 5)
		list, _ := promisesOf(t, s, placed.Order.ID)
		if len(list) != 1 || list[0].Cause != delivery.Served || list[0].DeliverBy <= db.Now() {
			t.Errorf("when it came: %+v", list)
		}
		sound(t, s)
	})
}

func offered(t *testing.T, s *desktest.Shop, c intake.Cart) (out intake.Offers) {
	t.Helper()
	begun := time.Now()
	if err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		out, err = intake.PromiseFor(s.Desk, r, c)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Logf("offered in %s", time.Since(begun))
	return out
}

// An order that a person finds a place for is promised what its method says
// then, as its first promise.
//
// Kills: an order that was never promised anything because nothing was reserved
// when it came; a promise while units wait.
func TestPromiseWhenSourced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 5)
		delivers(s, "standard", 395, 2)
		f := *flow.Template("manual")
		f.Name, f.Source = "By hand", flow.Person
		desktest.Must(s, admin.SaveFlow, admin.FlowCommand{Flow: f, Channels: []string{""}})
		r := s.Request("MUG", 2)
		r.Method = "standard"
		o := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
		if list, _ := promisesOf(t, s, o.ID); len(list) != 0 {
			t.Fatalf("promised without a place: %+v", list)
		}
		desktest.Must(s, intake.Source, intake.SourceCommand{Order: o.ID})
		list, _ := promisesOf(t, s, o.ID)
		if len(list) != 1 || list[0].Cause != delivery.Sourced || list[0].DeliverBy <= db.Now() || list[0].N != 1 {
			t.Errorf("promised %+v", list)
		}
		sound(t, s)
	})
}
