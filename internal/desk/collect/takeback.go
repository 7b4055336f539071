package collect

import (
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/pickup"
)

// TakeBack puts what nobody came for back into stock: its parcels are opened,
// its units go back to where they were taken from and are canceled, and what
// the customer has paid for them is due back. Result.Value tells how much less
// is owed.
var TakeBack = step.Act[Act]{
	Name: "pickups.take_back", Permission: Permission,
	Load: loadParcels(func(c Act) fulfillment.ID { return c.Fulfillment }),
	Decide: func(b *step.Batch, a desk.Asked[Act]) (desk.Result, error) {
		g, err := lying(b, a.Scope, a.Command.Fulfillment, "take back")
		if err != nil {
			return desk.Result{}, err
		}
		before := g.o.Totals.Payable()
		units := map[int]int64{}
		for i := range g.f.Lines {
			units[g.f.Lines[i].Order] = g.f.Lines[i].Packed
		}
		d := g.f.Shelf("taken_back", 0)
		if err := b.Apply(a.Scope, journal.FulTakenBack, g.o.ID, &d); err != nil {
			return desk.Result{}, err
		}
		for _, p := range g.parcels(b) {
			if err := unpack(b, a.Scope, p); err != nil {
				return desk.Result{}, err
			}
		}
		if err := g.cancel(b, a.Scope, units); err != nil {
			return desk.Result{}, err
		}
		g.settle(b, a.Scope, g.p.State)
		g.p.End(pickup.TakenBack, b.At)
		b.SavePickup(g.p)
		return g.result("done", before-g.o.Totals.Payable()), nil
	},
}.Operation()
