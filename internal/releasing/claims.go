package releasing

import (
	"context"
	"time"

	"orderly/internal/checkout"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/store/checkouts"
)

// claimsEvery is how often claims of checkouts are looked for whose time is
// over. Who needs their units does not wait for it.
const claimsEvery = 15 * time.Second

// EndClaims ends the claims of checkouts of a merchant whose time is over.
func EndClaims(ctx context.Context, d *desk.Desk, m int64) error {
	return due(ctx, d, m, checkouts.Elapsed, func(list []checkout.ID) error {
		return each(ctx, d, scopeOf(m), intake.ExpireClaim, list, func(id checkout.ID) intake.ClaimAct { return intake.ClaimAct{Claim: id} }, fault.NotFound)
	})
}
