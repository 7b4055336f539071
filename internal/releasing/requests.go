package releasing

import (
	"context"

	"orderly/internal/desk"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store/partners"
)

// TickRequests does what the clock has to do with what a merchant's partners are
// asked: they are reminded, and what they are silent about comes from elsewhere or
// is put before people.
func TickRequests(ctx context.Context, d *desk.Desk, m int64) error {
	return due(ctx, d, m, partners.Due, func(list []fulfillment.ID) error {
		return each(ctx, d, scopeOf(m), partner.Tick, list, func(id fulfillment.ID) partner.Act { return partner.Act{Fulfillment: id} }, fault.NotFound)
	})
}
