package main

import (
	"context"
	"log/slog"
	"sync"

	"orderly/internal/billing"
	"orderly/internal/desk"
)

// startBilling issues the invoices of channels whose policy says so.
func startBilling(d *desk.Desk, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	committed, unwatch := d.Watch(0)
	f := &billing.Follower{Desk: d, Log: log, Wake: committed}
	var work sync.WaitGroup
	work.Go(func() { f.Run(ctx) })
	return func() {
		cancel()
		work.Wait()
		unwatch()
	}
}
