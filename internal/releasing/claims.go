package releasing

import (
	"context"
	"time"

	"orderly/internal/checkout"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
)

// claimsEvery is how often claims of checkouts are looked for whose time is
// over. Who needs their units does not wait for it.
const claimsEvery = 15 * time.Second

// EndClaims ends the claims of checkouts of a merchant whose time is over.
func EndClaims(ctx context.Context, d *desk.Desk, m int64) error {
	for {
		var due []checkout.ID
		err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
			due, err = checkouts.Elapsed(r, d.DB.Now(), desk.MaxBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		commands := make([]intake.ClaimAct, len(due))
		for i, id := range due {
			commands[i].Claim = id
		}
		results, err := desk.Do(ctx, d, intake.ExpireClaim, scopeOf(m), commands, desk.Options{Bulk: true})
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil && fault.KindOf(r.Err) != fault.NotFound {
				return r.Err
			}
		}
	}
}
