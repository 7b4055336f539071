package bench

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/desk/admin"
	"orderly/internal/store"
	"orderly/internal/store/levels"
)

// floorTime bounds the measurement of the floor.
const floorTime = 3 * time.Second

// floor writes the rows of already placed orders once more under new ids, raw:
// no noun, no lane, no look-up, one statement a table and batch. It uses the
// tables themselves, so it can never measure another schema than the product's.
func (b *bench) floor(ctx context.Context, batch int) (float64, error) {
	batch = min(batch, 256)
	rows, err := store.Sample(ctx, b.db, admin.Main, batch)
	if err != nil {
		return 0, fmt.Errorf("read rows to repeat: %w", err)
	}
	written := 0
	start := time.Now()
	for n := int64(1); time.Since(start) < floorTime && ctx.Err() == nil; n++ {
		if err := rows.Repeat(ctx, b.db, n); err != nil {
			return 0, fmt.Errorf("write the floor: %w", err)
		}
		written += rows.Orders
	}
	return float64(written) / time.Since(start).Seconds(), nil
}

// oversold counts units that orders hold beyond what there is.
func (b *bench) oversold(ctx context.Context) (n int64, err error) {
	err = b.db.Read(ctx, scope, func(r *store.Reader) error {
		n, err = levels.Oversold(r)
		return err
	})
	return n, err
}
