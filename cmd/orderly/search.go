package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/desk"
	"orderly/internal/project"
)

// behindTimeout bounds how long /metrics waits to hear how far search is.
const behindTimeout = 2 * time.Second

// startSearch keeps the words of orders up beside a server until stop, which
// comes before the desk is closed. behind tells how far it is.
func startSearch(d *desk.Desk, log *slog.Logger) (behind prometheus.Collector, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	p := &project.Search{DB: d.DB, Log: log, Wake: committed, Fatal: d.Fatal}
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx) })
	return searchBehind(ctx, p), func() {
		cancel()
		work.Wait()
		unwatch()
	}
}

func searchBehind(ctx context.Context, p *project.Search) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "orderly_search_behind", Help: "Journal entries that search has yet to read, of all merchants; -1 when the database does not say.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(ctx, behindTimeout)
		defer cancel()
		n, err := p.Behind(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
}
