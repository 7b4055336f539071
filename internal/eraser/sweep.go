package eraser

import (
	"context"
	"encoding/json"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/merchants"
	"orderly/internal/store/persons"
)

// Sweep drops the recipients of a merchant's documents whose time is over and
// whose order's people were erased. It tells how many.
func Sweep(ctx context.Context, d *desk.Desk, m int64) (dropped int64, err error) {
	scope := access.System(m, "job", "erase")
	for after := order.ID(0); ; {
		var ids, due []order.ID
		err := d.DB.Read(ctx, scope, func(r *store.Reader) error {
			due = due[:0]
			shop, err := merchants.Get(r, m)
			if err != nil {
				return err
			}
			setting, err := persons.SettingOf(r)
			if err != nil {
				return err
			}
			var on map[order.ID]int64
			ids, on, err = persons.Carrying(r, after, atATime)
			now := time.UnixMicro(d.DB.Now()).In(shop.Location())
			for _, id := range ids {
				if setting.Over(on[id], now) {
					due = append(due, id)
				}
			}
			return err
		})
		if err != nil || len(ids) == 0 {
			return dropped, err
		}
		after = ids[len(ids)-1]
		n, err := drop(ctx, d, scope, due)
		dropped += n
		if err != nil {
			return dropped, err
		}
	}
}

// drop does some orders in one transaction, with an entry that tells of it.
func drop(ctx context.Context, d *desk.Desk, scope access.Scope, due []order.ID) (n int64, err error) {
	if len(due) == 0 {
		return 0, nil
	}
	err = d.DB.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(scope.Merchant); err != nil {
			return err
		}
		n = 0
		for _, id := range due {
			k, err := persons.Drop(tx, id)
			if err != nil {
				return err
			}
			n += k
		}
		last, err := entries.LastOf(&tx.Reader, tx.M)
		if err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"documents": n})
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Merchant, tx.M, last+1, journal.PersonDropped, scope, data)})
	})
	return n, err
}
