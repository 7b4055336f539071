package torture

import (
	"context"
	"errors"
	"fmt"

	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

// ErrLost says that something acknowledged is not there.
var ErrLost = errors.New("an acknowledged act is lost")

// ErrViolated says that a law of the books is broken.
var ErrViolated = errors.New("verify found violations")

// page is how many orders are looked up at once.
const page = 500

// acknowledged is the log that is kept outside of the database: the highest
// version that was acknowledged of each order.
type acknowledged map[order.ID]int64

// hear takes a line of a worker and tells whether it acknowledges an act. A
// line that a kill cut short does not.
func (a acknowledged) hear(line string) bool {
	var id, version int64
	var rest string
	if n, _ := fmt.Sscanf(line, "ack %d %d%s", &id, &version, &rest); n != 2 {
		return false
	}
	a[order.ID(id)] = max(a[order.ID(id)], version)
	return true
}

// held looks for everything that was acknowledged.
func (a acknowledged) held(ctx context.Context, db *store.DB) error {
	ids := make([]order.ID, 0, page)
	for id := range a {
		if ids = append(ids, id); len(ids) == page {
			if err := a.look(ctx, db, ids); err != nil {
				return err
			}
			ids = ids[:0]
		}
	}
	return a.look(ctx, db, ids)
}

func (a acknowledged) look(ctx context.Context, db *store.DB, ids []order.ID) error {
	return db.Read(ctx, scope, func(r *store.Reader) error {
		found, err := orders.Load(r, ids, orders.Parts{})
		if err != nil {
			return err
		}
		for _, id := range ids {
			switch got := found[id]; {
			case got == nil:
				return fmt.Errorf("%w: order %s", ErrLost, id)
			case got.Version < a[id]:
				return fmt.Errorf("%w: order %s is at version %d, %d was acknowledged", ErrLost, id, got.Version, a[id])
			}
		}
		return nil
	})
}

// check opens the database, looks for everything that was acknowledged, and
// verifies the rest.
func (a acknowledged) check(ctx context.Context, o store.Options, level verify.Level) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	return a.checkOpen(ctx, db, level)
}

func (a acknowledged) checkOpen(ctx context.Context, db *store.DB, level verify.Level) error {
	if err := a.held(ctx, db); err != nil {
		return err
	}
	r, err := verify.Run(ctx, db, verify.Options{Level: level})
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if !r.Clean() {
		return fmt.Errorf("%w: %d, the first: %+v", ErrViolated, r.Total, r.Violations[0])
	}
	return nil
}
