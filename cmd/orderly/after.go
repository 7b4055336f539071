package main

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orderly/internal/automating"
	"orderly/internal/batching"
	"orderly/internal/billing"
	"orderly/internal/collecting"
	"orderly/internal/desk"
	"orderly/internal/exchanging"
	"orderly/internal/project"
	"orderly/internal/releasing"
)

// behindTimeout bounds how long /metrics waits to hear how far a follower is.
const behindTimeout = 2 * time.Second

// after is what runs beside a server, after commits: durable jobs, deliveries
// to endpoints, and all who follow the journal.
type after struct {
	metrics []prometheus.Collector
	stops   []func()
}

// startAfter starts all of it; private are ranges that webhooks may be sent to,
// partners is the directory of trading partners' folders.
func startAfter(d *desk.Desk, private []netip.Prefix, partners string, log *slog.Logger) *after {
	jobs := startJobs(d, partners, log)
	words, sums := &project.Search{DB: d.DB}, &project.Figures{DB: d.DB} // that tell how far theirs are
	batches := &batching.Follower{Desk: d, Log: log}
	a := &after{
		metrics: []prometheus.Collector{
			jobs,
			behind("orderly_search_behind", "Journal entries that search has yet to read, of all merchants; -1 when the database does not say.", words.Behind),
			behind("orderly_figures_behind", "Journal entries that the figures of the overview do not count yet, of all merchants; -1 when the database does not say.", sums.Behind),
		},
		stops: []func(){
			jobs.Stop,
			startWebhooks(d, private, log),
			follow(d, new(<-chan struct{}), batches.Run),
		},
	}
	for _, f := range followers(d, log) {
		a.stops = append(a.stops, follow(d, f.wake, f.run))
	}
	return a
}

// follower is one who follows the journal: beside a server, woken by commits, or to
// its end and no further.
type follower struct {
	wake    *<-chan struct{}
	run     func(context.Context)
	catchUp func(context.Context) error
}

// followers are all who do.
func followers(d *desk.Desk, log *slog.Logger) []follower {
	words := &project.Search{DB: d.DB, Log: log, Fatal: d.Fatal}
	sums := &project.Figures{DB: d.DB, Log: log, Fatal: d.Fatal, Flush: d.FlushRefused}
	told := &project.Messages{DB: d.DB, Log: log, Fatal: d.Fatal}
	documents := &billing.Follower{Desk: d, Log: log}
	traded := &exchanging.Follower{Desk: d, Log: log}
	ruled := &automating.Follower{Desk: d, Log: log}
	onward := &releasing.Follower{Desk: d, Log: log}
	captures := &collecting.Follower{Desk: d, Log: log}
	return []follower{
		{&words.Wake, words.Run, words.CatchUp}, {&sums.Wake, sums.Run, sums.CatchUp}, {&documents.Wake, documents.Run, documents.CatchUp},
		{&traded.Wake, traded.Run, traded.CatchUp}, {&onward.Wake, onward.Run, onward.CatchUp}, {&ruled.Wake, ruled.Run, ruled.CatchUp},
		{&captures.Wake, captures.Run, captures.CatchUp}, {&told.Wake, told.Run, told.CatchUp},
	}
}

// catchUp has all of them read to the journal's end, one after the other.
func catchUp(ctx context.Context, d *desk.Desk) error {
	for _, f := range followers(d, d.Log) {
		if err := f.catchUp(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Stop comes before the desk is closed.
func (a *after) Stop() {
	for _, stop := range a.stops {
		stop()
	}
}

// follow runs a follower of the journal, which commits of this process wake,
// until stop.
func follow(d *desk.Desk, wake *<-chan struct{}, run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	*wake = committed
	var work sync.WaitGroup
	work.Go(func() { run(ctx) })
	return func() {
		cancel()
		work.Wait()
		unwatch()
	}
}

func behind(name, help string, far func(context.Context) (int64, error)) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), behindTimeout)
		defer cancel()
		n, err := far(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
}
