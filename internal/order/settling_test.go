package order_test

import (
	"testing"

	"orderly/internal/order"
)

// Who paid all and had some given back owes no explanation.
//
// Kills: a refund that makes what was paid look like too much, or too little.
func TestSettling(t *testing.T) {
	for name, tc := range map[string]struct {
		total, canceled, paid, refunded, cost int64
	}{
		"paid":                         {100, 0, 100, 0, 100},
		"paid more":                    {100, 0, 113, 0, 100},
		"canceled after it was paid":   {100, 100, 100, 100, 100},
		"a part of it":                 {100, 40, 100, 40, 100},
		"returned":                     {100, 0, 100, 30, 100},
		"canceled before it was paid":  {100, 40, 60, 0, 60},
		"both":                         {100, 40, 100, 70, 100},
		"given back what was too much": {100, 0, 113, 13, 113},
	} {
		o := &order.Order{Totals: order.Totals{Total: tc.total, Canceled: tc.canceled}, Paid: tc.paid, Refunded: tc.refunded}
		if cost, _, _ := o.Settling(); cost != tc.cost {
			t.Errorf("%s: %d, not %d", name, cost, tc.cost)
		}
	}
}
