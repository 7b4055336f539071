package torture

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"time"

	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

// KillOptions say how a kill loop runs.
type KillOptions struct {
	Kills   int
	Seed    uint64
	DB      store.Options
	Command func(seed uint64) *exec.Cmd // starts a process that calls Work and prints its acks
	Every   int                         // look at everything after so many kills; 0 means 20
	Log     io.Writer
}

// KillReport is what a kill loop found.
type KillReport struct {
	Kills        int
	Acknowledged int64
	Orders       int
	Seconds      float64
}

// Kill starts a loaded process, kills it with SIGKILL after 1 to 200 ms of
// load, and starts the next on the same database, again and again. It keeps
// its own log of what was acknowledged. It fails when anything of that is not
// there afterwards, or when verify finds a violation.
func Kill(ctx context.Context, o KillOptions) (*KillReport, error) {
	if o.Every == 0 {
		o.Every = 20
	}
	start := time.Now()
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	acked := map[order.ID]int64{}
	r := &KillReport{}
	for r.Kills < o.Kills && ctx.Err() == nil {
		n, err := o.once(ctx, rng, acked)
		if err != nil {
			return r, fmt.Errorf("kill %d (seed %d): %w", r.Kills, o.Seed, err)
		}
		r.Kills++
		r.Acknowledged += n
		if r.Kills%o.Every == 0 || r.Kills == o.Kills {
			level := verify.Quick
			if r.Kills == o.Kills {
				level = verify.Deep
			}
			if err := o.check(ctx, acked, level); err != nil {
				return r, fmt.Errorf("after kill %d (seed %d): %w", r.Kills, o.Seed, err)
			}
			fmt.Fprintf(o.Log, "%d kills, %d acts acknowledged, %d orders: all there, verify clean\n", r.Kills, r.Acknowledged, len(acked))
		}
	}
	r.Orders, r.Seconds = len(acked), time.Since(start).Seconds()
	return r, ctx.Err()
}

// once runs one process to its death and adds what it acknowledged.
func (o *KillOptions) once(ctx context.Context, rng *rand.Rand, acked map[order.ID]int64) (int64, error) {
	cmd := o.Command(rng.Uint64())
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	after := time.Duration(1+rng.IntN(200)) * time.Millisecond
	var once sync.Once
	kill := func() { once.Do(func() { _ = cmd.Process.Kill() }) }
	stop := context.AfterFunc(ctx, kill)
	defer stop()
	n, ready := int64(0), false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		text := lines.Text()
		if text == "ready" {
			ready = true
			time.AfterFunc(after, kill)
			continue
		}
		var id, version int64
		if _, err := fmt.Sscanf(text, "ack %d %d", &id, &version); err != nil {
			continue // a line that the kill cut short was not acknowledged
		}
		acked[order.ID(id)] = max(acked[order.ID(id)], version)
		n++
	}
	err = cmd.Wait()
	if !ready || !strings.Contains(fmt.Sprint(err), "killed") {
		return n, fmt.Errorf("the process ended by itself: %v: %s", err, stderr.String())
	}
	return n, nil
}

// check looks for everything that was acknowledged, and verifies the rest.
func (o *KillOptions) check(ctx context.Context, acked map[order.ID]int64, level verify.Level) error {
	db, err := store.Open(ctx, o.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	var page []order.ID
	look := func() error {
		defer func() { page = page[:0] }()
		return db.Read(ctx, scope, func(r *store.Reader) error {
			found, err := orders.Load(r, page, orders.Parts{})
			if err != nil {
				return err
			}
			for _, id := range page {
				switch got := found[id]; {
				case got == nil:
					return fmt.Errorf("%w: order %s", ErrLost, id)
				case got.Version < acked[id]:
					return fmt.Errorf("%w: order %s is at version %d, %d was acknowledged", ErrLost, id, got.Version, acked[id])
				}
			}
			return nil
		})
	}
	for id := range acked {
		if page = append(page, id); len(page) == 500 {
			if err := look(); err != nil {
				return err
			}
		}
	}
	if err := look(); err != nil {
		return err
	}
	report, err := verify.Run(ctx, db, verify.Options{Level: level})
	if err != nil {
		return err
	}
	if !report.Clean() {
		return fmt.Errorf("verify: %d violations, the first: %+v", report.Total, report.Violations[0])
	}
	return nil
}
