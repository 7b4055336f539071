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

// RestartOptions say how the server is restarted.
type RestartOptions struct {
	Restarts int
	Seed     uint64
	Nodes    int    // 0 means 2
	Clients  int    // of each node; 0 means 4
	Every    int    // the book is checked after so many restarts; 0 means 25
	Dir      string // where the throw-away cluster is made
	Log      io.Writer
	Plant    store.Plant
}

// RestartReport is what a campaign of restarts found.
type RestartReport struct {
	Restarts     int     `json:"restarts"`
	Killed       int     `json:"killed"`    // every process with SIGKILL
	Immediate    int     `json:"immediate"` // recovery at the next start
	Fast         int     `json:"fast"`      // in order, under load
	Acknowledged int64   `json:"acknowledged"`
	Refused      int64   `json:"refused"` // or told that nothing was changed
	Unknown      int64   `json:"unknown"`
	SlowestMS    float64 `json:"slowest_recovery_ms"` // from the server's start to an act at every node
	Seconds      float64 `json:"seconds"`
}

// recoverLimit is how long a node may take to acknowledge acts again.
const recoverLimit = 10 * time.Second

// Restarts puts several nodes under load on a PostgreSQL of its own and kills,
// stops and restarts that server again and again. It fails when a client was
// told what is not so, when something was done twice, when a node does not come
// back by itself, or when verify finds a violation.
func Restarts(ctx context.Context, o RestartOptions) (r *RestartReport, err error) {
	o.Nodes, o.Clients, o.Every = orElse(o.Nodes, 2), orElse(o.Clients, 4), orElse(o.Every, 25)
	start := time.Now()
	r = &RestartReport{}
	cluster, err := pgtest.Start(ctx, pgtest.Options{KillSafe: true, Dir: o.Dir})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	db := store.Options{URL: cluster.URL("orderly"), Limits: Short, Plant: o.Plant}
	if err := cluster.CreateDatabase(ctx, "orderly", ""); err != nil {
		return r, err
	}
	if err := lay(ctx, db.URL); err != nil {
		return r, err
	}
	t, err := muster(ctx, o.Nodes, o.Clients, o.Seed, db)
	if err != nil {
		return r, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	for r.Restarts < o.Restarts && err == nil {
		time.Sleep(time.Duration(20+rng.IntN(200)) * time.Millisecond) // of load
		err = r.restart(ctx, rng, cluster, t)
		if err == nil && r.Restarts%o.Every == 0 {
			if err = t.book.Check(ctx, t.sites[0].db); err == nil {
				fmt.Fprintf(o.Log, "%d restarts, %d acts acknowledged, %d refused, %d unknown: all as told, nothing twice\n",
					r.Restarts, t.book.acts(Done), t.book.acts(Absent), t.book.acts(Unknown))
			}
		}
	}
	t.end()
	if err == nil {
		err = t.book.close(ctx, db)
	}
	r.Acknowledged, r.Refused, r.Unknown = t.book.acts(Done), t.book.acts(Absent), t.book.acts(Unknown)
	r.Seconds = time.Since(start).Seconds()
	if err != nil {
		err = fmt.Errorf("restart %d (seed %d): %w", r.Restarts, o.Seed, err)
	}
	return r, err
}

// restart takes the server away in one of three ways, and brings it back.
func (r *RestartReport) restart(ctx context.Context, rng *rand.Rand, cluster *pgtest.Cluster, t *team) error {
	var err error
	switch rng.IntN(3) {
	case 0:
		r.Killed++
		err = cluster.Kill()
	case 1:
		r.Immediate++
		err = cluster.Quit()
	default:
		r.Fast++
	}
	if err == nil {
		time.Sleep(time.Duration(rng.IntN(100)) * time.Millisecond) // it stays away for a moment
		err = cluster.Restart(ctx)
	}
	if err != nil {
		return err
	}
	r.Restarts++
	took, err := t.recovered(ctx, time.Now(), recoverLimit)
	r.SlowestMS = max(r.SlowestMS, float64(took.Microseconds())/1000)
	return err
}

func orElse(given, usual int) int {
	if given == 0 {
		return usual
	}
	return given
}
