package torture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// NodesOptions say how nodes are taken away.
type NodesOptions struct {
	Kills   int
	Seed    uint64
	Nodes   int    // 0 means 3
	Dir     string // where the throw-away cluster is made
	Server  string // URL of an empty database to use instead, for tests
	Log     io.Writer
	Command func(url, name string, seed uint64) *exec.Cmd // a process that calls Node
}

// NodesReport is what a campaign on nodes found.
type NodesReport struct {
	Kills        int     `json:"kills"` // of any kind
	Killed       int     `json:"killed"`
	Frozen       int     `json:"frozen"`
	BeyondLease  int     `json:"beyond_lease"` // frozen for longer than the lease of ids lasts
	Acknowledged int64   `json:"acknowledged"`
	Refused      int64   `json:"refused"`
	Unknown      int64   `json:"unknown"`
	SlowestMS    float64 `json:"slowest_ms"` // until all others had acknowledged an act again
	Seconds      float64 `json:"seconds"`
}

// crewProcess is a node of its own.
type crewProcess struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
	why  strings.Builder // its stderr
}

// nodesRun is one campaign.
type nodesRun struct {
	NodesOptions
	NodesReport
	url  string
	book *Book
	all  []*crewProcess
	born int
}

// Nodes lets processes share a PostgreSQL and kills or freezes one after the
// other. It fails when the others do not go on, when a client was told what is
// not so, when something was done twice, or when verify finds a violation.
func Nodes(ctx context.Context, o NodesOptions) (r *NodesReport, err error) {
	o.Nodes = orElse(o.Nodes, 3)
	start := time.Now()
	n := &nodesRun{NodesOptions: o, url: o.Server, book: newBook()}
	if n.url == "" {
		cluster, err := pgtest.Start(ctx, pgtest.Options{Dir: o.Dir})
		if err != nil {
			return &n.NodesReport, err
		}
		defer func() { _ = cluster.Stop() }()
		if err := cluster.CreateDatabase(ctx, "orderly", ""); err != nil {
			return &n.NodesReport, err
		}
		n.url = cluster.URL("orderly")
	}
	err = n.run(ctx)
	for _, p := range n.all {
		p.end()
	}
	if err == nil {
		err = n.book.close(ctx, store.Options{URL: n.url})
	}
	n.Acknowledged, n.Refused, n.Unknown = n.book.acts(Done), n.book.acts(Absent), n.book.acts(Unknown)
	n.Seconds = time.Since(start).Seconds()
	if err != nil {
		err = fmt.Errorf("after %d kills (seed %d): %w", n.NodesReport.Kills, o.Seed, err)
	}
	return &n.NodesReport, err
}

func (n *nodesRun) run(ctx context.Context) error {
	if err := lay(ctx, n.url); err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Options{URL: n.url})
	if err != nil {
		return err
	}
	defer db.Close()
	for range n.Nodes {
		if err := n.spawn(len(n.all)); err != nil {
			return err
		}
		if err := n.goOn(ctx, time.Now().Add(-time.Hour), n.all[len(n.all)-1]); err != nil {
			return err
		}
	}
	rng := rand.New(rand.NewPCG(n.Seed, 3))
	for n.NodesReport.Kills < n.NodesOptions.Kills {
		time.Sleep(time.Duration(20+rng.IntN(150)) * time.Millisecond) // of load
		if err := n.takeAway(ctx, rng); err != nil {
			return err
		}
		n.NodesReport.Kills++
		if n.NodesReport.Kills%10 == 0 {
			if err := n.book.Check(ctx, db); err != nil {
				return err
			}
			fmt.Fprintf(n.Log, "%d kills and freezes, %d acts acknowledged, %d refused, %d unknown: all as told, nothing twice\n",
				n.NodesReport.Kills, n.book.acts(Done), n.book.acts(Absent), n.book.acts(Unknown))
		}
	}
	return nil
}

// takeAway kills or freezes one node, looks that the others go on, and brings
// it back.
func (n *nodesRun) takeAway(ctx context.Context, rng *rand.Rand) error {
	i, at := rng.IntN(len(n.all)), time.Now()
	p := n.all[i]
	if rng.IntN(2) == 0 {
		n.Killed++
		p.end()
		if err := n.others(ctx, i, at); err != nil {
			return err
		}
		return errors.Join(n.spawn(i), n.goOn(ctx, at, n.all[i]))
	}
	n.Frozen++
	frozen := []time.Duration{Short.Idle / 4, 2 * Short.Idle, Short.Lease + 2*Short.Idle}[rng.IntN(3)]
	if frozen > Short.Lease {
		n.BeyondLease++
	}
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	wake := func() error { return p.cmd.Process.Signal(syscall.SIGCONT) }
	if frozen > Short.Idle { // the others must not need the frozen one
		if err := n.others(ctx, i, at); err != nil {
			return errors.Join(err, wake())
		}
	}
	time.Sleep(time.Until(at.Add(frozen)))
	woken := time.Now()
	if err := wake(); err != nil {
		return err
	}
	return n.goOn(ctx, woken, p)
}

// others waits until every other node has acknowledged something.
func (n *nodesRun) others(ctx context.Context, except int, since time.Time) error {
	for i, p := range n.all {
		if i == except {
			continue
		}
		if err := n.goOn(ctx, since, p); err != nil {
			return err
		}
	}
	n.SlowestMS = max(n.SlowestMS, float64(time.Since(since).Microseconds())/1000)
	return nil
}

// goOn waits until a node has acknowledged something since an instant.
func (n *nodesRun) goOn(ctx context.Context, since time.Time, p *crewProcess) error {
	limit := time.NewTimer(recoverLimit)
	defer limit.Stop()
	for !n.book.doneSince(p.name, since) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return fmt.Errorf("%w: node %s ended by itself: %s", ErrUntrue, p.name, p.why.String())
		case <-limit.C:
			return fmt.Errorf("%w: node %s has acknowledged nothing for %s", ErrUntrue, p.name, recoverLimit)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

// spawn starts a node in a place; its name is new.
func (n *nodesRun) spawn(place int) error {
	n.born++
	p := &crewProcess{name: fmt.Sprintf("n%d", n.born), done: make(chan struct{})}
	p.cmd = n.Command(n.url, p.name, n.Seed+uint64(n.born))
	p.cmd.Stderr = &p.why
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	if place == len(n.all) {
		n.all = append(n.all, p)
	} else {
		n.all[place] = p
	}
	go func() {
		defer close(p.done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var v, act, why string
			// A line that a kill cut short was told to nobody.
			if _, err := fmt.Sscanf(lines.Text(), "%s %s %q", &v, &act, &why); err == nil {
				n.book.Tell(p.name, act, Verdict(v), why)
			}
		}
		_ = p.cmd.Wait() // it ends by a signal of ours; goOn notices any other end
	}()
	return nil
}

// end kills a node and waits until all it said was heard.
func (p *crewProcess) end() {
	_ = p.cmd.Process.Kill() // an error means that it has ended
	<-p.done
}
