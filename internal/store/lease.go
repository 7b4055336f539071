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
type slot struct {
	n       int64
	ids     *ident.Source
	expires atomic.Int64
}

// fence refuses to commit ids that the lease does not cover: all that were
// drawn so far are smaller than the one drawn here. A process that was frozen
// past its lease fails on this, and its next transaction takes another slot.
func (s *slot) fence() error {
	if s == nil || ident.Time(s.ids.Next()).UnixMicro() < s.expires.Load() {
		return nil
	}
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

// hold gives the slot that a transaction's ids come from, a new one when the
// lease has run out. Without a lease, as while migrating, there is none.
func (l *lease) hold(ctx context.Context) (*slot, error) {
	if l == nil {
		return nil, nil
	}
	if s := l.held.Load(); l.db.Now() < s.expires.Load() {
		return s, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.held.Load(); l.db.Now() < s.expires.Load() {
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
		_, err = c.c.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrateLock+1))
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
	return classify(err)
}

func (l *lease) choose(r *Reader) (*slot, error) {
	now := l.db.Now()
	taken := map[int64]int64{}
	err := r.Each("SELECT slot, expires_at FROM node_slot", nil, func(scan func(...any) error) error {
		var n, expires int64
		err := scan(&n, &expires)
		taken[n] = expires
		return err
	})
	if err != nil {
		return nil, err
	}
	for n := int64(0); n <= ident.MaxSlot; n++ {
		before, used := taken[n]
		if used && before > now {
			continue
		}
		s := &slot{n: n, ids: ident.NewSource(int(n), l.db.now)}
		if used { // ids of before that instant are another's, even if the clock should go back
			s.ids.Advance(ident.First(time.UnixMicro(before)))
		}
		s.expires.Store(now + l.time.Microseconds())
		_, err := r.c.exec(r.ctx, "INSERT INTO node_slot (slot, owner, expires_at) VALUES ($1, $2, $3) ON CONFLICT (slot) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at",
			n, l.owner, s.expires.Load())
		return s, err
	}
	return nil, fault.New(fault.Unavailable, "no_free_slot", "%d processes use this database, the most there may be; stop one or wait %s", ident.MaxSlot+1, l.time)
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
	until := l.db.Now() + l.time.Microseconds()
	if n, err := l.write(ctx, until, s); err == nil && n == 1 {
		s.expires.Store(until)
	}
}

// write sets the end of a slot that is still ours, in a transaction of its own.
func (l *lease) write(ctx context.Context, until int64, s *slot) (int64, error) {
	c, err := l.db.write.take(ctx)
	if err != nil {
		return 0, err
	}
	n, err := c.exec(ctx, "UPDATE node_slot SET expires_at = $1 WHERE slot = $2 AND owner = $3", until, s.n, l.owner)
	l.db.write.give(c, err != nil)
	return n, err
}

// end gives the slot back. Its row stays and says up to which instant ids were
// made, for the clock may be set back before the slot is used again.
func (l *lease) end() {
	close(l.stop)
	<-l.done
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	s := l.held.Load()
	after := ident.Time(s.ids.Next()).Add(time.Millisecond).UnixMicro()
	_, _ = l.write(ctx, after, s) // when it fails the lease runs out by itself
}
