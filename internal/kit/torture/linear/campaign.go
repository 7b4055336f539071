package linear

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/kit/verify"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// Options of a campaign. The zero value of each field means its default.
type Options struct {
	Engine     store.Engine // sqlite
	Operations int64        // 1,000,000; a campaign ends with the round that reaches it
	Seed       uint64
	Clients    int       // 64
	Nodes      int       // 2; desks, each with its own handle on the one database
	Round      int       // 65,536 operations between two barriers: what memory holds
	Rotate     int64     // 500,000 operations on one scratch database; then it is verified and a new one made
	Items      int       // 600; a third of them is counted and adjusted
	Dir        string    // for scratch databases; a temporary directory
	Log        io.Writer // how far it is; nil for silence
	batch      int       // 64 commands in one call
}

func (o *Options) defaults() {
	o.Engine = cmp.Or(o.Engine, store.SQLite)
	o.Operations = cmp.Or(o.Operations, 1_000_000)
	o.Clients = cmp.Or(o.Clients, 64)
	o.Nodes = cmp.Or(o.Nodes, map[store.Engine]int{store.Postgres: 2}[o.Engine], 1)
	o.Round = cmp.Or(o.Round, 65_536)
	o.Rotate = cmp.Or(o.Rotate, 500_000)
	o.Items = cmp.Or(o.Items, 1200)
	o.batch = cmp.Or(o.batch, 64)
	if o.Log == nil {
		o.Log = io.Discard
	}
}

// Report is what a campaign did and found. Refused operations are among the
// operations: a refusal is held to the model as well.
type Report struct {
	Engine     store.Engine     `json:"engine"`
	Seed       uint64           `json:"seed"`
	Clients    int              `json:"clients"`
	Nodes      int              `json:"nodes"`
	Operations int64            `json:"operations"`
	ByKind     map[string]int64 `json:"by_kind"`
	Refused    map[string]int64 `json:"refused"`
	Histories  int64            `json:"histories"`
	Longest    int              `json:"longest_history"`
	Illegal    int              `json:"illegal"`
	Undecided  int              `json:"undecided"`
	Databases  int              `json:"databases_verified"`
	Seconds    float64          `json:"seconds"`
	Checking   float64          `json:"seconds_checking"`
	PerSecond  float64          `json:"operations_per_second"`
	Findings   []string         `json:"findings,omitempty"`
}

// ErrNotLinear says that some history cannot have happened one act after the
// other, or was not decided in time.
var ErrNotLinear = errors.New("stock is not linearizable")

var scope = access.System(admin.Main, "command", "torture")

// campaign is one run. Between barriers its fields are the clients' to read;
// at a barrier run alone writes them.
type campaign struct {
	o       Options
	ctx     context.Context //nolint:containedctx // of the whole run
	start   time.Time
	report  *Report
	cluster *pgtest.Cluster
	dir     string
	shop    *shop
	clients []*client
	pool    pool

	// adjust makes adjustments when it is set: tests break it.
	adjust func(*node, []floor.AdjustCommand) ([]desk.Result, error)

	// witness sees each round's histories before they are checked, in tests.
	witness func([]history)
}

// Run lets many clients act on one stock at the same time, in rounds, and
// looks after each whether what they were told could have happened one act
// after the other.
func Run(ctx context.Context, o Options) (*Report, error) {
	c := newCampaign(ctx, o)
	return c.run()
}

func newCampaign(ctx context.Context, o Options) *campaign {
	o.defaults()
	c := &campaign{o: o, ctx: ctx, start: time.Now(), report: &Report{Engine: o.Engine, Seed: o.Seed, Clients: o.Clients, Nodes: o.Nodes, ByKind: map[string]int64{}, Refused: map[string]int64{}}}
	return c
}

func (c *campaign) run() (r *Report, err error) {
	if c.dir, err = os.MkdirTemp(c.o.Dir, "orderly-stock-"); err != nil {
		return c.report, fmt.Errorf("cannot make a scratch directory: %w; name one with --dir", err)
	}
	defer func() {
		if c.cluster != nil {
			err = errors.Join(err, c.cluster.Stop())
		}
		err = errors.Join(err, os.RemoveAll(c.dir))
	}()
	if c.o.Engine == store.Postgres {
		if c.cluster, err = pgtest.Start(c.ctx, pgtest.Options{}); err != nil {
			return c.report, err
		}
	}
	for n := 0; c.report.Operations < c.o.Operations && err == nil; n++ {
		err = c.database(n)
	}
	c.report.Seconds = time.Since(c.start).Seconds()
	c.report.PerSecond = float64(c.report.Operations) / c.report.Seconds
	return c.report, err
}

// database runs rounds on one scratch database and verifies it in the end.
func (c *campaign) database(n int) (err error) {
	o := store.Options{Dir: filepath.Join(c.dir, fmt.Sprint(n))}
	if name := fmt.Sprintf("stock%d", n); c.cluster != nil {
		if err := c.cluster.CreateDatabase(c.ctx, name, ""); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.cluster.DropDatabase(context.WithoutCancel(c.ctx), name)) }()
		o = store.Options{URL: c.cluster.URL(name)}
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	}
	if c.shop, err = openShop(c.ctx, o, c.o.Nodes, c.o.Items); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.shop.close()) }()
	c.pool = pool{}
	c.clients = nil
	for i := range c.o.Clients {
		c.clients = append(c.clients, &client{c: c, n: i, node: c.shop.nodes[i%len(c.shop.nodes)], rng: rand.New(rand.NewPCG(c.o.Seed+uint64(n), uint64(i)))})
	}
	for until := min(c.o.Operations, c.report.Operations+c.o.Rotate); c.report.Operations < until; {
		if err := c.round(); err != nil {
			return err
		}
	}
	r, err := verify.Run(c.ctx, c.shop.nodes[0].db, verify.Options{Level: verify.Quick})
	if err == nil && !r.Clean() {
		err = fmt.Errorf("verify: %d violations, the first: %+v", r.Total, r.Violations[0])
	}
	c.report.Databases++
	fmt.Fprintf(c.o.Log, "%d operations, %.0f a second: %d illegal, %d undecided; database %d verified\n",
		c.report.Operations, float64(c.report.Operations)/time.Since(c.start).Seconds(), c.report.Illegal, c.report.Undecided, n+1)
	return err
}

// round lets the clients act, waits for all of them, reads every level and
// checks what happened.
func (c *campaign) round() error {
	var wg sync.WaitGroup
	errs := make([]error, len(c.clients))
	for i, cl := range c.clients {
		wg.Go(func() {
			for cl.done = 0; cl.done < max(1, c.o.Round/len(c.clients)) && errs[i] == nil; {
				errs[i] = cmp.Or(c.ctx.Err(), cl.act())
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	final := &client{c: c, node: c.shop.nodes[0], n: len(c.clients)}
	all := make([]int, len(c.shop.items))
	for i := range all {
		all[i] = i
	}
	for page := range slices.Chunk(all, 200) {
		if err := final.readItems(page); err != nil {
			return err
		}
	}
	list := c.histories(append(c.clients, final))
	if c.witness != nil {
		c.witness(list)
	}
	begun := time.Now()
	findings := check(list)
	c.report.Checking += time.Since(begun).Seconds()
	for _, f := range findings {
		if f.verdict == porcupine.Unknown {
			c.report.Undecided++
		} else {
			c.report.Illegal++
		}
		c.report.Findings = append(c.report.Findings, f.String())
	}
	if len(findings) > 0 {
		return fmt.Errorf("%w: seed %d, %s", ErrNotLinear, c.o.Seed, findings[0])
	}
	return nil
}

// histories sorts what clients noted by item and by order, and takes the state
// at the barrier as what the next round begins from.
func (c *campaign) histories(clients []*client) []history {
	items := make([][]note, len(c.shop.items))
	acts := map[*liveOrder][]note{}
	for _, cl := range clients {
		for _, x := range cl.onItems {
			items[x.item] = append(items[x.item], x.note)
		}
		for _, x := range cl.onOrders {
			acts[x.order] = append(acts[x.order], x.note)
		}
		for k, n := range cl.counts {
			c.report.ByKind[k.name] += n
			if k.refused {
				c.report.Refused[k.name] += n
			}
			c.report.Operations += n
		}
		cl.onItems, cl.onOrders, cl.counts = cl.onItems[:0], cl.onOrders[:0], nil
	}
	var out []history
	add := func(h history) {
		c.report.Longest = max(c.report.Longest, len(h.notes))
		out = append(out, h)
	}
	for i, ops := range items {
		x := &c.shop.items[i]
		add(history{fmt.Sprintf("item %s %+v", x.sku, x.rules), itemModel(x.rules, x.state), ops})
		x.state = after(x.rules, x.state, ops)
	}
	for o, ops := range acts {
		add(history{fmt.Sprintf("order %d", o.id), orderModel(o.state), ops})
		for _, op := range ops {
			o.state.add(op.Input.(*orderOp))
		}
	}
	c.report.Histories += int64(len(out))
	return out
}

// after is an item's state at a barrier: what was read there last, and sums
// that do not depend on the order of the acts.
func after(r rules, s itemState, ops []note) itemState {
	for _, op := range ops {
		o := op.Input.(*itemOp)
		n := o.Units.sum()
		switch o.Kind {
		case placed:
			s.Demand += n + o.Short
		case canceled:
			s.Demand -= n + o.Short
		case picked, shipped:
			sign := int64(1)
			if o.Kind == shipped {
				sign = -1
				s.Demand -= n
			}
			for i, q := range o.Units {
				s.Fixed[i] += sign * q
			}
		case read: // the last is the one at the barrier
			s.OnHand = o.Units
			if r.Exact {
				s.Reserved = o.Reserved
			}
		}
	}
	return s
}
