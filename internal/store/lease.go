package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// A slot is leased for leaseTime and renewed every leaseTime/3. A process that
// was frozen past its lease takes a new slot before it makes another id.
const leaseTime = 30 * time.Second

// lease is this process's part of the id space. The slot is written by its
// renewing goroutine and, under the write connection, by check.
type lease struct {
	db      *DB
	owner   string
	ids     atomic.Pointer[ident.Source]
	slot    atomic.Int64
	expires atomic.Int64
	stop    chan struct{}
	done    chan struct{}
}

func (db *DB) leaseSlot(ctx context.Context) (*lease, error) {
	host, _ := os.Hostname()
	l := &lease{db: db, owner: fmt.Sprintf("%s/%d/%d", host, os.Getpid(), time.Now().UnixNano()), stop: make(chan struct{}), done: make(chan struct{})}
	if err := l.take(ctx); err != nil {
		return nil, err
	}
	go l.keep()
	return l, nil
}

// take leases the lowest free slot.
func (l *lease) take(ctx context.Context) error {
	c, err := l.db.write.take(ctx)
	if err != nil {
		return classify(err)
	}
	defer func() { l.db.write.give(c, Lost(err)) }()
	if err = c.raw(ctx, map[Engine]string{SQLite: "BEGIN IMMEDIATE", Postgres: "BEGIN"}[l.db.engine]); err != nil {
		return classify(err)
	}
	if l.db.engine == Postgres {
		if _, err = c.c.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", JoinLock)); err != nil {
			return classify(err)
		}
	}
	r := &Reader{c: c, ctx: ctx}
	if err = l.choose(r); err == nil {
		err = c.raw(ctx, "COMMIT")
	} else {
		_ = c.raw(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return classify(err)
}

func (l *lease) choose(r *Reader) error {
	now := l.db.Now()
	taken := map[int64]int64{}
	err := r.Each("SELECT slot, expires_at FROM node_slot", nil, func(scan func(...any) error) error {
		var slot, expires int64
		err := scan(&slot, &expires)
		taken[slot] = expires
		return err
	})
	if err != nil {
		return err
	}
	for slot := int64(0); slot <= ident.MaxSlot; slot++ {
		if expires, ok := taken[slot]; ok && expires > now {
			continue
		}
		until := now + leaseTime.Microseconds()
		_, err := r.c.exec(r.ctx, "INSERT INTO node_slot (slot, owner, expires_at) VALUES ($1, $2, $3) ON CONFLICT (slot) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at",
			slot, l.owner, until)
		ids := ident.NewSource(int(slot), l.db.now)
		if last := taken[slot] - leaseTime.Microseconds(); last > now { // the clock was set back since
			ids.Advance(ident.First(time.UnixMicro(taken[slot])))
		}
		l.slot.Store(slot)
		l.ids.Store(ids)
		l.expires.Store(until)
		return err
	}
	return fault.New(fault.Unavailable, "no_free_slot", "%d processes use this database, the most there may be; stop one or wait %s", ident.MaxSlot+1, leaseTime)
}

// keep renews until end.
func (l *lease) keep() {
	defer close(l.done)
	t := time.NewTicker(leaseTime / 3)
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

// renew extends the lease; when that fails the old end stands and check will
// take a new slot before the next id.
func (l *lease) renew() {
	ctx, cancel := context.WithTimeout(context.Background(), leaseTime/3)
	defer cancel()
	c, err := l.db.write.take(ctx)
	if err != nil {
		return
	}
	until := l.db.Now() + leaseTime.Microseconds()
	n, err := c.exec(ctx, "UPDATE node_slot SET expires_at = $1 WHERE slot = $2 AND owner = $3", until, l.slot.Load(), l.owner)
	l.db.write.give(c, Lost(err))
	if err == nil && n == 1 {
		l.expires.Store(until)
	}
}

// check refuses to make ids on a lease that has run out: the caller's
// transaction fails as retryable and a new slot is taken on the way.
func (l *lease) check(ctx context.Context, now int64) error {
	if l == nil || now < l.expires.Load() {
		return nil
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime)
		defer cancel()
		_ = l.take(ctx) // when it fails the next transaction asks again
	}()
	return fault.New(fault.Unavailable, "lease_lost", "this node was away for too long and is joining again; try again")
}

// end gives the slot back.
func (l *lease) end() {
	close(l.stop)
	<-l.done
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c, err := l.db.write.take(ctx)
	if err != nil {
		return
	}
	_, err = c.exec(ctx, "DELETE FROM node_slot WHERE slot = $1 AND owner = $2", l.slot.Load(), l.owner)
	l.db.write.give(c, err != nil && !errors.Is(err, sql.ErrNoRows))
}
