package releasing

import (
	"context"
	"fmt"

	"orderly/internal/desk"
	"orderly/internal/desk/collect"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/store/pickups"
)

// TickPickups does what the clock has to do with what a merchant's customers
// come for: they are reminded, and what is past its date is put before people.
func TickPickups(ctx context.Context, d *desk.Desk, m int64) error {
	for last := fulfillment.ID(0); ; {
		var due []fulfillment.ID
		err := d.DB.Read(ctx, scopeOf(m), func(r *store.Reader) (err error) {
			due, err = pickups.Due(r, d.DB.Now(), desk.MaxBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		if due[0] == last {
			return fmt.Errorf("pickup of fulfillment %s is due and stays so", last)
		}
		last = due[0]
		commands := make([]collect.Act, len(due))
		for i, id := range due {
			commands[i].Fulfillment = id
		}
		results, err := desk.Do(ctx, d, collect.Tick, scopeOf(m), commands, desk.Options{Bulk: true})
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
