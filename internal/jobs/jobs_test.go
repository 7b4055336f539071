package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/jobs"
	"orderly/internal/pgtest"
	"orderly/internal/store"
	kept "orderly/internal/store/jobs"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	m1      = admin.Main
	limit   = 20 * time.Second
	lease   = 5 * time.Second
	overdue = lease + time.Second
)

// stand is one database with a clock that tests move, and nodes on it.
type stand struct {
	t     *testing.T
	o     store.Options
	ahead *atomic.Int64
	db    *store.DB // to look with
}

// each runs f on both engines.
func each(t *testing.T, f func(t *testing.T, s *stand)) {
	t.Run("sqlite", func(t *testing.T) { f(t, newStand(t, store.Options{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { f(t, newStand(t, store.Options{URL: pgtest.ForTest(t)})) })
}

func newStand(t *testing.T, o store.Options) *stand {
	s := &stand{t: t, o: o, ahead: new(atomic.Int64)}
	s.o.Now = func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	s.db = s.open()
	if _, err := admin.Setup(context.Background(), s.db, "Test shop", "UTC", "GBP"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stand) open() *store.DB {
	s.t.Helper()
	db, err := store.Open(context.Background(), s.o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { db.Close() })
	return db
}

// node is a runner on a connection pool of its own, as another process has it.
func (s *stand) node(name string, kinds ...jobs.Kind) *node {
	s.t.Helper()
	n := &node{s: s, db: s.open()}
	n.Runner = jobs.New(n.db, kinds, jobs.Options{Node: name, Lease: lease})
	return n
}

type node struct {
	*jobs.Runner
	s  *stand
	db *store.DB
}

// round looks once for work.
func (n *node) round() int {
	n.s.t.Helper()
	n.joined()
	began, err := n.Round(context.Background())
	if err != nil {
		n.s.t.Fatal(err)
	}
	return began
}

// joined waits until the node has its part of the id space again, which a clock
// that jumps takes from it.
func (n *node) joined() {
	n.s.t.Helper()
	for end := time.Now().Add(limit); n.db.Transact(context.Background(), func(*store.Tx) error { return nil }) != nil; {
		if time.Now().After(end) {
			n.s.t.Fatal("the node did not join again")
		}
	}
}

// work goes on until nothing is due.
func (n *node) work() (ran int) {
	n.s.t.Helper()
	for {
		began := n.round()
		n.Wait()
		if began == 0 {
			return ran
		}
		ran += began
	}
}

func (s *stand) later(by time.Duration) { s.ahead.Add(int64(by)) }

func (s *stand) add(n *node, kind, dedupe string) {
	s.t.Helper()
	n.joined()
	ok, err := jobs.Add(context.Background(), n.db, m1, kept.Job{Kind: kind, Dedupe: dedupe, Due: n.db.Now(), Data: "{}"})
	if err != nil || !ok {
		s.t.Fatalf("add: %t %v", ok, err)
	}
}

func (s *stand) find(kind, dedupe string) (j kept.Job, ok bool) {
	s.t.Helper()
	err := s.db.Read(context.Background(), access.System(m1, "system", "test"), func(r *store.Reader) (err error) {
		j, ok, err = kept.Find(r, kind, dedupe)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return j, ok
}

// effect is what a job does to the database: one more of something.
func effect(tx *store.Tx, name string) error {
	_, err := tx.Exec("INSERT INTO counter (m, key, n) VALUES ($1, $2, 1) ON CONFLICT (m, key) DO UPDATE SET n = counter.n + 1", m1, name)
	return err
}

func (s *stand) effects(name string) (n int64) {
	s.t.Helper()
	err := s.db.Read(context.Background(), access.System(m1, "system", "test"), func(r *store.Reader) error {
		return r.Row("SELECT coalesce(max(n), 0) FROM counter WHERE m = $1 AND key = $2", m1, name).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// once is a handler whose effect and end are one commit.
func once(ctx context.Context, db *store.DB, c *jobs.Claim) error {
	return db.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(c.M); err != nil {
			return err
		}
		if err := effect(tx, c.Dedupe); err != nil {
			return err
		}
		return c.Finish(tx)
	})
}

func TestOneOfTwoNodesRunsIt(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		var at atomic.Pointer[string]
		var runs atomic.Int64
		let := make(chan struct{})
		kind := func(name string) jobs.Kind {
			return jobs.Kind{Name: "k", Run: func(context.Context, *jobs.Claim) error {
				runs.Add(1)
				at.Store(&name)
				<-let
				return nil
			}}
		}
		a, b := s.node("a", kind("a")), s.node("b", kind("b"))
		s.add(a, "k", "x")
		if ok, err := jobs.Add(t.Context(), b.db, m1, kept.Job{Kind: "k", Dedupe: "x"}); ok || err != nil {
			t.Errorf("a second of the same name was added: %t %v", ok, err)
		}
		if n := a.round() + b.round(); n != 1 {
			t.Errorf("%d nodes began it", n)
		}
		if j, ok := s.find("k", "x"); !ok || j.Attempts != 1 || !strings.HasPrefix(j.Token, "a#") || j.Until <= s.db.Now() {
			t.Errorf("under way: %+v", j)
		}
		close(let)
		a.Wait()
		b.Wait()
		if _, ok := s.find("k", "x"); ok || runs.Load() != 1 || *at.Load() != "a" {
			t.Errorf("it ran %d times, is there: %t", runs.Load(), ok)
		}
		if a.Stats.Kind("k").Done.Load() != 1 || a.work()+b.work() != 0 {
			t.Error("it is run again, or was not counted")
		}
	})
}

// What a killed node had is begun by another when the lease is over, not before.
func TestTakenOverAfterTheLease(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		dead, end := context.WithCancel(context.Background())
		a := s.node("a", jobs.Kind{Name: "k", Run: func(context.Context, *jobs.Claim) error { <-dead.Done(); return kept.ErrLost }})
		defer a.Wait()
		defer end() // what is killed writes nothing: ErrLost makes the runner do so
		var b *node
		b = s.node("b", jobs.Kind{Name: "k", Run: func(ctx context.Context, c *jobs.Claim) error { return once(ctx, b.db, c) }})
		s.add(a, "k", "x")
		if a.round() != 1 {
			t.Fatal("not begun")
		}
		s.later(lease - time.Second)
		if b.work() != 0 {
			t.Fatal("taken from one who lives")
		}
		s.later(2 * time.Second)
		if b.work() != 1 || s.effects("x") != 1 {
			t.Error("not taken over after the lease")
		}
		if _, ok := s.find("k", "x"); ok {
			t.Error("it is there after it was done")
		}
	})
}

// A node that was frozen past its lease wakes up and has no effect; a handler
// that does not ask its claim has one, which is the fault that this test finds.
func TestZombie(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		for name, want := range map[string]int64{"fenced": 1, "unfenced": 2} {
			t.Run(name, func(t *testing.T) {
				frozen, thaw := make(chan struct{}), make(chan struct{})
				var a, b *node
				zombie := func(ctx context.Context, c *jobs.Claim) error {
					close(frozen)
					<-thaw
					if name == "fenced" {
						return once(context.WithoutCancel(ctx), a.db, c)
					}
					return a.db.Transact(context.WithoutCancel(ctx), func(tx *store.Tx) error { return effect(tx, c.Dedupe) })
				}
				a = s.node("a", jobs.Kind{Name: name, Run: zombie})
				b = s.node("b", jobs.Kind{Name: name, Run: func(ctx context.Context, c *jobs.Claim) error { return once(ctx, b.db, c) }})
				s.add(a, name, name)
				a.round()
				<-frozen
				s.later(overdue)
				if b.work() != 1 {
					t.Fatal("not taken over")
				}
				a.joined()
				close(thaw)
				a.Wait()
				if got := s.effects(name); got != want {
					t.Errorf("%d effects, want %d", got, want)
				}
				if a.Stats.Lost.Load() != 1 {
					t.Error("the zombie did not notice that the job was lost")
				}
			})
		}
	})
}

// A zombie cannot end, fail or keep a job that another is at.
func TestZombieWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		for name, outcome := range map[string]error{"fails": errors.New("no"), "ends": nil} {
			t.Run(name, func(t *testing.T) {
				thaw, let, at := make(chan struct{}), make(chan struct{}), make(chan struct{}, 2)
				a := s.node("a", jobs.Kind{Name: name, Run: func(context.Context, *jobs.Claim) error { at <- struct{}{}; <-thaw; return outcome }})
				b := s.node("b", jobs.Kind{Name: name, Run: func(context.Context, *jobs.Claim) error { at <- struct{}{}; <-let; return nil }})
				s.add(a, name, "x")
				a.round()
				<-at
				s.later(overdue)
				b.round()
				<-at
				a.joined()
				close(thaw)
				a.Wait()
				if j, ok := s.find(name, "x"); !ok || !strings.HasPrefix(j.Token, "b#") || j.LastError != "" {
					t.Errorf("after the zombie: %t %+v", ok, j)
				}
				close(let)
				b.Wait()
				if _, ok := s.find(name, "x"); ok {
					t.Error("not done")
				}
			})
		}
	})
}

// Two that saw the same job as due do not both get it, nor does one who comes
// when it is done and waits for its next time.
func TestClaimDecides(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		if _, err := jobs.Add(t.Context(), s.db, m1, kept.Job{Kind: "k", Dedupe: "x", Due: s.db.Now()}); err != nil {
			t.Fatal(err)
		}
		due, err := kept.Due(t.Context(), s.db, []string{"k"}, 10)
		if err != nil || len(due) != 1 {
			t.Fatalf("%v %v", due, err)
		}
		claim := func(token string) (got kept.Job, ok bool) {
			t.Helper()
			err := s.db.Transact(t.Context(), func(tx *store.Tx) (err error) {
				got, ok, err = kept.Claim(tx, due[0], token, tx.At+lease.Microseconds())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return got, ok
		}
		first, ok := claim("one")
		if !ok || first.Token != "one" || first.Attempts != 1 {
			t.Errorf("the first: %t %+v", ok, first)
		}
		if _, ok := claim("two"); ok {
			t.Error("a second has it too")
		}
		err = s.db.Transact(t.Context(), func(tx *store.Tx) error {
			return kept.Rearm(tx, &first, tx.At+time.Hour.Microseconds(), "")
		})
		if _, ok := claim("three"); ok || err != nil {
			t.Errorf("one who comes late runs it again: %t %v", ok, err)
		}
	})
}

// 200 jobs, two nodes with four workers each: every effect is there once.
func TestExactlyOnce(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		const all = 200
		var nodes [2]*node
		for i := range nodes {
			n := &node{s: s, db: s.open()}
			n.Runner = jobs.New(n.db, []jobs.Kind{{Name: "k", Run: func(ctx context.Context, c *jobs.Claim) error { return once(ctx, n.db, c) }}},
				jobs.Options{Node: fmt.Sprint("node", i), Poll: 20 * time.Millisecond})
			nodes[i] = n
		}
		err := s.db.Transact(t.Context(), func(tx *store.Tx) error {
			tx.M = m1
			for i := range all {
				if _, err := kept.Enqueue(tx, kept.Job{Kind: "k", Dedupe: fmt.Sprint("e", i), Due: tx.At}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			n.Start()
		}
		done := func() int64 { return nodes[0].Stats.Kind("k").Done.Load() + nodes[1].Stats.Kind("k").Done.Load() }
		for end := time.Now().Add(limit); done() < all && time.Now().Before(end); {
			s.effects("e0") // takes its time
		}
		for _, n := range nodes {
			n.Stop()
		}
		for i := range all {
			if got := s.effects(fmt.Sprint("e", i)); got != 1 {
				t.Fatalf("job %d had %d effects", i, got)
			}
		}
		if left, err := kept.Due(t.Context(), s.db, []string{"k"}, 10); len(left) > 0 || err != nil || done() != all {
			t.Errorf("%d were done, %d are left, %v", done(), len(left), err)
		}
	})
}

func TestTriedAgainUntilDead(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		n := s.node("a", jobs.Kind{Name: "k", Attempts: 3, Backoff: 4 * time.Second, Run: func(_ context.Context, c *jobs.Claim) error {
			if c.Attempts == 2 {
				panic("torn\x00 off")
			}
			return errors.New("no luck")
		}})
		s.add(n, "k", "x")
		for i, rest := range []time.Duration{4 * time.Second, 8 * time.Second} {
			if n.work() != 1 {
				t.Fatalf("attempt %d was not made once", i+1)
			}
			j, _ := s.find("k", "x")
			if ahead := time.Duration(j.Due-s.db.Now()) * time.Microsecond; j.Attempts != int64(i+1) || j.LastError == "" || ahead > rest || ahead < rest-3*time.Second {
				t.Errorf("after attempt %d it rests %s: %+v", i+1, ahead, j)
			}
			s.later(rest)
		}
		if n.work() != 1 || n.Stats.Kind("k").Failed.Load() != 3 {
			t.Error("the third attempt was not made")
		}
		s.later(2 * time.Hour)
		if j, ok := s.find("k", "x"); n.work() != 0 || !ok || j.DeadAt == 0 || j.LastError != "no luck" {
			t.Errorf("a dead job: %+v", j)
		}
		if n.Stats.Dead.Load() != 1 {
			t.Errorf("%d are dead", n.Stats.Dead.Load())
		}
	})
}

// A node that stops gives back what it had: another need not wait for the lease.
func TestStopGivesBack(t *testing.T) {
	each(t, func(t *testing.T, s *stand) {
		at := make(chan struct{})
		a := s.node("a", jobs.Kind{Name: "k", Run: func(ctx context.Context, _ *jobs.Claim) error { close(at); <-ctx.Done(); return ctx.Err() }})
		b := s.node("b", jobs.Kind{Name: "k", Run: func(context.Context, *jobs.Claim) error { return nil }})
		s.add(a, "k", "x")
		a.Start()
		<-at
		a.Stop()
		if j, _ := s.find("k", "x"); j.Attempts != 0 || j.Token != "" {
			t.Errorf("given back: %+v", j)
		}
		if b.work() != 1 {
			t.Error("not to be had")
		}
	})
}
