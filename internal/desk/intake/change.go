package intake

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/sourcing"
)

// ChangeCommand changes what was ordered, what it costs, or who gets it.
type ChangeCommand struct {
	Order   order.ID
	Change  order.Change
	Version *int64 // EditVersion that the caller saw; nil changes whatever it is
	Refund  bool   // book as given back what has been paid too much afterwards
}

// Changed is the Value of a Change result: the order as it is afterwards, and
// what became of it.
type Changed struct {
	Order        *order.Order
	Fulfillments []*fulfillment.Fulfillment
	Delta        order.Delta
	Effect       order.Effect
}

// Change changes a placed order, whole or not at all: lines join, grow, shrink
// and are substituted; prices, discounts, fees and addresses become others.
// Units that are added are claimed as at placement, and what is taken back
// goes to those who wait. What the money comes to is told, and booked only
// when a refund is asked for.
var Change = step.Act[ChangeCommand]{
	Name: "orders.change", Permission: access.OrdersWrite,
	Check:  func(c *ChangeCommand) error { return c.Change.Check() },
	Weight: func(c *ChangeCommand) int { return max(1, len(c.Change.Lines)+len(c.Change.Add)) },
	Load:   loadChange,
	Decide: decideChange,
}.Operation()

func loadChange(b *step.Batch, asked []desk.Asked[ChangeCommand]) error {
	if err := b.LoadOrdersForServing(ids(asked, func(c ChangeCommand) order.ID { return c.Order })); err != nil {
		return err
	}
	var skus []string
	var known []int64
	for i := range asked {
		c := &asked[i].Command.Change
		for j := range c.Add {
			skus = append(skus, c.Add[j].SKU)
		}
		for j := range c.Lines {
			if s := c.Lines[j].Substitute; s != nil {
				skus = append(skus, s.SKU)
			}
		}
		known = append(known, itemsOf(b.Order(asked[i].Command.Order), c)...)
	}
	slices.Sort(skus)
	skus = slices.Compact(skus)
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	if err := b.LoadItemsByID(known); err != nil {
		return err
	}
	stocked := stockedItems(b, skus)
	if err := b.LoadOffers(slices.Concat(stocked, known)); err != nil {
		return err
	}
	return b.LoadLevels(stocked)
}

// itemsOf are the items of the lines that a change names, components included.
func itemsOf(o *order.Order, c *order.Change) []int64 {
	var out []int64
	for i := range c.Lines {
		if o == nil {
			break
		}
		for j := range o.Lines {
			if l := &o.Lines[j]; l.N == c.Lines[i].Line || l.Parent == c.Lines[i].Line {
				out = append(out, l.Item)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func decideChange(b *step.Batch, a desk.Asked[ChangeCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(c.Order)
	}
	if c.Version != nil && *c.Version != o.EditVersion {
		return desk.Result{}, editedMeanwhile(o, *c.Version)
	}
	before := o.Totals
	d, after, err := plannedChange(b, a.Scope, o, &c)
	if err != nil {
		return desk.Result{}, err
	}
	status := "unchanged"
	if !d.Empty() {
		status = "done"
		o.Party = after.Party
		if err := b.Apply(a.Scope, journal.OrderChanged, o.ID, &d); err != nil {
			return desk.Result{}, err
		}
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: status,
		Value: &Changed{Order: o, Fulfillments: b.FulfillmentsOf(o.ID), Delta: d, Effect: order.EffectOf(before, o, &d)}}, nil
}

func editedMeanwhile(o *order.Order, saw int64) error {
	return fault.New(fault.Conflict, "edited_meanwhile", "order %d was edited meanwhile: you saw edit_version %d, it is %d now; read it again", o.Number, saw, o.EditVersion)
}

// plannedChange decides all of a change: what becomes of lines and money, and
// where units that join come from. after is the order as it will be, but for
// the claims. Nothing is changed when it is refused.
func plannedChange(b *step.Batch, by access.Scope, o *order.Order, c *ChangeCommand) (order.Delta, *order.Order, error) {
	d, after, err := changeOf(b, o, c)
	if err != nil {
		return d, nil, err
	}
	plan := b.Plan(after, joining(o, after))
	if err := shortOf(b, after, b.Preorder(after, &plan), plan.Short, &c.Change); err != nil {
		return d, nil, err
	}
	if surplus := after.Paid - after.Refunded - max(0, after.Totals.Payable()); c.Refund && surplus > 0 {
		if err := b.Refund(by, o, &d, surplus, ""); err != nil {
			return d, nil, err
		}
	}
	takeJoining(b, after, &d, plan)
	return d, after, nil
}

// takeJoining claims what joins; what cannot be claimed waits.
func takeJoining(b *step.Batch, after *order.Order, d *order.Delta, plan step.Plan) {
	claimed := b.Claim(after, plan, order.Unsourced)
	d.Opened, d.Moves = claimed.Opened, append(d.Moves, claimed.Moves...)
	plan.After = sourcing.Backordered // who asked is there and sees that it waits
	d.Moves, d.Preorder = append(d.Moves, plan.Rest()...), plan.Preordered
}

// changeOf decides what becomes of lines and money.
func changeOf(b *step.Batch, o *order.Order, c *ChangeCommand) (order.Delta, *order.Order, error) {
	m := b.Catalog.Merchant
	d, err := o.Change(&c.Change, order.Setting{Items: b.Catalog, Currency: m.Currency, Rounding: m.Rounding, Taxes: b.Taxes(o.Channel, &o.Party), Claims: b.ClaimsOf(o.ID)})
	if err != nil {
		return d, nil, err
	}
	after := o.Clone()
	if err := after.Apply(&d, b.At, 1); err != nil {
		return d, nil, err
	}
	after.Party = c.Change.Parties(o.Party)
	return d, after, nil
}

// joining are the units that a change adds.
func joining(o, after *order.Order) []sourcing.Demand {
	var out []sourcing.Demand
	for i := range after.Lines {
		l := &after.Lines[i]
		more := l.Q[order.Ordered]
		if i < len(o.Lines) {
			more -= o.Lines[i].Q[order.Ordered]
		}
		if more > 0 {
			out = append(out, sourcing.Demand{Line: l.N, Item: l.Item, Quantity: more})
		}
	}
	return out
}

// shortOf lists every line whose item is not to be backordered, and every one of
// which not enough is left for pre-order.
func shortOf(b *step.Batch, after *order.Order, full []preorder.Full, short []sourcing.Demand, c *order.Change) error {
	var faults fault.List
	for _, f := range full {
		l := after.Line(f.Line)
		addFull(b, askedAt(after, l, c), l, f, &faults)
	}
	for _, s := range short {
		l := after.Line(s.Line)
		refuses := b.Catalog.ByID(catalog.ID(l.Item)).WhenShort == catalog.Refuse
		if p := after.Line(l.Parent); p != nil { // a bundle is refused when it says so, or its component does
			refuses = refuses || b.Catalog.ByID(catalog.ID(p.Item)).WhenShort == catalog.Refuse
		}
		if refuses {
			faults.Add(askedAt(after, l, c), "out_of_stock", "%s: %d of the units that join cannot be had now, and it is not backordered", l.SKU, s.Quantity)
		}
	}
	if len(full) > 0 {
		return faults.As(fault.Conflict, "preorder_full", "not enough is left for pre-order; nothing was changed")
	}
	return faults.As(fault.Conflict, "out_of_stock", "not everything is in stock; nothing was changed")
}

// askedAt is where a change asks for what a line grows by.
func askedAt(after *order.Order, l *order.Line, c *order.Change) string {
	if p := after.Line(l.Parent); p != nil {
		l = p
	}
	added := 0
	for i := range c.Lines {
		switch {
		case c.Lines[i].Line == l.N:
			return fmt.Sprintf("/lines/%d", i)
		case c.Lines[i].Substitute != nil && c.Lines[i].Line == l.Substitutes && l.Substitutes != 0:
			return fmt.Sprintf("/lines/%d/substitute", i)
		}
	}
	for i := len(after.Lines) - 1; i >= 0 && after.Lines[i].N > l.N; i-- {
		if x := &after.Lines[i]; x.Parent == 0 {
			added++
		}
	}
	return fmt.Sprintf("/add/%d", len(c.Add)-1-added)
}
