package bench

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// overClients is how many connections carry twice the load: more than may
// wait in the server's queue, so that the queue is what gives way.
const overClients = 2048

// runOverload measures what the server can carry, then offers twice as much
// without mercy: callers that are sent away do not wait, and nobody slows down
// because answers are late. What counts is how much of it still gets done.
func runOverload(ctx context.Context, s *scratch, r *Report) error {
	r.Clients = cmp.Or(s.o.Clients, overClients)
	var o *Overload
	err := s.loaded(ctx, r, func(x *server) (seen, error) {
		return s.counting(func(serial *atomic.Int64) (seen, error) {
			fmt.Fprintf(s.o.Log, "finding out what can be carried, for %s\n", s.o.Time)
			got, err := closed(ctx, x, singleClients, s.o.Time, placeOne(s.draw, serial))
			if err != nil {
				return got, err
			}
			o = &Overload{Capacity: float64(got.orders) / got.elapsed.Seconds()}
			fmt.Fprintf(s.o.Log, "offering %.0f/s for %s over %d connections\n", 2*o.Capacity, s.o.Time, r.Clients)
			over, err := s.flood(ctx, x, r.Clients, 2*o.Capacity, serial, o)
			return over, err
		})
	})
	if err != nil {
		return err
	}
	r.Overload = o
	return s.besideFloor(ctx, r)
}

// flooded is what one connection saw.
type flooded struct {
	accepted, refused []time.Duration
	silent            int // refusals that did not say when to come again
}

// flood offers orders at a fixed rate for the time of the run. Each connection
// has its moments; one that is late sends at once.
func (s *scratch) flood(ctx context.Context, x *server, connections int, rate float64, serial *atomic.Int64, o *Overload) (seen, error) {
	var mu sync.Mutex
	var sum flooded
	var failed error
	var wg sync.WaitGroup
	var sent atomic.Int64
	gap := time.Duration(float64(connections) / rate * float64(time.Second))
	cpu0, start := cpu(), time.Now()
	for n := range connections {
		wg.Go(func() {
			var mine flooded
			first := start.Add(gap * time.Duration(n) / time.Duration(connections))
			err := s.drip(ctx, x, uint64(n), first, gap, start.Add(s.o.Time), serial, &sent, &mine)
			mu.Lock()
			defer mu.Unlock()
			sum.accepted = append(sum.accepted, mine.accepted...)
			sum.refused = append(sum.refused, mine.refused...)
			sum.silent += mine.silent
			if failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	out := seen{orders: int64(len(sum.accepted)), shed: int64(len(sum.refused)), took: sum.accepted, elapsed: time.Since(start), cpu: cpu() - cpu0}
	o.Offered = float64(sent.Load()) / out.elapsed.Seconds()
	o.Goodput = float64(out.orders) / out.elapsed.Seconds()
	o.Ratio = o.Goodput / o.Capacity
	o.Refused = float64(out.shed) / out.elapsed.Seconds()
	o.RefusedP50, _, o.RefusedP99 = quantiles(sum.refused)
	_, _, o.AcceptedP99 = quantiles(sum.accepted)
	o.RetryAfter = sum.silent == 0
	return out, failed
}

// drip sends one connection's orders at their moments.
func (s *scratch) drip(ctx context.Context, x *server, n uint64, at time.Time, gap time.Duration, end time.Time, serial, sent *atomic.Int64, mine *flooded) error {
	c := &client{address: x.address, key: x.key}
	defer c.close()
	rng := newRand(3, n)
	wait := time.NewTimer(0)
	defer wait.Stop()
	for ; at.Before(end); at = at.Add(gap) {
		wait.Reset(time.Until(at))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		}
		body := s.draw.appendJSON(make([]byte, 0, 1024), rng, serial.Add(1))
		sent.Add(1)
		begin := time.Now()
		if begin.After(end) {
			return nil
		}
		a, err := c.call("POST", "/v1/orders", "application/json", body)
		switch {
		case err != nil:
			return err
		case a.status == http.StatusCreated:
			mine.accepted = append(mine.accepted, time.Since(begin))
		case a.status == http.StatusServiceUnavailable:
			mine.refused = append(mine.refused, time.Since(begin))
			if !a.retryAfter {
				mine.silent++
			}
		default:
			return c.unexpected(a)
		}
	}
	return nil
}
