package automate

import (
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/sourcing"
)

// move has one location send what others have claimed and not begun. It is done
// for all of that or not at all: an order is not torn apart by a rule.
func (t *turn) move(a rule.Action) (bool, error) {
	at := t.b.Catalog.LocationByCode(a.Location)
	if at == nil || !at.Active {
		return false, fault.New(fault.Conflict, "no_such_location", "there is no active location with the code %q", a.Location)
	}
	var d order.Delta
	var demands []sourcing.Demand
	for _, f := range t.b.FulfillmentsOf(t.o.ID) {
		if f.WorkStatus != fulfillment.Pending || f.Location == at.ID {
			continue
		}
		given, err := f.GiveUp()
		if err != nil {
			return false, err
		}
		d.Moves = append(d.Moves, given.Moves...)
		for _, m := range given.Moves {
			demands = append(demands, sourcing.Demand{Line: m.Line, Item: t.o.Line(m.Line).Item, Quantity: m.Quantity})
		}
	}
	if len(demands) == 0 {
		return false, nil
	}
	plan := t.b.Plan(t.o, demands, t.b.Except(at.ID)...)
	if len(plan.Short) > 0 {
		return false, fault.New(fault.Conflict, "not_there", "%s has not all that order %d needs", at.Name, t.o.Number)
	}
	claim := t.b.Claim(t.o, plan, order.Unsourced)
	d.Opened = claim.Opened
	d.Moves = append(d.Moves, claim.Moves...)
	return true, t.b.Apply(t.by, journal.FulRerouted, t.o.ID, &d)
}
