package main

import (
	"context"
	"log/slog"
	"sync"

	"orderly/internal/desk"
	"orderly/internal/project"
)

// startSearch keeps the words of orders up beside a server until stop, which
// comes before the desk is closed.
func startSearch(d *desk.Desk, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	p := &project.Search{DB: d.DB, Log: log, Wake: committed, Fatal: d.Fatal}
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx) })
	return func() {
		cancel()
		work.Wait()
		unwatch()
	}
}
