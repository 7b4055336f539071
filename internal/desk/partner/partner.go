// Package partner is the room where suppliers and 3PLs answer what they are
// asked: they accept or reject, send, fail and stop; where we ask them to stop,
// and remind them; and what they take for it.
//
// One file an act. What does not belong: asking them for goods, which is
// releasing work (floor), and what a purchase order says (buy). Who works here
// for a partner sees its locations alone.
package partner

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
)

// Done is the Value of an act on a request, as it was committed.
type Done struct {
	Fulfillment *fulfillment.Fulfillment
	Order       *order.Order
	Request     partner.Request
	Parcels     []*fulfillment.Parcel // that left
}

// load reads fulfillments with their orders and where these go to.
func load[C any](of func(*C) fulfillment.ID) func(*step.Batch, []desk.Asked[C]) error {
	return func(b *step.Batch, asked []desk.Asked[C]) error {
		ids := make([]fulfillment.ID, len(asked))
		for i := range asked {
			ids[i] = of(&asked[i].Command)
		}
		if err := b.LoadFulfillments(ids); err != nil {
			return err
		}
		var orders []order.ID
		for _, id := range ids {
			if f := b.Fulfillment(id); f != nil {
				orders = append(orders, order.ID(f.Source))
			}
		}
		return b.LoadParties(orders)
	}
}

// asked finds what a partner was asked for, for who may answer it.
func asked(b *step.Batch, by access.Scope, id fulfillment.ID) (*fulfillment.Fulfillment, *order.Order, *partner.Request, error) {
	f := b.Fulfillment(id)
	if f == nil || !by.Sees(int64(f.Location)) || b.Request(id) == nil {
		return nil, nil, nil, fault.New(fault.NotFound, "no_such_request", "no partner was asked for fulfillment %s", id)
	}
	return f, b.Order(order.ID(f.Source)), b.Request(id), nil
}

func done(b *step.Batch, f *fulfillment.Fulfillment, o *order.Order, status string) desk.Result {
	return desk.Result{Kind: "ful", ID: int64(f.ID), Seq: f.Version, Status: status, Value: &Done{Fulfillment: f, Order: o, Request: *b.Request(f.ID)}}
}

// remark keeps what somebody said of a request with its order.
func remark(b *step.Batch, by access.Scope, o *order.Order, f *fulfillment.Fulfillment, said, note string) {
	text := b.Catalog.Location(f.Location).Name + " " + said + "."
	if note != "" {
		text += " " + note
	}
	b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: text, At: b.At, Actor: by.Actor.String()})
}

// notThere takes off a partner's books what it says it does not have, so that
// nobody else is promised it.
func notThere(b *step.Batch, o *order.Order, f *fulfillment.Fulfillment, given []order.Move) error {
	for _, m := range given {
		l := o.Line(m.Line)
		if !l.Stocked {
			continue
		}
		err := b.Move(stock.Cell{Item: l.Item, Location: f.Location},
			stock.Movement{State: stock.OnHand, Quantity: -m.Quantity, Reason: "not_there", RefKind: "ful", RefID: int64(f.ID), Entry: b.LastEntry()})
		if err != nil {
			return err
		}
	}
	return nil
}

// giveUp applies a change by which a partner sends less than it was asked for,
// and has the rest come from elsewhere.
func giveUp(b *step.Batch, by access.Scope, typ string, o *order.Order, f *fulfillment.Fulfillment, d order.Delta) error {
	given := slices.Clone(d.Moves)
	plan := b.Elsewhere(o, f, &d)
	if err := b.Apply(by, typ, o.ID, &d); err != nil {
		return err
	}
	if r := d.Requests; len(r) > 0 && (r[0].Reason == "out_of_stock" || r[0].Reason == "discontinued") {
		if err := notThere(b, o, f, given); err != nil {
			return err
		}
	}
	return b.HoldForPlace(by, o, &plan)
}
