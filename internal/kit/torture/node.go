package torture

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Short are limits of waiting under which many faults fit into a minute.
var Short = store.Limits{Statement: time.Second, Idle: 300 * time.Millisecond, Lease: time.Second, Resolve: 8 * time.Second}

// site is a node in this process: a desk on a database of its own.
type site struct {
	name string
	db   *store.DB
	desk *desk.Desk
}

func openSite(ctx context.Context, name string, o store.Options) (*site, error) {
	db, err := store.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("node %s: %w", name, err)
	}
	return &site{name: name, db: db, desk: desk.New(db, nil)}, nil
}

func (s *site) close() {
	s.desk.Close()
	_ = s.db.Close() // what it was told is in the book; its connections may be cut
}

// team is several nodes in this process, each with clients.
type team struct {
	book  *Book
	sites []*site
	stop  context.CancelFunc
	work  sync.WaitGroup
}

// lay makes the shop that crews work in, with the usual limits: to make a schema
// takes a slow machine longer than the short ones allow.
func lay(ctx context.Context, url string) error {
	s, err := openSite(ctx, "first", store.Options{URL: url})
	if err != nil {
		return err
	}
	defer s.close()
	_, err = outfit(ctx, s.desk)
	return err
}

// muster opens n nodes and lets clients work at them until end.
func muster(ctx context.Context, n, clients int, seed uint64, o store.Options) (*team, error) {
	t := &team{book: newBook()}
	ctx, t.stop = context.WithCancel(ctx)
	for i := range n {
		s, err := openSite(ctx, fmt.Sprintf("n%d", i), o)
		if err != nil {
			t.end()
			return nil, err
		}
		t.sites = append(t.sites, s)
	}
	at, err := outfit(ctx, t.sites[0].desk)
	if err != nil {
		t.end()
		return nil, err
	}
	for i, s := range t.sites {
		c := &crew{node: s.name, desk: s.desk, clients: clients, seed: seed + uint64(i), at: at, elsewhere: t.sites[(i+1)%n].db}
		c.tell = func(act string, v Verdict, why string) { t.book.Tell(s.name, act, v, why) }
		t.work.Go(func() { c.run(ctx) })
	}
	return t, nil
}

// recovered waits until every node acknowledges acts again, and says how long
// the slowest took.
func (t *team) recovered(ctx context.Context, since time.Time, limit time.Duration) (time.Duration, error) {
	for _, s := range t.sites {
		for !t.book.doneSince(s.name, since) {
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			if time.Since(since) > limit {
				return 0, fmt.Errorf("%w: node %s has acknowledged nothing for %s", ErrUntrue, s.name, limit)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}
	return time.Since(since), nil
}

// end lets clients finish what they have begun and closes the nodes.
func (t *team) end() {
	t.stop()
	t.work.Wait()
	for _, s := range t.sites {
		s.close()
	}
}

// NodeOptions say what one process of the campaign on several nodes does.
type NodeOptions struct {
	DB      store.Options
	Name    string
	Seed    uint64
	Clients int // 0 means 3
}

// Node is a process of that campaign: clients work at its desk until ctx ends
// or it is killed, and out gets a line for each act after, and only after, it
// was answered: "ready", then "<verdict> <act> <why>".
func Node(ctx context.Context, o NodeOptions, out io.Writer) error {
	if o.Clients == 0 {
		o.Clients = 3
	}
	s, at, err := joinIn(ctx, o)
	if err != nil {
		return err
	}
	defer s.close()
	var mu sync.Mutex
	fmt.Fprintln(out, "ready")
	c := &crew{node: o.Name, desk: s.desk, clients: o.Clients, seed: o.Seed, at: at}
	c.tell = func(act string, v Verdict, why string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, "%s %s %q\n", v, act, why)
	}
	c.run(ctx)
	return nil
}

// joins is how often a node tries to begin: under short limits a server ends
// the session of a process that a busy machine leaves waiting.
const joins = 6

// joinIn opens the node's database and finds the shop in it.
func joinIn(ctx context.Context, o NodeOptions) (s *site, at stock.LocationID, err error) {
	for range joins {
		if s, err = openSite(ctx, o.Name, o.DB); err == nil {
			if at, err = outfit(ctx, s.desk); err == nil {
				return s, at, nil
			}
			s.close()
		}
		if fault.KindOf(err) != fault.Unavailable {
			break
		}
	}
	return nil, at, err
}
