package orders_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/runs"
	"orderly/internal/store"
	"orderly/internal/web/pagetest"
)

// site is a shop with orders in every state.
type site struct {
	*pagetest.Site
	t      *testing.T
	runner *jobs.Runner
	rich   order.ID // one with something in every part of its page
	ids    []order.ID
}

var people = []party.Contact{
	{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+44 20 7946 0001"}, {Name: "Charles Babbage", Email: "charles@example.com"},
	{Name: "Grace Hopper", Email: "grace@example.com", Company: "Navy Supplies"}, {Name: "Mary Somerville", Email: "mary@example.com"},
}

func shopOf(t *testing.T, db *store.DB) *site {
	s := &site{Site: pagetest.Open(t, db), t: t}
	s.runner = jobs.New(db, runs.Kinds(s.Desk, slog.New(slog.DiscardHandler)), jobs.Options{})
	s.Goods("TEA-EARL-GREY", catalog.Backorder, "A", 60, "B", 20)
	s.Goods("MUG-BLUE", catalog.Backorder, "A", 9, "B", 4)
	customer := desktest.Must(s.Shop, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "C-1", Contact: people[0]}})
	for i := range 14 {
		r := s.Request("TEA-EARL-GREY", 1+i%3, "MUG-BLUE", 1+i%2)
		r.Parties.Customer = people[i%len(people)]
		if i%len(people) == 0 {
			r.CustomerID = party.ID(customer.ID)
		}
		if i%3 == 0 {
			r.DueAt = s.DB.Now() + int64(i-6)*3600_000_000*5
		}
		if i%4 == 1 {
			r.Tags = []string{"gift", "vip"}
		}
		s.ids = append(s.ids, desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order.ID)
	}
	desktest.Must(s.Shop, intake.Hold, intake.HoldCommand{Order: s.ids[5], Hold: order.Hold{Reason: "address", Note: "The street number is missing."}})
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: s.ids[6], Amount: 2590, Reference: "card"})
	s.makeRich(party.ID(customer.ID))
	s.CatchUp()
	return s
}

// makeRich lets one order live through most of what an order can.
func (s *site) makeRich(who party.ID) {
	r := s.Request("TEA-EARL-GREY", 4, "MUG-BLUE", 2)
	r.CustomerID, r.Parties.Customer, r.Tags, r.ExternalID = who, people[0], []string{"vip"}, "W-2201-1"
	r.Fees = []order.Fee{{Kind: "shipping", Label: "Shipping", Amount: 490}}
	p := desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	s.rich = p.Order.ID
	f := p.Fulfillments[0].ID
	desktest.Must(s.Shop, intake.Pay, intake.PayCommand{Order: s.rich, Amount: p.Order.Totals.Total, Reference: "ch_1"})
	desktest.Must(s.Shop, intake.Edit, intake.EditCommand{Order: s.rich, Note: "Wants a card with it: happy birthday.", AddTags: []string{"gift"}})
	s.Ship(p)
	_ = f
	desktest.Must(s.Shop, care.ReceiveReturn, care.ReturnCommand{Order: s.rich, Location: s.Locations["A"], Parts: []order.Part{{Line: 1, Quantity: 1}}, Restock: true, Reason: "too much"})
	_ = floor.Release
}

// bulk begins a run by the page's form and lets it be done; it gives its path.
func (s *site) bulk(role access.Role, form string) string {
	s.t.Helper()
	fields, err := url.ParseQuery(form)
	if err != nil {
		s.t.Fatal(err)
	}
	got := s.Post(role, "/orders/bulk", fields)
	if got.Status != http.StatusSeeOther {
		s.t.Fatalf("%d %.400s", got.Status, got.Body)
	}
	s.work()
	return got.Header.Get("Location")
}

// work lets durable jobs that are due be done.
func (s *site) work() {
	s.t.Helper()
	if _, err := s.runner.Round(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	s.runner.Wait()
}
