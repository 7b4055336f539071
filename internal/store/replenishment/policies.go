// Package replenishment keeps policies of replenishment, what was proposed by
// them, and the weekly demand that they are decided on.
//
// What is proposed is not decided here; the noun replenish does.
package replenishment

import (
	"orderly/internal/replenish"
	"orderly/internal/store"
)

const policyColumns = "id, item, location, kind, source, from_location, service, shortage, review_days, lead_days, spread_days, minimum, pack, order_cost, holding, reorder_at, up_to, lot, active, created_at, updated_at, version"

func collectPolicies(out *[]*replenish.Policy) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		p := &replenish.Policy{}
		var active int64
		err := scan(&p.ID, &p.Item, &p.Location, &p.Kind, &p.Source, &p.From, &p.Service, &p.Shortage, &p.ReviewDays, &p.LeadDays, &p.SpreadDays, &p.Minimum, &p.Pack,
			&p.OrderCost, &p.Holding, &p.ReorderAt, &p.UpTo, &p.Lot, &active, &p.CreatedAt, &p.UpdatedAt, &p.Version)
		p.Active = active != 0
		*out = append(*out, p)
		return err
	}
}

func byCell(list []*replenish.Policy) map[replenish.Cell]*replenish.Policy {
	out := make(map[replenish.Cell]*replenish.Policy, len(list))
	for _, p := range list {
		out[replenish.Cell{Item: p.Item, Location: p.Location}] = p
	}
	return out
}

// PoliciesFor reads the policies that can be of items, those of every item among
// them.
func PoliciesFor(r *store.Reader, items []int64) (map[replenish.Cell]*replenish.Policy, error) {
	var list []*replenish.Policy
	err := store.In(r, "SELECT "+policyColumns+" FROM replenish_policy WHERE m = $1 AND item IN ($IN)", []any{r.M}, append([]int64{0}, items...), collectPolicies(&list))
	return byCell(list), err
}

// PolicyAt reads the policy of exactly an item and a place; nil when there is
// none.
func PolicyAt(r *store.Reader, at replenish.Cell) (*replenish.Policy, error) {
	var list []*replenish.Policy
	err := r.Each("SELECT "+policyColumns+" FROM replenish_policy WHERE m = $1 AND item = $2 AND location = $3", []any{r.M, at.Item, at.Location}, collectPolicies(&list))
	return byCell(list)[at], err
}

// Listed is a policy as lists show it.
type Listed struct {
	replenish.Policy
	SKU, Name string // "" of every item
}

// PagePolicies lists policies by item and place, after one.
func PagePolicies(r *store.Reader, after replenish.Cell, limit int) ([]Listed, error) {
	var list []*replenish.Policy
	err := r.Each("SELECT "+policyColumns+" FROM replenish_policy WHERE m = $1 AND (item, location) > ($2, $3) ORDER BY item, location LIMIT $4",
		[]any{r.M, after.Item, after.Location, int64(limit)}, collectPolicies(&list))
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.Item
	}
	names, err := NamesOf(r, ids)
	out := make([]Listed, len(list))
	for i, p := range list {
		out[i] = Listed{Policy: *p, SKU: names[p.Item].SKU, Name: names[p.Item].Name}
	}
	return out, err
}

// Named is how an item is called and counted.
type Named struct {
	SKU, Name string
	Unit      string
	Scale     int
}

// NamesOf reads how items are called.
func NamesOf(r *store.Reader, items []int64) (map[int64]Named, error) {
	out := map[int64]Named{}
	err := store.In(r, "SELECT id, sku, name, unit, scale FROM item WHERE m = $1 AND id IN ($IN)", []any{r.M}, items, func(scan func(...any) error) error {
		var id int64
		var n Named
		err := scan(&id, &n.SKU, &n.Name, &n.Unit, &n.Scale)
		out[id] = n
		return err
	})
	return out, err
}

// Any reports whether a merchant replenishes anything by a policy, and whether
// one is of every item.
func Any(r *store.Reader) (any, all bool, err error) {
	var n, wide int64
	err = r.Row("SELECT count(*), coalesce(sum(CASE WHEN item = 0 THEN 1 ELSE 0 END), 0) FROM (SELECT item FROM replenish_policy WHERE m = $1 AND active = 1 ORDER BY item LIMIT 1) AS p", r.M).Scan(&n, &wide)
	return n > 0, wide > 0, err
}

var savePolicy = store.Upsert("replenish_policy", 2, "m", "id", "item", "location", "kind", "source", "from_location", "service", "shortage", "review_days", "lead_days", "spread_days",
	"minimum", "pack", "order_cost", "holding", "reorder_at", "up_to", "lot", "active", "created_at", "updated_at", "version")

// SavePolicy keeps a policy as it is now.
func SavePolicy(tx *store.Tx, p *replenish.Policy) error {
	return savePolicy.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(p.ID), p.Item, p.Location, p.Kind, p.Source, p.From, p.Service, int64(p.Shortage), p.ReviewDays, p.LeadDays, p.SpreadDays,
			p.Minimum, p.Pack, int64(p.OrderCost), p.Holding, p.ReorderAt, p.UpTo, p.Lot, store.Bool(p.Active), p.CreatedAt, p.UpdatedAt, p.Version)
	})
}
