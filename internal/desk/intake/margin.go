package intake

import (
	"orderly/internal/access"
	"orderly/internal/desk/step"
	"orderly/internal/order"
	"orderly/internal/trouble"
)

// tellBelowCost has a person look at an order whose goods cost more than the
// order brings, as far as anybody can tell.
func tellBelowCost(b *step.Batch, by access.Scope, o *order.Order) error {
	loss, err := b.Loss(o)
	if loss > 0 && err == nil {
		b.AddTrouble(by, trouble.Trouble{Kind: trouble.BelowCost, Order: int64(o.ID), Quantity: loss})
	}
	return err
}
