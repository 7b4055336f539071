package intake

import (
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// SellCommand asks for an order that the customer takes away at once, from
// one location. What was paid at the counter stands in the request.
type SellCommand struct {
	Request  order.Request
	Location stock.LocationID
	hash     []byte
}

// Sold is the Value of a Sell result: the order as it was committed, and the
// parcel that was handed over.
type Sold struct {
	Placed
	Parcel *fulfillment.Parcel
}

// Sell is a whole sale over the counter in one act: the order is placed, paid
// as the request says, released, picked, packed, and handed over. It is exactly
// what these acts come to one after the other, entry by entry, and happens
// whole or not at all: everything must lie at the location.
//
// It takes goods off the shelf, so that placing orders is not enough for it:
// it needs a permission of its own, which a web shop's key has not. Who holds
// it sells what lies at locations that they see, and no other work of the
// warehouse comes with it; a till needs nothing else.
var Sell = step.Act[SellCommand]{
	Name: "orders.sell", Permission: access.OrdersSell,
	Check: func(c *SellCommand) error {
		if err := c.Request.Check(); err != nil {
			return err
		}
		var l fault.List
		if len(c.Request.Holds) > 0 {
			l.Add("/holds", "not_here", "what is held cannot be handed over; place a usual order instead")
		}
		if c.Request.NotBefore != 0 {
			l.Add("/not_before", "not_here", "what goes over the counter goes now; place a usual order instead")
		}
		if c.Location == 0 {
			l.Add("/location", "missing", "name the location where the goods are handed over")
		}
		c.hash = c.Request.Hash()
		return l.Err()
	},
	Weight: func(c *SellCommand) int { return len(c.Request.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[SellCommand]) error {
		return loadPlace(b, placing(asked))
	},
	Decide: decideSell,
}.Operation()

// placing are the placements in sales.
func placing(asked []desk.Asked[SellCommand]) []desk.Asked[PlaceCommand] {
	out := make([]desk.Asked[PlaceCommand], len(asked))
	for i, a := range asked {
		out[i] = desk.Asked[PlaceCommand]{Scope: a.Scope, Command: PlaceCommand{Request: a.Command.Request, hash: a.Command.hash, only: a.Command.Location}}
	}
	return out
}

func decideSell(b *step.Batch, a desk.Asked[SellCommand]) (desk.Result, error) {
	at := b.Catalog.Location(a.Command.Location)
	switch {
	case at == nil || !a.Scope.Sees(int64(at.ID)):
		return desk.Result{}, fault.New(fault.NotFound, "no_such_location", "there is no location %s", a.Command.Location)
	case !at.Active:
		return desk.Result{}, fault.New(fault.Conflict, "inactive_location", "location %s is not in use; activate it or choose another", at.Code)
	}
	r, err := decidePlace(b, placing([]desk.Asked[SellCommand]{a})[0])
	placed, made := r.Value.(*Placed)
	if err != nil || !made { // refused, or the same external id again
		return r, err
	}
	sold := &Sold{}
	for _, f := range placed.Fulfillments {
		if sold.Parcel, err = handOver(b, a.Scope, placed.Order, f); err != nil {
			// The order is in the batch already: this is a bug, and the turn is
			// rolled back. A refusal would leave half a sale.
			return desk.Result{}, fmt.Errorf("hand over what was just claimed: %v", err)
		}
	}
	sold.Placed = Placed{Order: placed.Order, Fulfillments: b.FulfillmentsOf(placed.Order.ID)}
	r.Seq, r.Value = placed.Order.Version, sold
	return r, nil
}

// handOver does the floor's work on a fulfillment of a fresh order, each step
// with an entry of its own, as the floor's acts do.
func handOver(b *step.Batch, by access.Scope, o *order.Order, f *fulfillment.Fulfillment) (*fulfillment.Parcel, error) {
	d, err := f.Release()
	if err == nil {
		err = b.Apply(by, journal.FulReleased, o.ID, &d)
	}
	if err != nil {
		return nil, err
	}
	if d, err = f.Pick(nil); err == nil {
		err = b.Apply(by, journal.FulPicked, o.ID, &d)
	}
	if err != nil {
		return nil, err
	}
	p, err := b.Pack(by, o, f, nil, fulfillment.Parcel{})
	if err != nil {
		return nil, err
	}
	for _, act := range [...]string{"ship", "deliver"} {
		if d, err = p.Step(act); err != nil {
			return nil, err
		}
		p.Apply(act, b.At)
		if err = b.Apply(by, journal.ParcelStepped+d.Parcels[0].Step, o.ID, &d); err != nil {
			return nil, err
		}
	}
	return p, nil
}
