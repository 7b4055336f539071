package step

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// HoldForPlace holds an order for whose units the plan wants a person to find a
// place. It holds it once.
func (b *Batch) HoldForPlace(by access.Scope, o *order.Order, p *Plan) error {
	open := func(h order.Hold) bool { return h.LiftedAt == 0 && h.Reason == order.NoPlace }
	if !p.Holds() || slices.ContainsFunc(o.Holds, open) || len(o.Holds) >= order.MaxHolds {
		return nil
	}
	d, err := o.Hold(order.Hold{ID: b.NewID(), Reason: order.NoPlace, Blocks: []string{"release"}, PlacedAt: b.At, PlacedBy: by.Actor.String()})
	if err != nil {
		return err
	}
	return b.Apply(by, journal.OrderHeld, o.ID, &d)
}

// PlaceHold stops acts on an order until the hold is lifted. A refusal has
// changed nothing.
func (b *Batch) PlaceHold(by access.Scope, o *order.Order, h order.Hold) error {
	var faults fault.List
	h.CheckUntil("/until", b.At, &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	h.ID, h.PlacedAt, h.PlacedBy, h.LiftedAt, h.LiftedBy = b.NewID(), b.At, by.Actor.String(), 0, ""
	d, err := o.Hold(h)
	if err != nil {
		return err
	}
	return b.Apply(by, journal.OrderHeld, o.ID, &d)
}
