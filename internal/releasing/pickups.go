package releasing

import (
	"context"

	"orderly/internal/desk"
	"orderly/internal/desk/collect"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store/pickups"
)

// TickPickups does what the clock has to do with what a merchant's customers
// come for: they are reminded, and what is past its date is put before people.
func TickPickups(ctx context.Context, d *desk.Desk, m int64) error {
	return due(ctx, d, m, pickups.Due, func(list []fulfillment.ID) error {
		return each(ctx, d, scopeOf(m), collect.Tick, list, func(id fulfillment.ID) collect.Act { return collect.Act{Fulfillment: id} }, fault.NotFound)
	})
}
