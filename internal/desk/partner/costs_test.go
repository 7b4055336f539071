package partner_test

import (
	"context"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

func price(text string) money.Price {
	p, err := money.ParsePrice(text)
	if err != nil {
		panic(err)
	}
	return p
}

// today is the day of the shop, so many later.
func (s *shop) today(later int) int64 {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		s.T.Fatal(err)
	}
	return figures.After(figures.Days(zone)(s.DB.Now()), later)
}

// noon lets it become the middle of the next day, so that no test runs over
// midnight.
func (s *shop) noon() {
	now := s.clock.Now().UTC()
	next := time.Date(now.Year(), now.Month(), now.Day()+1, 12, 0, 0, 0, time.UTC)
	s.clock.Pass(next.Sub(now))
}

// card adds a rate card of a place that holds from a day: order 2.50, a unit 0.25
// after the first, freight 4.10 to 2 kg, storage 0.011 a unit and day, 0.10 a unit
// received, 1.75 a unit that comes back.
func (s *shop) card(at string, from int64) *tariff.Card {
	s.T.Helper()
	c := tariff.Card{Location: int64(s.Locations[at]), From: from, Currency: "EUR", Rates: []tariff.Rate{
		{Kind: tariff.PerOrder, Price: price("2.50")}, {Kind: tariff.PerUnit, Price: price("0.25"), Included: 1}, {Kind: tariff.PerFreight, Price: price("4.10"), UpTo: 2000},
		{Kind: tariff.PerStored, Price: price("0.011")}, {Kind: tariff.PerReceived, Price: price("0.10")}, {Kind: tariff.PerReturned, Price: price("1.75")},
	}}
	return desktest.Must(s.Shop, partner.AddCard, partner.CardCommand{Card: c}).Value.(*tariff.Card)
}

// sent places an order that the 3PL at P sends in one parcel of 900 g.
func (s *shop) sent(sku string, q int, tracking string) (order.ID, fulfillment.ID) {
	s.T.Helper()
	p := s.Place(sku, q)
	id := p.Fulfillments[0].ID
	if p.Fulfillments[0].Location != s.Locations["P"] {
		s.T.Fatal("the order is not at the 3PL")
	}
	desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: id})
	desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: id, Parcels: []partner.Sent{{Carrier: "dhl", Tracking: tracking, WeightGrams: 900}}})
	return p.Order.ID, id
}

func (s *shop) read(f func(*store.Reader) error) {
	s.T.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.T.Fatal(err)
	}
}

func (s *shop) zone() *time.Location {
	zone, _ := time.LoadLocation("Europe/London")
	return zone
}

func (s *shop) costs(from, to int64, b tariff.Book) (out tariff.Costs) {
	s.T.Helper()
	s.read(func(r *store.Reader) (err error) {
		if b == nil {
			if b, err = tariffs.Book(r, int64(s.Locations["P"])); err != nil {
				return err
			}
		}
		out, err = tariffs.Costs(r, tariffs.Period{Location: int64(s.Locations["P"]), Goods: true, From: from, To: to, Today: s.today(0), Zone: s.zone()}, b)
		return err
	})
	return out
}

func amounts(c tariff.Costs) map[string]int64 {
	out := map[string]int64{}
	for _, x := range c.Sums() {
		out[x.Kind] = x.Amount
	}
	return out
}

// What a 3PL does is charged by its card, from what is booked: what it sent, took
// in, had at the end of each day and got back.
//
// Kills: a return that is stored twice for being inspected; a transfer that is no
// receipt; a receipt that was reversed and is charged; units that are counted on a
// day that has not ended; what another place did.
func TestCostsFromFacts(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		s.Goods("CUP", catalog.Backorder, "P", 10)
		day := s.today(0)
		s.card("P", day)
		s.Receive("CUP", "A", 50)
		wrong := s.Receive("CUP", "P", 7)
		desktest.Must(s.Shop, floor.ReverseReceipt, floor.ReverseCommand{Receipt: wrong.ID})
		desktest.Must(s.Shop, floor.Transfer, floor.TransferCommand{To: s.Locations["P"], Lines: []stock.Line{{SKU: "CUP", Location: s.Locations["A"], Quantity: 5}}})
		desktest.Must(s.Shop, floor.Adjust, floor.AdjustCommand{Lines: []stock.Line{{SKU: "CUP", Location: s.Locations["A"], Quantity: -45, Reason: "sold"}}})
		kept, undone := s.sent("CUP", 1, "T0") // it came back to the dock
		s.Work(undone, "unship")
		id, ful := s.sent("CUP", 3, "T1")
		s.Receive("CUP", "A", 7)
		split := s.Place("CUP", 15) // from both places; ours leaves, and costs nothing there
		for _, f := range split.Fulfillments {
			if f.Location == s.Locations["A"] {
				s.Work(f.ID, "release", "pick", "pack", "ship")
			} else {
				desktest.Must(s.Shop, floor.Release, floor.WorkCommand{Fulfillment: f.ID})
				desktest.Must(s.Shop, partner.Send, partner.SendCommand{Fulfillment: f.ID, Parcels: []partner.Sent{{Carrier: "dhl", Tracking: "T2", WeightGrams: 1900}}})
			}
		}
		if len(split.Fulfillments) != 2 {
			t.Fatalf("%d fulfillments", len(split.Fulfillments))
		}
		s.clock.Pass(24 * time.Hour)
		desktest.Must(s.Shop, care.ReceiveReturn, care.ReturnCommand{Order: id, Location: s.Locations["P"], Parts: []order.Part{{Line: 1, Quantity: 2}}, Restock: true, Reason: "other"})

		got := amounts(s.costs(day, figures.After(day, 1), nil))
		want := map[string]int64{tariff.PerOrder: 500, tariff.PerUnit: 50 + 250, tariff.PerFreight: 820, tariff.PerReceived: 150, tariff.PerReturned: 350, tariff.PerStored: 1} // the one that lies on the dock
		for kind, n := range want {
			if got[kind] != n {
				t.Errorf("%s comes to %d, want %d", kind, got[kind], n)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%v", got)
		}
		s.clock.Pass(24 * time.Hour)
		if got := amounts(s.costs(figures.After(day, 1), figures.After(day, 1), nil)); got[tariff.PerStored] != 3 || got[tariff.PerOrder] != 0 { // 3 × 0.011
			t.Errorf("the next day %v", got)
		}
		s.read(func(r *store.Reader) error {
			if all, err := tariffs.OfOrder(r, int64(kept), s.zone()); err != nil || len(all) != 0 {
				t.Errorf("what has not left costs %+v, %v", all, err)
			}
			all, err := tariffs.OfOrder(r, int64(id), s.zone())
			if err != nil || len(all) != 1 || all[0].Location != int64(s.Locations["P"]) || len(all[0].Totals()) != 1 || all[0].Totals()[0].Amount != 250+50+410+350 {
				t.Errorf("the order costs %+v, %v", all, err)
			}
			if all[0].Charges[0].ID != int64(ful) || all[0].Charges[0].Kind != tariff.PerOrder {
				t.Errorf("%+v", all[0].Charges[0])
			}
			return nil
		})
		dear := tariff.Only(&tariff.Card{N: 1, From: s.today(5), Currency: "GBP", Rates: []tariff.Rate{{N: 1, Kind: tariff.PerOrder, Price: price("9")}}})
		simulated := s.costs(day, figures.After(day, 1), dear)
		if got := simulated.Totals(); len(got) != 1 || got[0].Currency != "GBP" || got[0].Amount != 1800 {
			t.Errorf("by another card it comes to %+v", got)
		}
	})
}

// Kills: a card of a place of our own; one that is changed in force, or withdrawn; a
// supplier that charges for goods of its own that lie there; a place that nobody may
// see.
func TestCards(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.noon()
		first := s.card("P", s.today(-100))
		rate := []tariff.Rate{{Kind: tariff.PerOrder, Price: price("1")}}
		refused := func(code string, c tariff.Card) {
			t.Helper()
			if _, err := desktest.Try(s.Shop, partner.AddCard, partner.CardCommand{Card: c}); fault.CodeOf(err) != code {
				t.Errorf("%v; want %s", err, code)
			}
		}
		refused("no_partner", tariff.Card{Location: int64(s.Locations["A"]), From: s.today(0), Currency: "EUR", Rates: rate})
		refused("no_such_location", tariff.Card{Location: 5, From: s.today(0), Currency: "EUR", Rates: rate})
		refused("in_force", tariff.Card{Location: int64(s.Locations["P"]), From: s.today(0), Currency: "EUR", Rates: rate})
		refused("invalid", tariff.Card{Location: int64(s.Locations["S"]), From: s.today(0), Currency: "EUR", Rates: []tariff.Rate{{Kind: tariff.PerStored, Price: 1}}})
		refused("invalid", tariff.Card{Location: int64(s.Locations["P"]), From: s.today(1), Currency: "EUR"})
		next := s.card("P", s.today(1))
		if next.N != 2 || next.CreatedBy == "" {
			t.Errorf("%+v", next)
		}
		if _, err := desktest.Try(s.Shop, partner.WithdrawCard, partner.WithdrawCommand{Card: first.ID}); fault.CodeOf(err) != "in_force" {
			t.Error(err)
		}
		desktest.Must(s.Shop, partner.WithdrawCard, partner.WithdrawCommand{Card: next.ID})
		again := s.card("P", s.today(1))
		s.read(func(r *store.Reader) error {
			b, err := tariffs.Book(r, int64(s.Locations["P"]))
			if err != nil || len(b) != 3 || again.N != 3 || b.On(s.today(1)).ID != again.ID || b.On(s.today(0)).ID != first.ID || len(b[1].Rates) != 6 || b[1].WithdrawnAt == 0 {
				t.Errorf("%+v, %v", b, err)
			}
			return nil
		})
		narrow := s.Scope
		narrow.Locations = []int64{int64(s.Locations["S"])}
		other := &desktest.Shop{T: t, DB: s.DB, Desk: s.Desk, Scope: narrow}
		if _, err := desktest.Try(other, partner.WithdrawCard, partner.WithdrawCommand{Card: again.ID}); fault.CodeOf(err) != "no_such_card" {
			t.Error(err)
		}
	})
}
