package jobs_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"orderly/internal/desk/admin"
	"orderly/internal/jobs"
	"orderly/internal/store"
	kept "orderly/internal/store/jobs"
	"orderly/internal/store/storetest"
)

// The loop looks once a second, keeps a long job's lease, and lets another
// node have it when it cannot.
func TestLoopInItsOwnTime(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		open := func() *store.DB {
			db, err := store.Open(context.Background(), store.Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			return db
		}
		one, two := open(), open()
		defer one.Close()
		defer two.Close()
		if _, err := admin.Setup(context.Background(), one, "Test shop", "UTC", "GBP"); err != nil {
			t.Fatal(err)
		}
		var ticks, long atomic.Int64
		kinds := []jobs.Kind{
			{Name: "tick", Every: time.Minute, First: time.Minute, Run: func(context.Context, *jobs.Claim) error { ticks.Add(1); return nil }},
			{Name: "long", Timeout: time.Hour, Run: func(ctx context.Context, _ *jobs.Claim) error {
				long.Add(1)
				select {
				case <-time.After(10 * jobs.DefaultLease):
					return nil
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}},
		}
		a, b := jobs.New(one, kinds, jobs.Options{Node: "a"}), jobs.New(two, kinds, jobs.Options{Node: "b"})
		if _, err := jobs.Add(context.Background(), one, m1, kept.Job{Kind: "long", Due: one.Now()}); err != nil {
			t.Fatal(err)
		}
		a.Start()
		b.Start()
		time.Sleep(11*time.Minute + 5*time.Second)
		a.Stop()
		b.Stop()
		if ticks.Load() != 11 || long.Load() != 1 {
			t.Errorf("in 11 minutes the minute's job ran %d times, the long one %d", ticks.Load(), long.Load())
		}
		if done := a.Stats.Kind("tick").Done.Load() + b.Stats.Kind("tick").Done.Load(); done != 11 || a.Stats.Lost.Load()+b.Stats.Lost.Load() != 0 {
			t.Errorf("%d are counted, %d lost", done, a.Stats.Lost.Load()+b.Stats.Lost.Load())
		}
	})
}

// A handler is told within a third of the lease that its job is another's.
func TestLostLeaseEndsTheHandler(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(context.Background(), store.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := admin.Setup(context.Background(), db, "Test shop", "UTC", "GBP"); err != nil {
			t.Fatal(err)
		}
		var ended atomic.Int64
		began := time.Now()
		r := jobs.New(db, []jobs.Kind{{Name: "k", Run: func(ctx context.Context, _ *jobs.Claim) error {
			<-ctx.Done()
			ended.Store(int64(time.Since(began)))
			if !errors.Is(context.Cause(ctx), kept.ErrLost) {
				t.Errorf("it ends because of %v", context.Cause(ctx))
			}
			return ctx.Err()
		}}}, jobs.Options{})
		if _, err := jobs.Add(context.Background(), db, m1, kept.Job{Kind: "k", Due: db.Now()}); err != nil {
			t.Fatal(err)
		}
		if n, err := r.Round(context.Background()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		storetest.Exec(t, db, "UPDATE job SET lease_owner = 'another'")
		r.Wait()
		if took := time.Duration(ended.Load()); took > jobs.DefaultLease/3 || r.Stats.Lost.Load() != 1 || r.Stats.Kind("k").Failed.Load() != 0 {
			t.Errorf("it ended after %s, %d lost", took, r.Stats.Lost.Load())
		}
	})
}
