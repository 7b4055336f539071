package intake

import (
	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/step"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/trouble"
)

// tellBelowCost has a person look at an order whose goods cost more than the
// order brings. Where the cost of anything on the shelf is not known, or the
// order is in another currency than costs are, nobody can tell.
func tellBelowCost(b *step.Batch, by access.Scope, o *order.Order) {
	if o.Currency.Code() != b.Catalog.Merchant.Currency {
		return
	}
	cost := int64(0)
	for i := range o.Lines {
		l := &o.Lines[i]
		if !l.Leaf() {
			continue
		}
		item := b.Catalog.ByID(catalog.ID(l.Item))
		if item == nil || item.Cost == 0 && l.Stocked {
			return
		}
		c, _, err := money.LineTotal(l.Q[order.Ordered], l.Scale, item.Cost, o.Currency, b.Catalog.Merchant.Rounding)
		if err != nil {
			return // beyond what amounts can hold: no cost of this world
		}
		cost += c
	}
	if loss := cost - (o.Totals.Subtotal - o.Totals.Discount); loss > 0 {
		b.AddTrouble(by, trouble.Trouble{Kind: trouble.BelowCost, Order: int64(o.ID), Quantity: loss})
	}
}
