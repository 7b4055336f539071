package store

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// slot is a leased part of the id space. Its ids carry their time, so every id
// of an instant before expires is this process's alone, whatever clocks say.
//
// expires is of whole milliseconds, as ids are, and never goes back: when the
// clock is set back, ids go on from the last one, and so does their lease.
type slot struct {
	n       int64
	ids     *ident.Source
	expires atomic.Int64
	spent   atomic.Bool // ids past expires were drawn, so that none can be used any more
}

// fence refuses to commit ids that the lease does not cover: all that were
// drawn so far are smaller than the one drawn here. A process that was frozen
// past its lease fails on this, and so does one whose clock leaps; the next
// transaction takes another slot.
func (s *slot) fence() error {
	if s == nil || ident.Time(s.ids.Next()).UnixMicro() < s.expires.Load() {
		return nil
	}
	s.spent.Store(true)
	return leaseLost(nil)
}

func leaseLost(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "lease_lost", "this node was away for too long and is joining again; nothing was changed: try again")
}

// lease holds a slot for this process. It is leased for Limits.Lease and
// renewed after each third of that.
type lease struct {
	db    *DB
	owner string
	time  time.Duration
	held  atomic.Pointer[slot]
	mu    sync.Mutex // held by who takes a new slot
	stop  chan struct{}
	done  chan struct{}
}

func (db *DB) leaseSlot(ctx context.Context) (*lease, error) {
	host, _ := os.Hostname()
	l := &lease{
		db: db, time: db.limits.Lease, owner: fmt.Sprintf("%s/%d/%d", host, os.Getpid(), time.Now().UnixNano()),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	if err := l.take(ctx); err != nil {
		return nil, err
	}
	go l.keep()
	return l, nil
}

// until is the end of a lease that begins now. A clock before the first id that
// there can be counts as that instant.
func (l *lease) until() int64 {
	end := max(l.db.Now(), ident.Time(0).UnixMicro()) + l.time.Microseconds()
	return end - end%1000
}

// current is the slot that is held, nil when it cannot be used any more.
func (l *lease) current() *slot {
	if s := l.held.Load(); l.db.Now() < s.expires.Load() && !s.spent.Load() {
		return s
	}
	return nil
}

// hold gives the slot that a transaction's ids come from, a new one when the
// lease has run out. Without a lease, as while migrating, there is none.
func (l *lease) hold(ctx context.Context) (*slot, error) {
	if l == nil {
		return nil, nil
	}
	if s := l.current(); s != nil {
		return s, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.current(); s != nil {
		return s, nil // another took it meanwhile
	}
	if err := l.take(ctx); err != nil {
		return nil, leaseLost(err)
	}
	return l.held.Load(), nil
}

// take leases the lowest free slot. It is ours only once that is committed.
func (l *lease) take(ctx context.Context) error {
	begin := map[Engine]string{SQLite: "BEGIN IMMEDIATE", Postgres: "BEGIN"}[l.db.engine]
	c, err := l.db.write.begin(ctx, begin, patience)
	if err != nil {
		return classify(err)
	}
	if l.db.engine == Postgres {
		_, err = c.c.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", JoinLock))
	}
	var s *slot
	if err == nil {
		s, err = l.choose(&Reader{c: c, ctx: ctx})
	}
	if err == nil {
		err = c.commit(ctx)
	} else {
		_ = c.rollback()
	}
	l.db.write.give(c, err != nil)
	if err == nil {
		l.held.Store(s)
	}
	return l.db.written(err)
}

// choose takes the lowest slot of which no id lies ahead of the clock. Only when
// there is none left does it go on where another's ids ended, with ids of a
// time to come.
func (l *lease) choose(r *Reader) (*slot, error) {
	now := l.db.Now()
	taken, given := map[int64]int64{}, int64(-1)
	err := r.Each("SELECT slot, owner, expires_at FROM node_slot ORDER BY slot", nil, func(scan func(...any) error) error {
		var n, expires int64
		var owner string
		err := scan(&n, &owner, &expires)
		taken[n] = expires
		if owner == "" && (given < 0 || expires < taken[given]) {
			given = n
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for n := int64(0); n <= ident.MaxSlot; n++ {
		if before, used := taken[n]; !used || before <= now {
			return l.lease(r, n, max(before, l.reached()))
		}
	}
	if given >= 0 {
		return l.lease(r, given, max(taken[given], l.reached()))
	}
	return nil, fault.New(fault.Unavailable, "no_free_slot", "%d processes use this database, the most there may be; stop one or wait %s", ident.MaxSlot+1, l.time)
}

// reached is the instant before which this process has made all its ids that
// were committed. They rise, also from one slot to the next.
func (l *lease) reached() int64 {
	s := l.held.Load()
	if s == nil {
		return 0
	}
	return min(ident.Time(s.ids.Next()).Add(time.Millisecond).UnixMicro(), s.expires.Load())
}

// lease writes that the slot is ours. Ids of before that instant are another's,
// even if the clock should go back.
func (l *lease) lease(r *Reader, n, before int64) (*slot, error) {
	s := &slot{n: n, ids: ident.NewSource(int(n), l.db.now)}
	before += 999 - (before+999)%1000 // a row of an older build may say a part of a millisecond
	s.ids.Advance(ident.First(time.UnixMicro(before)))
	s.expires.Store(max(l.until(), before+l.time.Microseconds()))
	_, err := r.c.exec(r.ctx, "INSERT INTO node_slot (slot, owner, expires_at) VALUES ($1, $2, $3) ON CONFLICT (slot) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at",
		n, l.owner, s.expires.Load())
	return s, err
}

// keep renews until end.
func (l *lease) keep() {
	defer close(l.done)
	t := time.NewTicker(l.time / 3)
	defer t.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-t.C:
			l.renew()
		}
	}
}

// renew extends the lease; when that fails the old end stands and the next
// transaction after it takes a new slot.
func (l *lease) renew() {
	ctx, cancel := context.WithTimeout(context.Background(), l.time/3)
	defer cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.held.Load()
	until := l.until()
	if s.spent.Load() || until <= s.expires.Load() {
		return
	}
	if n, err := l.write(ctx, l.owner, until, s); err == nil && n == 1 {
		s.expires.Store(until)
	}
}

// write sets owner and end of a slot that is still ours, in a transaction of
// its own.
func (l *lease) write(ctx context.Context, owner string, until int64, s *slot) (int64, error) {
	c, err := l.db.write.take(ctx)
	if err != nil {
		return 0, err
	}
	n, err := c.exec(ctx, "UPDATE node_slot SET owner = $1, expires_at = $2 WHERE slot = $3 AND owner = $4", owner, until, s.n, l.owner)
	l.db.write.give(c, err != nil)
	return n, l.db.written(err)
}

// end gives the slot back. Its row stays and says up to which instant ids were
// made, for the clock may be set back before the slot is used again.
func (l *lease) end() {
	close(l.stop)
	<-l.done
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, _ = l.write(ctx, "", l.reached(), l.held.Load()) // when it fails the lease runs out by itself
}
