package httpapi

import (
	"context"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
)

// Shape renders things as the API answers them, for exports: what a file
// holds and what a request gets cannot differ. It must not be used inside a
// read, but for Entries. It is safe for concurrent use.
type Shape struct{ c *call }

// NewShape renders what a scope sees.
func NewShape(d *desk.Desk, scope access.Scope) *Shape {
	return &Shape{&call{api: &api{desk: d, log: d.Log}, ctx: context.Background(), scope: scope}}
}

// Order renders an order with its fulfillments.
func (s *Shape) Order(o *order.Order, work []*fulfillment.Fulfillment) Order {
	return s.c.renderOrder(&orderView{o, work})
}

// Item renders an item.
func (s *Shape) Item(i *catalog.Item) Item { return s.c.renderItem(i) }

// Level renders a level.
func (s *Shape) Level(l levels.Row) Level { return s.c.renderLevelRow(l) }

// Customer renders a customer.
func (s *Shape) Customer(c *party.Customer) Customer { return renderCustomer(c) }

// Entries renders entries of the journal; r is where they were read.
func (s *Shape) Entries(r *store.Reader, list []journal.Entry) ([]Entry, error) {
	skus, err := items.SKUs(r, itemsOf(list))
	if err != nil {
		return nil, err
	}
	return renderEntries(list, skus)
}
