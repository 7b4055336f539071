package buy

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/replenish"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/replenishment"
)

// PolicyCommand says how an item is replenished at a place. There is one policy
// of an item at a place; it is made, or becomes this one.
type PolicyCommand struct {
	Policy  replenish.Policy
	Version *int64 // that the caller saw, 0 for none; nil changes whatever it is
}

// SavePolicy keeps a policy of replenishment. What was proposed by it stands until
// the next run. The Value of the result is the policy.
var SavePolicy = step.Act[PolicyCommand]{
	Name: "replenishment.policy", Permission: access.PurchasesWrite,
	Check: func(c *PolicyCommand) error {
		var l fault.List
		c.Policy.Check(&l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[PolicyCommand]) error {
		var items []int64
		for i := range asked {
			if id := asked[i].Command.Policy.Item; id != 0 {
				items = append(items, id)
			}
		}
		return b.Catalog.Load(b.R, items)
	},
	Decide: decidePolicy,
}.Operation()

func decidePolicy(b *step.Batch, a desk.Asked[PolicyCommand]) (desk.Result, error) {
	p := a.Command.Policy
	if err := policyThere(b, a.Scope, &p); err != nil {
		return desk.Result{}, err
	}
	old, err := replenishment.PolicyAt(b.R, replenish.Cell{Item: p.Item, Location: p.Location})
	if err != nil {
		return desk.Result{}, err
	}
	status := "created"
	p.ID, p.CreatedAt, p.UpdatedAt, p.Version = 0, b.At, b.At, 0
	if old != nil {
		status = "done"
		p.ID, p.CreatedAt, p.Version = old.ID, old.CreatedAt, old.Version
	}
	if saw := a.Command.Version; saw != nil && *saw != p.Version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the policy was changed meanwhile: you saw version %d, it is %d now; read it again", *saw, p.Version)
	}
	if old != nil {
		same := *old
		same.UpdatedAt = p.UpdatedAt
		if same == p {
			return desk.Result{Kind: journal.ReplenishPolicy, ID: int64(p.ID), Seq: p.Version, Status: "unchanged", Value: old}, nil
		}
	} else {
		p.ID = replenish.ID(b.NewID())
	}
	p.Version++
	data, err := json.Marshal(map[string]any{"item": p.Item, "location": p.Location, "kind": p.Kind, "active": p.Active})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(a.Scope, journal.ReplenishPolicy, int64(p.ID), p.Version, journal.ReplenishmentPolicy, data)
	err = b.Keep(func(tx *store.Tx) error { return replenishment.SavePolicy(tx, &p) })
	return desk.Result{Kind: journal.ReplenishPolicy, ID: int64(p.ID), Seq: p.Version, Status: status, Value: &p}, err
}

// policyThere refuses what a policy names and is not there.
func policyThere(b *step.Batch, by access.Scope, p *replenish.Policy) error {
	var l fault.List
	if p.Item != 0 {
		if item := b.Catalog.ByID(catalog.ID(p.Item)); item == nil || item.Kind != catalog.Goods {
			l.Add("/sku", "not_stocked", "no goods are called so; goods alone are replenished")
		}
	}
	place := func(at string, id int64) {
		if id == 0 {
			return
		}
		switch where := b.Catalog.Location(stock.LocationID(id)); {
		case where == nil || !by.Sees(id):
			l.Add(at, "unknown_location", "there is no such location")
		case where.Kind == "supplier":
			l.Add(at, "a_supplier", "%q is a supplier's; places of our own are replenished", where.Code)
		}
	}
	place("/location", p.Location)
	place("/from_location", p.From)
	return l.Err()
}
