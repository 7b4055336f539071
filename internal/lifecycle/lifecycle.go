// Package lifecycle starts, stops and waits for the long-running parts of a
// process: the HTTP server and the jobs beside it.
//
// What belongs here: in which order parts stop and how long that may take.
// What does not: what a job does and what the server answers.
package lifecycle

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Jobs are functions that run again and again beside the server until Stop.
// The zero value is not ready; use NewJobs.
type Jobs struct {
	log    *slog.Logger
	ctx    context.Context //nolint:containedctx // the lifetime that Stop ends
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// NewJobs makes an empty set of jobs. What they fail with is logged; a job that
// fails is simply run again when its time comes.
func NewJobs(log *slog.Logger) *Jobs {
	j := &Jobs{log: log}
	j.ctx, j.cancel = context.WithCancel(context.Background())
	return j
}

// Every runs f once after first and then at every interval, never twice at a
// time. Call it before Stop.
func (j *Jobs) Every(name string, first, interval time.Duration, f func(context.Context) error) {
	j.work.Go(func() {
		wait := time.NewTimer(first)
		defer wait.Stop()
		for {
			select {
			case <-j.ctx.Done():
				return
			case <-wait.C:
			}
			if err := f(j.ctx); err != nil && j.ctx.Err() == nil {
				j.log.Warn("job failed; it runs again later", "job", name, "again_in", interval, "error", err)
			}
			wait.Reset(interval)
		}
	})
}

// Stop tells running jobs to end and waits until they have.
func (j *Jobs) Stop() {
	j.cancel()
	j.work.Wait()
}
