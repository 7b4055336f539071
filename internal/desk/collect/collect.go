// Package collect is the room of what customers come for themselves: packed
// goods are put on a shelf, handed over at the counter, kept for longer, or
// taken back when nobody comes.
//
// One file an act. What does not belong: picking and packing (floor), where an
// order may be collected (delivery, admin) and what customers are told of it
// (message, post).
package collect

import (
	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/trouble"
)

// Permission is what all acts of the room take.
const Permission = access.FulfillmentWrite

// Result statuses beside done and unchanged.
const WrongCode = "wrong_code" // counted; Refusal says it as a fault

// Lain is the Value of an act: what it is about, as it was committed.
type Lain struct {
	Pickup      *pickup.Pickup
	Fulfillment *fulfillment.Fulfillment
	Order       *order.Order
	Freed       int64 // by how much what the customer owes has gone down, in minor units
}

// goods is a fulfillment with its order and its pickup, nil when it never lay
// on a shelf.
type goods struct {
	f *fulfillment.Fulfillment
	o *order.Order
	p *pickup.Pickup
}

func load[C any](of func(C) fulfillment.ID) func(*step.Batch, []desk.Asked[C]) error {
	return func(b *step.Batch, asked []desk.Asked[C]) error {
		ids := make([]fulfillment.ID, len(asked))
		for i := range asked {
			ids[i] = of(asked[i].Command)
		}
		if err := b.LoadFulfillments(ids); err != nil {
			return err
		}
		return b.LoadPickups(ids)
	}
}

// loadParcels is load with the parcels of the orders.
func loadParcels[C any](of func(C) fulfillment.ID) func(*step.Batch, []desk.Asked[C]) error {
	goods := load(of)
	return func(b *step.Batch, asked []desk.Asked[C]) error {
		if err := goods(b, asked); err != nil {
			return err
		}
		var orders []order.ID
		for i := range asked {
			if f := b.Fulfillment(of(asked[i].Command)); f != nil {
				orders = append(orders, order.ID(f.Source))
			}
		}
		return b.LoadParcelsOf(orders)
	}
}

// found is the fulfillment that the caller may work.
func found(b *step.Batch, by access.Scope, id fulfillment.ID) (goods, error) {
	f := b.Fulfillment(id)
	if f == nil || !by.Sees(int64(f.Location)) {
		return goods{}, fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %s", id)
	}
	return goods{f, b.Order(order.ID(f.Source)), b.Pickup(id)}, nil
}

// lying is found for what lies on a shelf.
func lying(b *step.Batch, by access.Scope, id fulfillment.ID, act string) (goods, error) {
	g, err := found(b, by, id)
	switch {
	case err != nil:
		return g, err
	case g.p == nil:
		return g, fault.New(fault.Conflict, "not_on_shelf", "cannot %s fulfillment %s: it is not on a shelf; pack it and put it on one", act, id)
	case !g.p.Lies():
		return g, over(g.p, act)
	}
	return g, nil
}

func over(p *pickup.Pickup, act string) error {
	how := map[string]string{pickup.Collected: "it was handed over already", pickup.TakenBack: "it was taken back into stock", pickup.Unshelved: "it was taken off the shelf"}[p.State]
	return fault.New(fault.Conflict, p.State, "cannot %s fulfillment %s: %s", act, p.Fulfillment, how)
}

func (g *goods) result(status string, freed int64) desk.Result {
	return desk.Result{Kind: "ful", ID: int64(g.f.ID), Seq: g.f.Version, Status: status, Value: &Lain{g.p, g.f, g.o, freed}}
}

// parcels are the packed parcels of the fulfillment, the oldest first.
func (g *goods) parcels(b *step.Batch) []*fulfillment.Parcel {
	var out []*fulfillment.Parcel
	for _, p := range b.ParcelsOf(g.o.ID) {
		if p.Fulfillment == g.f.ID && p.Status == "packed" {
			out = append(out, p)
		}
	}
	return out
}

// settle closes the trouble of a pickup that nobody has come for.
func (g *goods) settle(b *step.Batch, by access.Scope, was string) {
	if was == pickup.Expired {
		b.Settle(by, trouble.Uncollected, func(t *trouble.Trouble) bool { return t.Subject == int64(g.f.ID) })
	}
}

// method is the one by which the order is collected at the place of the
// fulfillment; nil when it is delivered.
func (g *goods) method(b *step.Batch) *delivery.Method {
	m := b.Catalog.Method(g.o.Method)
	if m == nil || m.Kind != delivery.Collect || !m.SentFrom(g.f.Location) {
		return nil
	}
	return m
}

func about(id fulfillment.ID) string { return "pickup " + id.String() }

// CodeOf is the code that the customer shows.
func CodeOf(d *desk.Desk, p *pickup.Pickup) (string, error) {
	ring, err := step.RingOf(d)
	if err != nil {
		return "", err
	}
	code, err := ring.Open(p.Code, about(p.Fulfillment))
	return string(code), err
}
