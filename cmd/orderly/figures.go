package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/desk"
	"orderly/internal/project"
)

// startFigures keeps the sums behind the overview up beside a server until
// stop, which comes before the desk is closed. behind tells how far they are.
func startFigures(d *desk.Desk, log *slog.Logger) (behind prometheus.Collector, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	p := &project.Figures{DB: d.DB, Log: log, Wake: committed, Fatal: d.Fatal, Flush: d.FlushRefused}
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx) })
	behind = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "orderly_figures_behind", Help: "Journal entries that the figures of the overview do not count yet, of all merchants; -1 when the database does not say.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(ctx, behindTimeout)
		defer cancel()
		n, err := p.Behind(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
	return behind, func() {
		cancel()
		work.Wait()
		unwatch()
	}
}
