package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// CutOptions say how connections are cut.
type CutOptions struct {
	Cuts    int
	Seed    uint64
	Nodes   int    // 0 means 6
	Clients int    // of each node; 0 means 4
	Dir     string // where the throw-away cluster is made
	Server  string // URL of an empty database to use instead, for tests
	Log     io.Writer
	Plant   store.Plant
}

// CutReport is what a campaign of cuts found.
type CutReport struct {
	Cuts         int64   `json:"cuts"`
	AtCommit     int64   `json:"at_commit"`
	Acknowledged int64   `json:"acknowledged"`
	Refused      int64   `json:"refused"` // or told that nothing was changed
	Unknown      int64   `json:"unknown"`
	Seconds      float64 `json:"seconds"`
}

// Cut puts several nodes under load whose connections to PostgreSQL are cut,
// above all during COMMIT. It fails when a client was told what is not so, when
// something was done twice, or when verify finds a violation.
func Cut(ctx context.Context, o CutOptions) (r *CutReport, err error) {
	o.Nodes, o.Clients = orElse(o.Nodes, 6), orElse(o.Clients, 4)
	start := time.Now()
	r = &CutReport{}
	server := o.Server
	if server == "" {
		cluster, err := pgtest.Start(ctx, pgtest.Options{Dir: o.Dir, MaxConnections: 300})
		if err != nil {
			return r, err
		}
		defer func() { _ = cluster.Stop() }()
		if err := cluster.CreateDatabase(ctx, "orderly", ""); err != nil {
			return r, err
		}
		server = cluster.URL("orderly")
	}
	if err := lay(ctx, server); err != nil {
		return r, err
	}
	calm := make(chan struct{}) // closed when the shop stands
	choose := chooser(o.Seed)
	p, through, err := newProxy(server, func(commit bool) blow {
		select {
		case <-calm:
			return choose(commit)
		default:
			return pass
		}
	})
	if err != nil {
		return r, err
	}
	defer p.close()
	t, err := muster(ctx, o.Nodes, o.Clients, o.Seed, store.Options{URL: through, Limits: Short, Plant: o.Plant})
	if err != nil {
		return r, err
	}
	close(calm)
	err = watchCuts(ctx, p, t, server, o)
	t.end()
	r.Seconds = time.Since(start).Seconds()
	if err == nil {
		err = t.book.close(ctx, store.Options{URL: server})
	}
	r.Cuts, r.AtCommit = p.cuts()
	r.Acknowledged, r.Refused, r.Unknown = t.book.acts(Done), t.book.acts(Absent), t.book.acts(Unknown)
	if err != nil {
		err = fmt.Errorf("after %d cuts (seed %d): %w", r.Cuts, o.Seed, err)
	}
	return r, err
}

// watchCuts looks at everything each few seconds until there were enough cuts.
// It looks past the proxy.
func watchCuts(ctx context.Context, p *proxy, t *team, server string, o CutOptions) (err error) {
	db, err := store.Open(ctx, store.Options{URL: server})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	look := time.NewTicker(3 * time.Second)
	defer look.Stop()
	enough := time.NewTicker(10 * time.Millisecond)
	defer enough.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-enough.C:
			if all, _ := p.cuts(); all >= int64(o.Cuts) {
				return nil
			}
		case <-look.C:
			if err := t.book.Check(ctx, db); err != nil {
				return err
			}
			all, _ := p.cuts()
			fmt.Fprintf(o.Log, "%d cuts, %d acts acknowledged, %d refused, %d unknown: all as told, nothing twice\n",
				all, t.book.acts(Done), t.book.acts(Absent), t.book.acts(Unknown))
		}
	}
}
