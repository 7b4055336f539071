package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/merchants"
)

// Pages grow while a snapshot is held shorter than quickRead and shrink when
// it was held longer than slowRead, so that none comes near two seconds.
const (
	firstPage = 1000
	leastPage = 20
	mostPage  = 10_000
	quickRead = 150 * time.Millisecond
	slowRead  = 400 * time.Millisecond
	maxTries  = 6
)

// errAgain asks a walk to read the same page once more.
var errAgain = errors.New("read the page again")

// run is one Run under way, or one of the sides on which its passes go. Each
// belongs to one goroutine; what they share is found together, under its lock.
type run struct {
	*shared
	ctx  context.Context //nolint:containedctx // lives exactly as long as the call of Run
	db   *store.DB
	opts Options

	scope    access.Scope // of the merchant under way
	rounding money.Rounding
	began    audit.Sequence // when its first pass began
	acts     map[int64]bool // transfers that have movements; the stock pass makes it for the journal's

	doing   []string // laws under way
	done    int64
	pending []func() // what a read has found; dropped when it is repeated
}

// shared is the report under way.
type shared struct {
	mu     sync.Mutex
	report *Report
	at     map[string]*Check
}

func newRun(ctx context.Context, db *store.DB, o Options) *run {
	x := &run{ctx: ctx, db: db, opts: o, shared: &shared{at: map[string]*Check{}}}
	x.report = &Report{Level: o.Level, Engine: db.Engine(), Checks: append([]Check(nil), laws...), Violations: []Violation{}}
	for i := range x.report.Checks {
		c := &x.report.Checks[i]
		if x.at[c.ID] = c; !o.asked(c.ID) {
			c.Skipped = "not asked for"
		}
	}
	return x
}

// beside gives another side of the run, for the same merchant.
func (x *run) beside(ctx context.Context) *run {
	side := *x
	side.ctx, side.pending, side.acts = ctx, nil, map[int64]bool{}
	return &side
}

// begin reads what the passes need to know of a merchant. It reports whether
// the merchant can be checked at all.
func (x *run) begin(m int64) (bool, error) {
	x.scope = access.System(m, "command", "verify")
	known := false
	err := x.read(func(r *store.Reader) error {
		var err error
		if x.began, known, err = audit.SequenceOf(r); err != nil {
			return err
		}
		if !known {
			x.tell("T1", fmt.Sprint(m), "merchant %d has no row in merchant_seq, which is its lock", m)
			return nil
		}
		who, err := merchants.Get(r, m)
		x.rounding = who.Rounding
		return err
	})
	return known, err
}

// timed runs a pass and books its time to its laws.
func (x *run) timed(ids []string, f func() error) error {
	x.doing, x.done = ids, 0
	start := time.Now()
	err := f()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range ids {
		x.at[id].Took += time.Since(start)
	}
	return err
}

// read runs f on one snapshot. What f tells counts only when the read
// succeeds; f may be run again.
func (x *run) read(f func(*store.Reader) error) error {
	x.pending = x.pending[:0]
	start := time.Now()
	err := x.db.Read(x.ctx, x.scope, f)
	took := time.Since(start)
	x.rest(took)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.report.LongestRead = max(x.report.LongestRead, took)
	if err != nil {
		return err
	}
	for _, each := range x.pending {
		each()
	}
	x.pending = x.pending[:0]
	return nil
}

// rest leaves the machine to others after a read.
func (x *run) rest(took time.Duration) {
	if x.opts.Rest <= 0 {
		return
	}
	wait := time.NewTimer(took * time.Duration(x.opts.Rest))
	defer wait.Stop()
	select {
	case <-x.ctx.Done():
	case <-wait.C:
	}
}

// later runs f, under the lock, when the read under way has succeeded.
func (x *run) later(f func()) { x.pending = append(x.pending, f) }

// tell names a violation.
func (x *run) tell(id, subject, format string, args ...any) {
	m := x.scope.Merchant
	x.later(func() {
		x.note(Violation{ID: id, Merchant: m, Subject: subject, Message: fmt.Sprintf(format, args...)})
	})
}

// note puts a violation into the report. The caller holds the lock.
func (x *run) note(v Violation) {
	c := x.at[v.ID]
	c.Violations++
	x.report.Total++
	if c.Violations <= int64(x.opts.MaxViolations) {
		x.report.Violations = append(x.report.Violations, v)
	}
}

// noteNow is note for what was found outside a read.
func (x *run) noteNow(v Violation) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.note(v)
}

// count books rows that were held to laws, when the read has succeeded.
func (x *run) count(n int64, ids ...string) {
	x.later(func() { x.book(n, ids) })
}

// countNow is count for rows of several reads.
func (x *run) countNow(n int64, ids ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.book(n, ids)
}

func (x *run) book(n int64, ids []string) {
	for _, id := range ids {
		x.at[id].Rows += n
	}
}

// skip tells what could not be looked at.
func (x *run) skip(id, format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.at[id]
	if c.Skipped != "" {
		c.Skipped += "; "
	}
	c.Skipped += fmt.Sprintf(format, args...)
}

// progress tells, when the read under way has succeeded, how far the pass is.
func (x *run) progress(n, total int64) {
	x.later(func() {
		x.done += n
		if x.opts.Progress != nil {
			x.opts.Progress(strings.Join(x.doing, " "), x.done, total)
		}
	})
}

func (x *run) mostPage() int64 {
	if x.opts.Rest > 0 {
		return firstPage
	}
	return mostPage
}

// walk goes over tables page by page, each in a snapshot of its own.
func (x *run) walk(over []audit.Walk, f func(*store.Reader, audit.Range) error) error {
	in, page, tries := audit.Range{After: audit.Start}, int64(firstPage), 0
	for in.After != audit.End {
		start := time.Now()
		err := x.read(func(r *store.Reader) error {
			var err error
			if in.UpTo, err = audit.Next(r, over, in.After, page); err != nil {
				return err
			}
			return f(r, in)
		})
		took := time.Since(start)
		switch {
		case err == nil:
			in.After, tries = in.UpTo, 0
		case x.ctx.Err() == nil && tries < maxTries && (errors.Is(err, errAgain) || fault.KindOf(err) == fault.Unavailable):
			tries++
		default:
			return err
		}
		switch {
		case err != nil && !errors.Is(err, errAgain) || took > slowRead:
			page = max(leastPage, page/3)
		case took < quickRead:
			page = min(x.mostPage(), page*2)
		}
	}
	return nil
}
