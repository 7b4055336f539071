package jobs

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"orderly/internal/store"
	kept "orderly/internal/store/jobs"
)

// How a node looks for work. A lease is renewed at a third of its time; when a
// node dies another begins what it had within Lease and a Poll.
const (
	DefaultWorkers = 4
	DefaultLease   = 12 * time.Second
	DefaultPoll    = time.Second
	arrange        = time.Minute // between looks at whether every merchant has its schedules
)

// Options say how a node works. The zero value is right for a server.
type Options struct {
	Log     *slog.Logger
	Node    string // who this is, for people who read the rows
	Workers int
	Lease   time.Duration
	Poll    time.Duration
	Jitter  func() float64 // 0 to 1, fresh at each call; nil for none
}

// Runner runs jobs of its kinds on one node. Start it once, stop it before the
// desk and the database are closed. It is safe for concurrent use.
type Runner struct {
	db    *store.DB
	opts  Options
	kinds map[string]*Kind
	names []string

	Stats Stats

	mu      sync.Mutex
	running map[string]int // by kind
	total   int

	arranged atomic.Int64  // when schedules were last looked at
	wake     chan struct{} // a worker is free and more may be due
	work     sync.WaitGroup
	loop     sync.WaitGroup
	cancel   context.CancelFunc
}

// Stats are running figures, for /metrics.
type Stats struct {
	OldestDue atomic.Int64 // microseconds that the oldest due job of its kinds had waited at the last look
	Dead      atomic.Int64 // in the whole database, at the last look
	Lost      atomic.Int64 // leases that ran out under a worker of this node
	kinds     map[string]*KindStats
}

// KindStats are the figures of one kind on this node.
type KindStats struct{ Done, Failed, Nanos atomic.Int64 }

// Kind gives the figures of a kind that was declared.
func (s *Stats) Kind(name string) *KindStats { return s.kinds[name] }

// New makes a runner of these kinds.
func New(db *store.DB, kinds []Kind, o Options) *Runner {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 0 }
	}
	o.Workers, o.Lease, o.Poll = cmp.Or(o.Workers, DefaultWorkers), cmp.Or(o.Lease, DefaultLease), cmp.Or(o.Poll, DefaultPoll)
	r := &Runner{db: db, opts: o, kinds: map[string]*Kind{}, running: map[string]int{}, wake: make(chan struct{}, 1), cancel: func() {}}
	r.Stats.kinds = map[string]*KindStats{}
	for _, k := range kinds {
		r.kinds[k.Name], r.Stats.kinds[k.Name] = k.withDefaults(), &KindStats{}
		r.names = append(r.names, k.Name)
	}
	return r
}

// Names are the kinds, in the order in which they were declared.
func (r *Runner) Names() []string { return r.names }

// Start looks for work until Stop.
func (r *Runner) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.loop.Go(func() {
		tick := time.NewTimer(0)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-r.wake:
			}
			if _, err := r.Round(ctx); err != nil && ctx.Err() == nil {
				r.opts.Log.Warn("cannot look for work; it is looked for again", "error", err)
			}
			// Nodes that were started together drift apart.
			tick.Reset(r.opts.Poll + time.Duration(float64(r.opts.Poll/10)*r.opts.Jitter()))
		}
	})
}

// Stop tells jobs under way to end and waits until they have. What did not
// finish is given back, for another node to take at once.
func (r *Runner) Stop() {
	r.cancel()
	r.loop.Wait()
	r.work.Wait()
}

// Wait returns when no job is under way.
func (r *Runner) Wait() { r.work.Wait() }

// Round looks once for due work, begins what there are workers for, and tells
// how much. ctx is that of the jobs too.
func (r *Runner) Round(ctx context.Context) (began int, err error) {
	if now := r.db.Now(); now-r.arranged.Load() >= arrange.Microseconds() || now < r.arranged.Load() {
		if err := r.arrange(ctx); err != nil {
			return 0, err
		}
		r.arranged.Store(now)
	}
	kinds, free := r.free()
	if len(kinds) == 0 {
		return 0, nil
	}
	due, err := kept.Due(ctx, r.db, kinds, max(free, 1)) // how long they wait is told even when nobody is free
	if err != nil {
		return 0, err
	}
	r.Stats.OldestDue.Store(0)
	if len(due) > 0 {
		r.Stats.OldestDue.Store(max(r.db.Now()-due[0].Due, 0))
	}
	due = due[:min(free, len(due))]
	slices.SortFunc(due, func(a, b kept.Key) int { return cmp.Or(cmp.Compare(a.M, b.M), cmp.Compare(a.ID, b.ID)) })
	for i := 0; i < len(due); {
		j := i + 1
		for j < len(due) && due[j].M == due[i].M {
			j++
		}
		n, err := r.claim(ctx, due[i:j])
		began += n
		if err != nil {
			return began, err
		}
		i = j
	}
	return began, nil
}

// free tells how many workers are, and for which kinds.
func (r *Runner) free() (kinds []string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range r.names {
		if k := r.kinds[name]; k.AtOnce == 0 || r.running[name] < k.AtOnce {
			kinds = append(kinds, name)
		}
	}
	return kinds, r.opts.Workers - r.total
}

// claim leases one merchant's jobs in one transaction, in the order of their
// ids, which is every node's, and begins those that it got.
func (r *Runner) claim(ctx context.Context, due []kept.Key) (began int, err error) {
	var got []kept.Job
	err = r.db.Transact(ctx, func(tx *store.Tx) error {
		got = got[:0]
		tx.M = due[0].M // its row is all that is touched: the merchant's lock is not needed
		for _, k := range due {
			j, ok, err := kept.Claim(tx, k, r.token(tx), tx.At+r.opts.Lease.Microseconds())
			if err != nil {
				return err
			}
			if ok {
				got = append(got, j)
			}
		}
		return nil
	})
	if err != nil { // when the commit is in doubt the leases run out unused
		return 0, err
	}
	for _, j := range got {
		if r.begin(ctx, j) {
			began++
		}
	}
	return began, nil
}

// token names a claim: no other has it, on any node, at any time.
func (r *Runner) token(tx *store.Tx) string { return r.opts.Node + "#" + number(tx.IDs().Next()) }

// begin runs a job in a goroutine of its own, unless its kind is full.
func (r *Runner) begin(ctx context.Context, j kept.Job) bool {
	k := r.kinds[j.Kind]
	c := &Claim{Job: j, db: r.db, kind: k, lease: r.opts.Lease}
	r.mu.Lock()
	full := k.AtOnce > 0 && r.running[j.Kind] >= k.AtOnce
	if !full {
		r.running[j.Kind]++
		r.total++
	}
	r.mu.Unlock()
	if full {
		r.settle(c, kept.Release)
		return false
	}
	r.work.Go(func() {
		r.run(ctx, c)
		r.mu.Lock()
		r.running[j.Kind]--
		r.total--
		r.mu.Unlock()
		select {
		case r.wake <- struct{}{}:
		default:
		}
	})
	return true
}
