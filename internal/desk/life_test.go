package desk_test

import (
	"context"
	"os"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func load(t *testing.T, s *desktest.Shop, id order.ID) *order.Order {
	t.Helper()
	var o *order.Order
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		o, err = orders.Get(r, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func level(t *testing.T, s *desktest.Shop, item catalog.ID, location string) stock.Level {
	t.Helper()
	var l stock.Level
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		l, err = levels.Get(r, stock.Cell{Item: int64(item), Location: s.Locations[location]})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPlaceToDelivered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("MUG", catalog.Backorder, "A", 5, "B", 3)
		p := s.Place("MUG", 7)
		if len(p.Fulfillments) != 2 || p.Order.Statuses.Fulfillment != "unfulfilled" {
			t.Fatalf("placed over %d locations, %s", len(p.Fulfillments), p.Order.Statuses.Fulfillment)
		}
		if l := level(t, s, item, "A"); l.Reserved != 5 {
			t.Errorf("A has %d reserved", l.Reserved)
		}
		s.Ship(p)
		for _, f := range p.Fulfillments {
			s.Work(f.ID, "deliver")
		}
		o := load(t, s, p.Order.ID)
		if o.Statuses.Status != "completed" || o.Statuses.Fulfillment != "delivered" || o.Lines[0].Q[order.Delivered] != 7 {
			t.Errorf("after delivery: %+v %v", o.Statuses, o.Lines[0].Q)
		}
		if l := level(t, s, item, "A"); l.Reserved != 0 || l.OnHand != 0 {
			t.Errorf("A ends with %+v", l)
		}
		if l := level(t, s, item, "B"); l.Reserved != 0 || l.OnHand != 1 {
			t.Errorf("B ends with %+v", l)
		}
	})
}
