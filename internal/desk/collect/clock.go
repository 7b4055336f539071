package collect

import (
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/pickup"
	"orderly/internal/trouble"
)

// Tick does what the clock has to do with a pickup: it has the customer
// reminded, or notes that the date has passed and somebody is to decide. It
// looks at how the pickup stands, so that asked twice, late, or by two nodes at
// once, it does each once; goods that were handed over meanwhile it leaves
// alone.
var Tick = step.Act[Act]{
	Name: "pickups.tick", Permission: Permission,
	Load: load(func(c Act) fulfillment.ID { return c.Fulfillment }),
	Decide: func(b *step.Batch, a desk.Asked[Act]) (desk.Result, error) {
		g, err := found(b, a.Scope, a.Command.Fulfillment)
		if err != nil {
			return desk.Result{}, err
		}
		switch {
		case g.p == nil:
			return g.result("unchanged", 0), nil
		case g.p.Over(b.At):
			g.p.State, g.p.RemindAt = pickup.Expired, 0
			b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.Uncollected, Order: int64(g.o.ID), Location: int64(g.f.Location), Subject: int64(g.f.ID)})
			return g.tick(b, a, journal.FulExpired, "expired")
		case g.p.Reminds(b.At):
			g.p.RemindAt = 0
			return g.tick(b, a, journal.FulReminded, "reminded")
		}
		return g.result("unchanged", 0), nil
	},
}.Operation()

func (g *goods) tick(b *step.Batch, a desk.Asked[Act], typ, word string) (desk.Result, error) {
	b.SavePickup(g.p)
	d := g.f.Shelf(word, g.p.KeptUntil)
	if err := b.Apply(a.Scope, typ, g.o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	return g.result("done", 0), nil
}
