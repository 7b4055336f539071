// Package desktest builds a small shop on a real database, for tests of desk,
// edges and kit. It belongs in test files only: it fails the test where others
// would give an error.
package desktest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Shop is a merchant with items, locations and a desk.
type Shop struct {
	T         testing.TB
	DB        *store.DB
	Desk      *desk.Desk
	Scope     access.Scope
	Locations map[string]stock.LocationID
	serial    atomic.Int64
	acts      atomic.Int64
}

// A shop's first acts are each followed by a look at what the desk remembers,
// of the later ones one in so many: a look takes as long as the shop has orders.
const (
	looksAlways = 24
	looksLater  = 8
)

// Open makes a shop with the main merchant and locations A, B and C, in that
// order of priority.
func Open(t testing.TB, db *store.DB) *Shop {
	t.Helper()
	if _, err := admin.Setup(context.Background(), db, "Test shop", "Europe/London", "GBP"); err != nil {
		t.Fatal(err)
	}
	s := &Shop{T: t, DB: db, Desk: desk.New(db, nil), Scope: access.System(admin.Main, "command", "test"), Locations: map[string]stock.LocationID{}}
	t.Cleanup(s.Desk.Close)
	for i, code := range []string{"A", "B", "C"} {
		r := Must(s, admin.SaveLocation, admin.LocationCommand{Location: stock.Location{Code: code, Name: "Location " + code, Kind: "warehouse", Priority: int64(i + 1), Active: true, Address: party.Address{Country: "GB"}}})
		s.Locations[code] = stock.LocationID(r.ID)
	}
	return s
}

// Must does one command that must not be refused.
func Must[C any](s *Shop, op *desk.Operation[C], cmd C) desk.Result {
	s.T.Helper()
	r, err := desk.One(context.Background(), s.Desk, op, s.Scope, cmd, desk.Options{})
	if err != nil {
		s.T.Fatalf("%s: %v", op.Name, err)
	}
	if n := s.acts.Add(1); n <= looksAlways || n%looksLater == 0 {
		s.Remembers()
	}
	return r
}

// Restart gives the shop a new desk, which remembers nothing: for tests that
// have changed rows behind the old one's back.
func (s *Shop) Restart() {
	s.Desk.Close()
	s.Desk = desk.New(s.DB, nil)
	s.T.Cleanup(s.Desk.Close)
}

// Remembers holds what the desk remembers against the rows.
func (s *Shop) Remembers() {
	s.T.Helper()
	if err := step.CheckMemory(context.Background(), s.Desk, s.Scope); err != nil {
		s.T.Fatal(err)
	}
}

// Try does one command and gives its refusal.
func Try[C any](s *Shop, op *desk.Operation[C], cmd C) (desk.Result, error) {
	return desk.One(context.Background(), s.Desk, op, s.Scope, cmd, desk.Options{})
}

// Goods makes an item with stock at locations: "A", 5, "B", 3.
func (s *Shop) Goods(sku string, policy catalog.WhenShort, at ...any) catalog.ID {
	s.T.Helper()
	r := Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: sku, Name: "Item " + sku, Kind: catalog.Goods, WhenShort: policy}})
	for i := 0; i+1 < len(at); i += 2 {
		s.Receive(sku, at[i].(string), int64(at[i+1].(int)))
	}
	return catalog.ID(r.ID)
}

// Receive takes goods in.
func (s *Shop) Receive(sku, location string, q int64) desk.Result {
	s.T.Helper()
	return Must(s, floor.Receive, floor.ReceiveCommand{Lines: []stock.Line{{SKU: sku, Location: s.Locations[location], Quantity: q}}})
}

// Request is an order for SKUs and quantities: "X", 2, "Y", 1. Every unit
// costs 12.95.
func (s *Shop) Request(of ...any) order.Request {
	r := order.Request{
		Channel: "web", ExternalID: fmt.Sprintf("T-%d", s.serial.Add(1)), Currency: "GBP",
		Parties: party.Parties{Customer: party.Contact{Name: "Ada Byron", Email: "ada@example.com"},
			ShipTo: party.Address{Line1: "1 High Street", City: "Leeds", PostalCode: "LS1 1AA", Country: "GB"}},
	}
	for i := 0; i+1 < len(of); i += 2 {
		r.Lines = append(r.Lines, order.RequestLine{SKU: of[i].(string), Quantity: int64(of[i+1].(int)), Price: money.Price(12_950_000)})
	}
	return r
}

// Place places an order that must be taken.
func (s *Shop) Place(of ...any) *intake.Placed {
	s.T.Helper()
	r := Must(s, intake.Place, intake.PlaceCommand{Request: s.Request(of...)})
	return r.Value.(*intake.Placed)
}

// Ship takes every fulfillment of an order from claimed to shipped.
func (s *Shop) Ship(p *intake.Placed) {
	s.T.Helper()
	for _, f := range p.Fulfillments {
		s.Work(f.ID, "release", "pick", "pack", "ship")
	}
}

// Work does acts on a fulfillment, one after the other.
func (s *Shop) Work(id fulfillment.ID, acts ...string) {
	s.T.Helper()
	for _, act := range acts {
		switch act {
		case "release":
			Must(s, floor.Release, floor.WorkCommand{Fulfillment: id})
		case "recall":
			Must(s, floor.Recall, floor.WorkCommand{Fulfillment: id})
		case "pick":
			Must(s, floor.Pick, floor.WorkCommand{Fulfillment: id})
		case "unpick":
			Must(s, floor.Unpick, floor.WorkCommand{Fulfillment: id})
		case "pack":
			Must(s, floor.Pack, floor.PackCommand{Fulfillment: id})
		default:
			Must(s, floor.Parcel, floor.ParcelCommand{Fulfillment: id, Act: act})
		}
	}
}
