package main

import (
	"context"
	"log/slog"
	"sync"

	"orderly/internal/desk"
	"orderly/internal/project"
)

// startMessages notes what customers are to be told beside a server until
// stop, which comes before the desk is closed. Jobs send it.
func startMessages(d *desk.Desk, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	p := &project.Messages{DB: d.DB, Log: log, Wake: committed, Fatal: d.Fatal}
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx) })
	return func() {
		cancel()
		work.Wait()
		unwatch()
	}
}
