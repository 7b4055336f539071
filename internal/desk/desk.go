// Package desk is the counter at which everything is done: the lane, the
// transaction, idempotency, and the operations that rooms declare.
//
// What belongs here: how a command becomes one commit with others, what is
// answered, and what happens when the machinery fails. What does not: any
// single act (the rooms beneath hold one file each) and any outside call:
// nothing here waits for anybody but the database.
//
// Every write is an operation: load, decide, write. It takes a slice of
// commands and gives a result for each; a refusal is a result. One merchant
// has one writer at a time: under its lock what is read is true.
package desk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/store"
)

// Limits of the lane.
const (
	MaxQueue        = 1024 // tasks that may wait; above it callers are sent away
	MaxTurnCommands = 256
	MaxTurnLines    = 1000
	MaxBatch        = 500 // commands in one call
	bulkFrom        = 17  // a call with this many commands waits behind people
	bulkEvery       = 4   // at least every fourth turn serves bulk work
	closeTimeout    = 2 * time.Second
	slowTurn        = 250 * time.Millisecond
)

// Desk runs operations on one database. It is safe for concurrent use.
type Desk struct {
	DB  *store.DB
	Log *slog.Logger

	// Fatal is called when going on would not be safe: the disk failed under a
	// commit. It must not return.
	Fatal func(error)

	// Shared is what rooms remember between turns, each under a key type of
	// its own.
	Shared sync.Map

	mu     sync.Mutex
	lanes  map[int64]*lane
	closed bool
	work   sync.WaitGroup

	watch   watch
	refused refused

	Stats Stats
}

// Stats are running figures of the lanes, for /metrics.
type Stats struct {
	Turns, Commands, Refused, Shed, Replays atomic.Int64
	TurnNanos                               atomic.Int64
}

// New makes a desk. Close it before the database.
func New(db *store.DB, log *slog.Logger) *Desk {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Desk{
		DB: db, Log: log, lanes: map[int64]*lane{},
		Fatal: func(err error) { panic(err) },
	}
}

// Close finishes what was accepted, then stops. Later calls are refused.
func (d *Desk) Close() {
	d.mu.Lock()
	d.closed = true
	for _, l := range d.lanes {
		l.close()
	}
	d.mu.Unlock()
	d.work.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := d.FlushRefused(ctx); err != nil {
		d.Log.Warn("what was refused last is not counted", "error", err)
	}
}

// lane finds the queue for a merchant's writes: one for the whole database on
// SQLite, which has one writer, and one for each merchant on PostgreSQL.
func (d *Desk) lane(m int64) (*lane, error) {
	if d.DB.Engine() == store.SQLite {
		m = 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, fault.New(fault.Unavailable, "stopping", "this node is stopping; try another or try again")
	}
	l := d.lanes[m]
	if l == nil {
		l = newLane()
		d.lanes[m] = l
		d.work.Go(func() { l.serve(d.turn) })
	}
	return l, nil
}

// Result is what became of one command.
type Result struct {
	Kind   string // of the subject: ord, ful, stk …
	ID     int64
	Seq    int64  // the subject's own sequence after the act
	Status string // created, done, unchanged
	Err    error  // a refusal; then nothing was changed by this command

	// Value is what the operation documents. It is nil when the result comes
	// from a receipt.
	Value any
}

// Options of one call.
type Options struct {
	Key      string // Idempotency-Key, "" for none
	Route    string // what the key is scoped to beside merchant and caller
	Hash     []byte // of the whole request, when Key is given
	Bulk     bool   // wait behind people even when small
	Replayed *bool  // set to true when the results come from a receipt
}

// Asked is one command and who asks.
type Asked[C any] struct {
	Scope   access.Scope
	Command C
}

// Operation is a declared kind of write.
type Operation[C any] struct {
	Name       string
	Permission access.Permission
	Check      func(*C) error  // faults that need no look-up; runs in the caller's goroutine
	Ahead      Ahead[C]        // what is read before the command waits for the lock; nil reads nothing
	Weight     func(*C) int    // lines; nil counts one each
	Channel    func(*C) string // whose refused commands are counted; nil when none are
	Run        func(*Turn, []Asked[C]) ([]Result, error)
	Preview    func(*Desk, *store.Reader, []Asked[C]) ([]Result, error)
}

// Ahead reads, in the caller's goroutine and on a snapshot, what would keep the
// lock for long, and leaves it in the command. Under the lock the operation looks
// whether it still holds. A fault refuses the command.
type Ahead[C any] func(context.Context, *Desk, access.Scope, *C) error

// ready checks a command and reads ahead for it. The error is of the machinery.
func (op *Operation[C]) ready(ctx context.Context, d *Desk, scope access.Scope, c *C) (refused, err error) {
	if op.Check != nil {
		if err := op.Check(c); err != nil {
			return err, nil
		}
	}
	if op.Ahead == nil {
		return nil, nil
	}
	err = op.Ahead(ctx, d, scope, c)
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
		return f, nil
	}
	return nil, err
}

// Do carries out commands: all in one transaction with whatever else waits,
// each with its own result. The error is of the machinery, of the permission
// or of the key; refusals stand in the results.
func Do[C any](ctx context.Context, d *Desk, op *Operation[C], scope access.Scope, cmds []C, o Options) ([]Result, error) {
	if err := admit(op.Permission, scope, len(cmds)); err != nil {
		return nil, err
	}
	results := make([]Result, len(cmds))
	t := &task{run: op, scope: scope, opts: o, results: results, done: make(chan struct{}), ctx: ctx, place: make([]int, 0, len(cmds))}
	asked := make([]Asked[C], 0, len(cmds))
	for i := range cmds {
		refused, err := op.ready(ctx, d, scope, &cmds[i])
		if err != nil {
			return nil, err
		}
		if refused != nil {
			results[i].Err = refused
			continue
		}
		t.place = append(t.place, i)
		asked = append(asked, Asked[C]{scope, cmds[i]})
		if op.Weight != nil {
			t.weight += op.Weight(&cmds[i])
		} else {
			t.weight++
		}
	}
	if len(asked) == 0 {
		countRefused(d, op, scope.Merchant, cmds, results)
		return results, nil
	}
	t.asked, t.count = asked, len(asked)
	t.bulk = o.Bulk || t.count >= bulkFrom || t.weight > MaxTurnLines
	l, err := d.lane(scope.Merchant)
	if err != nil {
		return nil, err
	}
	if !l.put(t) {
		return nil, d.Busy()
	}
	<-t.done
	if t.err != nil {
		return nil, t.err
	}
	if t.replayed && o.Replayed != nil {
		*o.Replayed = true
	}
	if !t.replayed {
		countRefused(d, op, scope.Merchant, cmds, t.results)
	}
	return t.results, nil
}

// Preview tells what Do would answer now, and changes nothing. It reads a
// snapshot and never waits for writers.
func Preview[C any](ctx context.Context, d *Desk, op *Operation[C], scope access.Scope, cmds []C) ([]Result, error) {
	if err := admit(op.Permission, scope, len(cmds)); err != nil {
		return nil, err
	}
	results := make([]Result, len(cmds))
	var asked []Asked[C]
	var place []int
	for i := range cmds {
		refused, err := op.ready(ctx, d, scope, &cmds[i])
		if err != nil {
			return nil, err
		}
		if refused != nil {
			results[i].Err = refused
			continue
		}
		asked, place = append(asked, Asked[C]{scope, cmds[i]}), append(place, i)
	}
	err := d.DB.Read(ctx, scope, func(r *store.Reader) error {
		got, err := op.Preview(d, r, asked)
		for i := range got {
			results[place[i]] = got[i]
		}
		return err
	})
	return results, err
}

func admit(p access.Permission, scope access.Scope, n int) error {
	if err := scope.Require(p); err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Invalid, "empty", "nothing was asked for")
	}
	if n > MaxBatch {
		return fault.New(fault.TooLarge, "too_many", "%d in one request; at most %d", n, MaxBatch)
	}
	return nil
}

// One is Do for a single command.
func One[C any](ctx context.Context, d *Desk, op *Operation[C], scope access.Scope, cmd C, o Options) (Result, error) {
	got, err := Do(ctx, d, op, scope, []C{cmd}, o)
	if err != nil {
		return Result{}, err
	}
	return got[0], got[0].Err
}

// ErrFatal wraps what made going on unsafe.
var ErrFatal = errors.New("the desk stops")
