package torture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/kit/verify"
	"orderly/internal/party"
	"orderly/internal/store"
)

// ErrClock says that a clock led to something that it must not lead to.
var ErrClock = errors.New("a jump of the clock did harm")

// ClockOptions say how clocks jump. The zero value of a field means its
// default where one is named.
type ClockOptions struct {
	Jumps int
	Seed  uint64
	Dir   string
	Nodes int  // 3; as many processes would be on one database, each with its clock
	Every int  // 20; everything is looked at after so many jumps
	Plant bool // one node makes ids on the slot of another: the campaign has to notice
	Log   io.Writer
}

// ClockReport is what jumping clocks found.
type ClockReport struct {
	Seed         uint64  `json:"seed"`
	Jumps        int     `json:"jumps"`
	Alone        int     `json:"jumps_of_one_node_alone"`
	Restarts     int     `json:"restarts"`
	Drawn        int     `json:"ids_drawn"`
	Acknowledged int64   `json:"acknowledged"`
	Orders       int     `json:"orders"`
	Seconds      float64 `json:"seconds"`
}

// stuck is how long a node may take for its next act after a jump.
const stuck = 20 * time.Second

// clock is the time of a node: the machine's, and so far from it.
type clock struct{ away atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.away.Load())) }

// leaps are where clocks jump: by so much, or to an instant.
var leaps = []struct {
	name string
	by   time.Duration
	to   time.Time
}{
	{"an hour on", time.Hour, time.Time{}},
	{"an hour back", -time.Hour, time.Time{}},
	{"a day on", 24 * time.Hour, time.Time{}},
	{"a day back", -24 * time.Hour, time.Time{}},
	{"to 1970", 0, time.Unix(0, 0)},
	{"to the end of 2019", 0, time.Date(2019, 12, 31, 23, 59, 59, 990_000_000, time.UTC)},
	{"to 2038", 0, time.Unix(1<<31-1, 999_000_000)},
}

// Clock loads a database from several nodes while their clocks jump, together
// as on one machine or one alone. Nodes have to go on, ids have to be unique
// and rise in each process, and every law has to hold: numbers and the journal
// go by sequence, not by time.
func Clock(ctx context.Context, o ClockOptions) (r *ClockReport, err error) {
	o.Nodes, o.Every = cmp.Or(o.Nodes, 3), cmp.Or(o.Every, 20)
	c := &clocks{ClockOptions: o, rng: rand.New(rand.NewPCG(o.Seed, 0)), report: &ClockReport{Seed: o.Seed}, acked: acknowledged{}, drawn: map[int64]bool{}}
	began := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() { err = errors.Join(err, c.stop()) }()
	for range o.Nodes {
		n := &timed{all: c, clock: &clock{}}
		if err := n.start(ctx); err != nil {
			return c.report, err
		}
		c.nodes = append(c.nodes, n)
	}
	for c.report.Jumps < o.Jumps {
		what, err := c.jump(ctx)
		c.report.Jumps++
		if err == nil && (c.report.Jumps%o.Every == 0 || c.report.Jumps == o.Jumps) {
			err = c.look(ctx)
		}
		c.report.Orders, c.report.Seconds = len(c.acked), time.Since(began).Seconds()
		if err != nil {
			return c.report, fmt.Errorf("jump %d, %s (seed %d): %w", c.report.Jumps, what, o.Seed, err)
		}
	}
	return c.report, nil
}

// clocks is a campaign of jumps.
type clocks struct {
	ClockOptions
	rng    *rand.Rand
	report *ClockReport
	nodes  []*timed

	mu    sync.Mutex
	acked acknowledged
	drawn map[int64]bool
}

// jump moves clocks under load and waits until every node has acted again.
func (c *clocks) jump(ctx context.Context) (what string, err error) {
	what = c.leap()
	acts := make([]int64, len(c.nodes))
	for i, n := range c.nodes {
		acts[i] = n.acts.Load()
	}
	time.Sleep(time.Duration(c.rng.IntN(20)) * time.Millisecond) // of load
	for i, n := range c.nodes {
		if err := n.goesOn(ctx, acts[i]); err != nil {
			return what, fmt.Errorf("node %d: %w", i, err)
		}
		if err := c.draw(ctx, n, c.nodes[(i+1)%len(c.nodes)]); err != nil {
			return what, fmt.Errorf("node %d: %w", i, err)
		}
	}
	if c.rng.IntN(4) == 0 {
		i := c.rng.IntN(len(c.nodes))
		c.report.Restarts++
		if err := errors.Join(c.nodes[i].stop(), ctx.Err()); err != nil {
			return what, err
		}
		if err := c.nodes[i].start(ctx); err != nil {
			return what, fmt.Errorf("restart node %d: %w", i, err)
		}
	}
	return what, nil
}

// leap sets the clocks: of all nodes, of one alone, or all back to the
// machine's.
func (c *clocks) leap() string {
	l := leaps[c.rng.IntN(len(leaps))]
	some, whose := c.nodes, "all clocks "
	if c.rng.IntN(3) == 0 {
		i := c.rng.IntN(len(c.nodes))
		some, whose = c.nodes[i:i+1], fmt.Sprintf("the clock of node %d ", i)
		c.report.Alone++
	}
	if c.rng.IntN(4) == 0 {
		l.name, l.by, l.to = "to the right time", 0, time.Now()
	}
	away := some[0].clock.away.Load() + int64(l.by)
	if !l.to.IsZero() {
		away = int64(time.Until(l.to))
	}
	away = max(away, -time.Now().UnixNano()) // no clock was ever set to before 1970
	for _, n := range some {
		n.clock.away.Store(away)
	}
	return whose + l.name
}

// draw lets a node make a customer and compares its id with all others.
func (c *clocks) draw(ctx context.Context, n, neighbor *timed) error {
	for {
		made, err := desk.One(ctx, n.worker.desk, admin.SaveCustomer, scope, admin.CustomerCommand{Customer: party.Customer{Contact: party.Contact{Name: "Torture"}}}, desk.Options{})
		if fault.KindOf(err) == fault.Unavailable && ctx.Err() == nil && time.Since(n.since) < stuck {
			continue // its clock jumped in the middle, or another holds the database
		}
		if err != nil {
			return err
		}
		id := made.ID
		if c.Plant { // as if it did not know that the slot is another's
			id = neighbor.last
		}
		if c.drawn[id] {
			return fmt.Errorf("%w: the id %d was made twice", ErrClock, id)
		}
		if id <= n.last && !c.Plant {
			return fmt.Errorf("%w: the id %d of %s follows %d of %s", ErrClock, id, ident.Time(id), n.last, ident.Time(n.last))
		}
		c.drawn[id], n.last = true, id
		c.report.Drawn++
		return nil
	}
}

// look stops the load, checks everything, and goes on.
func (c *clocks) look(ctx context.Context) error {
	if err := c.stop(); err != nil {
		return err
	}
	o := store.Options{Dir: c.db().Dir, Now: c.nodes[0].clock.now}
	if err := tick(ctx, o); err != nil {
		return err
	}
	if err := c.acked.check(ctx, o, verify.Deep); err != nil {
		return err
	}
	fmt.Fprintf(c.Log, "%d jumps, %d acts acknowledged: all there, ids unique, verify clean\n", c.report.Jumps, c.report.Acknowledged)
	for _, n := range c.nodes {
		if err := n.start(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *clocks) db() store.Options { return store.Options{Dir: filepath.Join(c.Dir, "database")} }

func (c *clocks) stop() error {
	var errs []error
	for _, n := range c.nodes {
		errs = append(errs, n.stop())
	}
	return errors.Join(errs...)
}

// timed is a node with a clock of its own. It opens the database as a process
// would, within this one.
type timed struct {
	all   *clocks
	clock *clock
	acts  atomic.Int64
	last  int64 // id drawn since the start
	since time.Time

	db      *store.DB
	worker  *Worker
	cancel  func()
	ended   chan error
	refusal atomic.Pointer[error]
}

func (n *timed) start(ctx context.Context) (err error) {
	o := n.all.db()
	o.Now, n.last, o.Limits.Lease = n.clock.now, 0, 500*time.Millisecond // so that leases are renewed between jumps
	if n.db, err = store.Open(ctx, o); err != nil {
		return err
	}
	if n.worker, err = (Load{Acks: n}).worker(ctx, n.db); err != nil {
		return errors.Join(err, n.db.Close())
	}
	n.worker.rest = 40 * time.Millisecond
	n.worker.hear = func(err error) { n.refusal.Store(&err) }
	ctx, n.cancel = context.WithCancel(ctx)
	n.ended = make(chan error, 1)
	go func() { n.ended <- n.worker.load(ctx, n.all.Seed) }()
	return nil
}

// stop ends the load and closes the database, once.
func (n *timed) stop() error {
	if n.cancel == nil {
		return nil
	}
	n.cancel()
	n.cancel = nil
	err := <-n.ended
	n.worker.desk.Close()
	return errors.Join(err, n.db.Close())
}

// Write hears what the worker acknowledges.
func (n *timed) Write(line []byte) (int, error) {
	n.all.mu.Lock()
	defer n.all.mu.Unlock()
	if n.all.acked.hear(string(line)) {
		n.acts.Add(1)
		n.all.report.Acknowledged++
	}
	return len(line), nil
}

// goesOn waits until the node has acknowledged another act.
func (n *timed) goesOn(ctx context.Context, before int64) error {
	n.since = time.Now()
	for n.acts.Load() == before {
		select {
		case err := <-n.ended:
			n.ended <- err
			return fmt.Errorf("%w: the load ended: %w", ErrClock, err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
		if time.Since(n.since) > stuck {
			said := "nothing was refused"
			if err := n.refusal.Load(); err != nil {
				said = strings.TrimSpace((*err).Error())
			}
			return fmt.Errorf("%w: nothing was done in %s; the last refusal: %s", ErrClock, stuck, said)
		}
	}
	return nil
}
