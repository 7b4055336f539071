package step

import (
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
)

// Elsewhere completes a change by which a fulfillment gives units up: other
// places are looked for, never the one that gives up nor one that gave up units of
// the same order before. What nobody else has is dealt with as the profile says;
// the caller asks HoldForPlace with the plan once the change is applied.
func (b *Batch) Elsewhere(o *order.Order, f *fulfillment.Fulfillment, d *order.Delta) Plan {
	var demands []sourcing.Demand
	given := len(d.Moves)
	for _, m := range d.Moves {
		demands = append(demands, sourcing.Demand{Line: m.Line, Item: o.Line(m.Line).Item, Quantity: m.Quantity})
	}
	plan := b.Plan(o, demands, b.askedBefore(o, f.Location)...)
	claim := b.Claim(o, plan, order.Unsourced)
	d.Opened = append(d.Opened, claim.Opened...)
	d.Moves = append(d.Moves[:given:given], claim.Moves...)
	d.Moves = append(d.Moves, plan.Rest()...)
	return plan
}

// askedBefore are the locations that shall not be asked again: the one that gives up
// now, and those of whose work for the order nothing is left.
func (b *Batch) askedBefore(o *order.Order, now stock.LocationID) []stock.LocationID {
	out := []stock.LocationID{now}
	for _, x := range b.ofOrder[o.ID] {
		if x.f.WorkStatus == fulfillment.Canceled && !slices.Contains(out, x.f.Location) {
			out = append(out, x.f.Location)
		}
	}
	return out
}
