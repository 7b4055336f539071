package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"orderly/internal/store"
)

// singleClients is how many place at the same time, one order a request.
const singleClients = 128

// placeOne asks for one order a call.
func placeOne(d *draw, serial *atomic.Int64) asked {
	return func(c *client, rng *rand.Rand) (int, bool, error) {
		body := d.appendJSON(make([]byte, 0, 1024), rng, serial.Add(1))
		a, err := c.call("POST", "/v1/orders", "application/json", body)
		switch {
		case err != nil:
			return 0, false, err
		case a.status == http.StatusServiceUnavailable:
			return 0, true, nil
		case a.status != http.StatusCreated:
			return 0, false, c.unexpected(a)
		}
		return 1, false, nil
	}
}

// counting runs load with a counter of orders that goes on where the last one
// ended.
func (s *scratch) counting(load func(serial *atomic.Int64) (seen, error)) (seen, error) {
	var serial atomic.Int64
	serial.Store(s.serial)
	got, err := load(&serial)
	s.serial = serial.Load()
	return got, err
}

// runPlace measures one order a request.
func runPlace(ctx context.Context, s *scratch, r *Report) error {
	r.Clients = cmp.Or(s.o.Clients, singleClients)
	fmt.Fprintf(s.o.Log, "placing for %s, %d callers, one order a request\n", s.o.Time, r.Clients)
	err := s.loaded(ctx, r, func(x *server) (seen, error) {
		return s.counting(func(serial *atomic.Int64) (seen, error) {
			return closed(ctx, x, r.Clients, s.o.Time, placeOne(s.draw, serial))
		})
	})
	if err != nil {
		return err
	}
	return s.besideFloor(ctx, r)
}

// besideFloor adds what there must be of and what there could be.
func (s *scratch) besideFloor(ctx context.Context, r *Report) error {
	var err error
	if r.Oversold, err = s.oversold(ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.o.Log, "measuring the floor: the same rows, written raw")
	if r.Floor, err = s.floor(ctx, max(1, int(r.Orders/max(1, r.Turns)))); err != nil {
		return err
	}
	if r.Floor > 0 {
		r.FloorRatio = r.PerSecond / r.Floor
	}
	return nil
}

// runFlash measures everybody wanting the same item, beside everybody wanting
// this and that: in turns, so that both meet the same machine.
func runFlash(ctx context.Context, s *scratch, r *Report) error {
	r.Clients = cmp.Or(s.o.Clients, singleClients)
	fmt.Fprintf(s.o.Log, "placing for %s on one item and for %s on all, %d callers\n", s.o.Time, s.o.Time, r.Clients)
	var uniform, flash seen
	err := s.loaded(ctx, r, func(x *server) (seen, error) {
		for _, one := range []bool{false, true, true, false} {
			d, into := s.draw, &uniform
			if one {
				d, into = s.draw.flash(), &flash
			}
			got, err := s.counting(func(serial *atomic.Int64) (seen, error) {
				return closed(ctx, x, r.Clients, s.o.Time/2, placeOne(d, serial))
			})
			if err != nil {
				return flash, err
			}
			if _, behind, err := x.catchUp(ctx); err != nil {
				return flash, err
			} else {
				got.elapsed += behind
			}
			into.add(got)
		}
		return flash, nil
	})
	if err != nil {
		return err
	}
	r.Uniform = float64(uniform.orders) / uniform.elapsed.Seconds()
	r.Flash = r.PerSecond / r.Uniform
	return s.besideFloor(ctx, r)
}

func (s *seen) add(o seen) {
	s.calls += o.calls
	s.orders += o.orders
	s.shed += o.shed
	s.took = append(s.took, o.took...)
	s.elapsed += o.elapsed
	s.cpu += o.cpu
}

// runFloor measures the floor alone.
func runFloor(ctx context.Context, s *scratch, r *Report) error {
	r.Batch = s.o.Batch
	fmt.Fprintf(s.o.Log, "writing the rows of orders raw, %d orders a commit\n", r.Batch)
	start := time.Now()
	rate, err := s.floor(ctx, r.Batch)
	r.Seconds = time.Since(start).Seconds()
	r.Floor, r.PerSecond, r.FloorRatio = rate, rate, 1
	r.Orders = int64(rate * r.Seconds)
	return err
}

// floorTime bounds the measurement of the floor.
const floorTime = 3 * time.Second

// floor writes the rows of already placed orders once more under new ids, raw:
// no noun, no lane, no look-up, one statement a table and batch. It uses the
// tables themselves, so it can never measure another schema than the product's.
func (s *scratch) floor(ctx context.Context, batch int) (rate float64, err error) {
	err = s.open(ctx, func(db *store.DB) error {
		rows, err := store.Sample(ctx, db, scope.Merchant, min(batch, 256))
		if err != nil {
			return fmt.Errorf("read rows to repeat: %w", err)
		}
		written := 0
		limit := min(floorTime, s.o.Time)
		start := time.Now()
		for n := int64(1); time.Since(start) < limit && ctx.Err() == nil; n++ {
			if err := rows.Repeat(ctx, db, n); err != nil {
				return fmt.Errorf("write the floor: %w", err)
			}
			written += rows.Orders
		}
		rate = float64(written) / time.Since(start).Seconds()
		return nil
	})
	return rate, err
}
