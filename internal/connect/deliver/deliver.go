// Package deliver brings journal entries to the endpoints that want them: on any
// number of nodes, each endpoint by one at a time.
//
// What belongs here: who serves which endpoint when, the steps of serving one,
// and what is written before and after a call. What does not: what an answer
// means and what is tried next (outbound), the call (connect/webhook), rows
// (store/endpoints).
//
// The journal is the outbox: an endpoint is a place in it. What is to be sent
// becomes a row in one short transaction, then it is sent, then what became of it
// is written in another. Nothing is called inside a transaction, and none of it
// takes a merchant's lock. A node that dies between call and result leaves the
// row: the next one sends it again under the same id.
package deliver

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	kept "orderly/internal/store/jobs"
)

// Job is the kind of the durable job that serves one endpoint.
const Job = "webhooks"

const (
	workers  = 32               // endpoints that one node serves at once
	inFlight = 8                // calls to one endpoint at once
	lease    = 24 * time.Second // longer than a call may take
	turn     = 2 * time.Minute  // after which an endpoint makes room for others
	timeout  = 10 * time.Minute // of one job
	attempts = 1 << 30          // of a job: an endpoint is never given up because the database was away
	backoff  = time.Second
	poll     = time.Second
	gather   = 200 * time.Millisecond // after a commit, so that one step serves many
	page     = 2000                   // of the journal in one look
	found    = 256                    // endpoints in one look
)

// Options say how an engine works.
type Options struct {
	Desk   *desk.Desk
	Sender *webhook.Sender
	Log    *slog.Logger
	Node   string         // who this is, for people who read the rows
	Jitter func() float64 // 0 to 1, fresh at each call; nil for none

	// Render gives entries as the API shows them.
	Render func(*store.Reader, []journal.Entry) ([]json.RawMessage, error)
}

// Engine serves endpoints on one node. It is safe for concurrent use.
type Engine struct {
	o      Options
	db     *store.DB
	runner *jobs.Runner
	served sync.Map // endpoints.Key, of those that this node serves now
	cancel context.CancelFunc
	loop   sync.WaitGroup
}

// New makes an engine. Start it once, stop it before the desk is closed.
func New(o Options) *Engine {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0 }
	}
	e := &Engine{o: o, db: o.Desk.DB, cancel: func() {}}
	e.runner = jobs.New(e.db, []jobs.Kind{{Name: Job, Run: e.serve, Attempts: attempts, Timeout: timeout, Backoff: backoff}},
		jobs.Options{Log: o.Log, Node: o.Node, Workers: workers, Lease: lease, Jitter: o.Jitter})
	return e
}

// Start serves until Stop. A commit of this node wakes it, those of others it
// sees within a second.
func (e *Engine) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	wake, unwatch := e.o.Desk.Watch(0)
	e.loop.Go(func() {
		defer unwatch()
		tick := time.NewTicker(poll)
		defer tick.Stop()
		for ctx.Err() == nil {
			if _, err := e.Round(ctx); err != nil && ctx.Err() == nil {
				e.o.Log.Warn("cannot look for what webhooks are to be sent; it is looked for again", "error", err)
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			case <-wake:
				rest(ctx, gather)
			}
		}
	})
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Stop ends what is under way. What was called and not written is sent again.
func (e *Engine) Stop() {
	e.cancel()
	e.loop.Wait()
	e.runner.Stop()
	e.o.Sender.Close()
}

// Wait returns when no endpoint is being served.
func (e *Engine) Wait() { e.runner.Wait() }

// Round looks once for endpoints with work and begins to serve those that no
// other node serves. It tells how many it began.
func (e *Engine) Round(ctx context.Context) (int, error) {
	list, err := endpoints.WithWork(ctx, e.db, found)
	if err != nil {
		return 0, err
	}
	for _, k := range list {
		if _, here := e.served.Load(k); here {
			continue
		}
		if _, err := jobs.Add(ctx, e.db, k.M, kept.Job{Kind: Job, Dedupe: k.ID.String(), Due: e.db.Now(), Data: k.ID.String()}); err != nil {
			return 0, err
		}
	}
	return e.runner.Round(ctx)
}

// scope is as whom a merchant's endpoints are served.
func scope(m int64) access.Scope { return access.System(m, "system", "webhooks") }
