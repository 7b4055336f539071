package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// asked is one call of a workload: how many orders it got done. A call that
// the server sent away is no failure; err is.
type asked func(c *client, rng *rand.Rand) (orders int, shed bool, err error)

// seen is what callers saw of a load.
type seen struct {
	calls, orders, shed int64
	took                []time.Duration // of calls that were not sent away
	elapsed             time.Duration
	cpu                 time.Duration // of this process
}

// closed keeps a number of callers busy for a time: each asks again when it
// has its answer. The first error ends all.
func closed(ctx context.Context, x *server, callers int, d time.Duration, ask asked) (seen, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var calls, orders, shed atomic.Int64
	var mu sync.Mutex
	var out seen
	var failed error
	var wg sync.WaitGroup
	cpu0, start := cpu(), time.Now()
	end := start.Add(d)
	for n := range callers {
		wg.Go(func() {
			c := &client{address: x.address, key: x.key}
			defer c.close()
			rng := newRand(1, uint64(n))
			var mine []time.Duration
			for begin := time.Now(); begin.Before(end) && ctx.Err() == nil; begin = time.Now() {
				got, away, err := ask(c, rng)
				switch {
				case err != nil:
					mu.Lock()
					if failed == nil { // the others fail because of it, or alike
						failed = err
					}
					mu.Unlock()
					cancel()
				case away:
					shed.Add(1)
				default:
					calls.Add(1)
					orders.Add(int64(got))
					mine = append(mine, time.Since(begin))
				}
			}
			mu.Lock()
			out.took = append(out.took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	out.elapsed, out.cpu = time.Since(start), cpu()-cpu0
	out.calls, out.orders, out.shed = calls.Load(), orders.Load(), shed.Load()
	return out, failed
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// catchUpLimit bounds how long the projections may take after the last order.
const catchUpLimit = 2 * time.Minute

// catchUp waits until everything that follows from the orders is there too:
// its time counts, since work that is put off is work.
func (x *server) catchUp(ctx context.Context) (figures, time.Duration, error) {
	start := time.Now()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		f, err := x.figures()
		if err != nil || f["orderly_search_behind"]+f["orderly_figures_behind"] == 0 || time.Since(start) > catchUpLimit {
			return f, time.Since(start), err
		}
		select {
		case <-ctx.Done():
			return f, time.Since(start), ctx.Err()
		case <-look.C:
		}
	}
}

// loaded runs a load on a server of its own and fills in what every workload
// reports. The floor is measured in batches of the size that the turns had.
func (s *scratch) loaded(ctx context.Context, r *Report, load func(*server) (seen, error)) error {
	size0, err := s.size(ctx)
	if err != nil {
		return err
	}
	x, err := s.serve(ctx)
	if err != nil {
		return err
	}
	got, before, after, err := x.under(ctx, r, load)
	if err = errors.Join(err, x.stop()); err != nil {
		return err
	}
	r.Orders, r.Unavailable, r.Seconds = got.orders, got.shed, got.elapsed.Seconds()
	r.PerSecond = float64(r.Orders) / (r.Seconds + r.CatchUp)
	n := float64(max(1, r.Orders))
	r.CPU = (after.cpu() - before.cpu()) * 1e6 / n
	r.ClientCPU = float64(got.cpu.Microseconds()) / n
	r.P50, r.P95, r.P99 = quantiles(got.took)
	r.RSS, r.IdleRSS, r.Ready = after.rss(), before.rss(), float64(x.ready.Microseconds())/1000
	r.Turns = int64(after["orderly_turns_total"] - before["orderly_turns_total"])
	size1, err := s.size(ctx)
	r.Bytes = float64(size1-size0) / n
	return err
}

func (x *server) under(ctx context.Context, r *Report, load func(*server) (seen, error)) (got seen, before, after figures, err error) {
	if before, err = x.figures(); err != nil {
		return got, before, after, err
	}
	if got, err = load(x); err != nil {
		return got, before, after, err
	}
	after, behind, err := x.catchUp(ctx)
	r.CatchUp = behind.Seconds()
	return got, before, after, err
}
