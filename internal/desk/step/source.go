package step

import (
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// Plan is where units of one order shall come from. Nothing is claimed yet.
type Plan struct {
	sourcing.Decision
	free []sourcing.Demand // units that need no stock and go along
	at   stock.LocationID  // where those go; zero when there is no location at all
}

// Plan decides where the demands of an order come from, over the levels as
// earlier commands have left them. except names locations that shall not be
// asked.
func (b *Batch) Plan(o *order.Order, demands []sourcing.Demand, except ...stock.LocationID) Plan {
	var p Plan
	var stocked []sourcing.Demand
	for _, d := range demands {
		if o.Line(d.Line).Stocked {
			stocked = append(stocked, d)
		} else {
			p.free = append(p.free, d)
		}
	}
	places := b.places(o, except)
	p.Decision = sourcing.Decide(stocked, places, b.sellable)
	switch {
	case len(p.Places) > 0:
		p.at = p.Places[0]
	case len(places) > 0:
		p.at = places[0].ID
	}
	return p
}

// Except are all locations but one: what Plan is given when only that one may
// send. Of zero there are none.
func (b *Batch) Except(only stock.LocationID) []stock.LocationID {
	if only == 0 {
		return nil
	}
	var out []stock.LocationID
	for _, l := range b.Catalog.Locations {
		if l.ID != only {
			out = append(out, l.ID)
		}
	}
	return out
}

// places are the locations that may send, with how far they are.
func (b *Batch) places(o *order.Order, except []stock.LocationID) []sourcing.Place {
	out := make([]sourcing.Place, 0, len(b.Catalog.Locations))
	for _, l := range b.Catalog.Locations {
		if l.Active && !slices.Contains(except, l.ID) {
			out = append(out, sourcing.Place{ID: l.ID, Priority: l.Priority, Distance: sourcing.Distance(l.Address, o.Party.ShipTo)})
		}
	}
	return out
}

// Claim turns a plan into the fulfillments that hold it and the delta that
// tells of them: units go from the bucket to allocated. What nobody has stays
// where it is; the caller says what becomes of it.
func (b *Batch) Claim(o *order.Order, p Plan, from order.Bucket) order.Delta {
	var d order.Delta
	at := map[stock.LocationID]int64{}
	into := func(place stock.LocationID) int64 {
		if id, ok := at[place]; ok {
			return id
		}
		f := &fulfillment.Fulfillment{
			ID: fulfillment.ID(b.NewID()), Purpose: "order", Source: int64(o.ID), Location: place, WorkStatus: fulfillment.Pending,
			RequestStatus: "unsubmitted", Method: "parcel", Priority: o.Priority, DueAt: o.DueAt, CreatedAt: b.At, UpdatedAt: b.At,
			Decision: p.Reason().Encode(),
		}
		b.Open(f)
		at[place] = int64(f.ID)
		d.Opened = append(d.Opened, order.Opened{ID: int64(f.ID), Location: int64(place)})
		return int64(f.ID)
	}
	for _, t := range p.Takes {
		d.Moves = append(d.Moves, order.Move{Line: t.Line, From: from, To: order.Allocated, Quantity: t.Quantity, Fulfillment: into(t.Place)})
	}
	for _, f := range p.free {
		if p.at != 0 {
			d.Moves = append(d.Moves, order.Move{Line: f.Line, From: from, To: order.Allocated, Quantity: f.Quantity, Fulfillment: into(p.at)})
		}
	}
	return d
}
