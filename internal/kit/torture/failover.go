package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// FailoverOptions say how often a standby takes over.
type FailoverOptions struct {
	Failovers int
	Seed      uint64
	Nodes     int    // 0 means 2
	Clients   int    // of each node; 0 means 3
	Dir       string // where the throw-away clusters are made
	Log       io.Writer
}

// FailoverReport is what a campaign of failovers found.
type FailoverReport struct {
	Failovers    int     `json:"failovers"`
	Split        int     `json:"split"` // the old primary lived on for a while
	Acknowledged int64   `json:"acknowledged"`
	Refused      int64   `json:"refused"`
	Unknown      int64   `json:"unknown"`
	SlowestMS    float64 `json:"slowest_recovery_ms"` // from the old primary's end to an act at every node
	Seconds      float64 `json:"seconds"`
}

// Failovers puts nodes under load on a primary whose commits a standby
// confirms, ends the primary, promotes the standby, and looks whether the nodes
// go on there and everything is as clients were told. Each third time the standby
// is promoted while the primary still takes commits that nobody confirms.
func Failovers(ctx context.Context, o FailoverOptions) (*FailoverReport, error) {
	o.Nodes, o.Clients = orElse(o.Nodes, 2), orElse(o.Clients, 3)
	start := time.Now()
	r := &FailoverReport{}
	rng := rand.New(rand.NewPCG(o.Seed, 4))
	for r.Failovers < o.Failovers {
		if err := r.once(ctx, o, rng); err != nil {
			return r, fmt.Errorf("failover %d (seed %d): %w", r.Failovers, o.Seed, err)
		}
		r.Failovers++
		fmt.Fprintf(o.Log, "%d failovers, %d acts acknowledged, %d refused, %d unknown: all as told, nothing twice\n",
			r.Failovers, r.Acknowledged, r.Refused, r.Unknown)
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

func (r *FailoverReport) once(ctx context.Context, o FailoverOptions, rng *rand.Rand) (err error) {
	primary, err := pgtest.Start(ctx, pgtest.Options{KillSafe: true, Dir: o.Dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, primary.Stop()) }()
	if err := primary.CreateDatabase(ctx, "orderly", ""); err != nil {
		return err
	}
	if err := lay(ctx, primary.URL("orderly")); err != nil {
		return err
	}
	standby, err := primary.Standby(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, standby.Stop()) }()
	if err := primary.Confirm(ctx, "*"); err != nil {
		return err
	}
	t, err := muster(ctx, o.Nodes, o.Clients, rng.Uint64(), store.Options{URL: pgtest.Either(primary, standby, "orderly"), Limits: Short})
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(100+rng.IntN(500)) * time.Millisecond) // of load
	took, err := r.takeOver(ctx, rng, primary, standby, t)
	r.SlowestMS = max(r.SlowestMS, float64(took.Microseconds())/1000)
	time.Sleep(100 * time.Millisecond)
	t.end()
	if err == nil {
		err = t.book.close(ctx, store.Options{URL: standby.URL("orderly")})
	}
	r.Acknowledged += t.book.acts(Done)
	r.Refused += t.book.acts(Absent)
	r.Unknown += t.book.acts(Unknown)
	return err
}

// takeOver ends the primary and promotes the standby, in either order.
func (r *FailoverReport) takeOver(ctx context.Context, rng *rand.Rand, primary, standby *pgtest.Cluster, t *team) (time.Duration, error) {
	if r.Failovers%3 == 2 {
		r.Split++
		if err := standby.Promote(ctx); err != nil {
			return 0, err
		}
		// The old primary now waits for a confirmation in vain.
		time.Sleep(time.Duration(rng.IntN(3000)) * time.Millisecond)
		if err := primary.Kill(); err != nil {
			return 0, err
		}
		return t.recovered(ctx, time.Now(), recoverLimit)
	}
	if err := primary.Kill(); err != nil {
		return 0, err
	}
	gone := time.Now()
	if err := standby.Promote(ctx); err != nil {
		return 0, err
	}
	return t.recovered(ctx, gone, recoverLimit)
}
