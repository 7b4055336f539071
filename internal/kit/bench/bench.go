// Package bench measures what Orderly does in a second, beside a floor: the
// same rows written raw into the same schema, with the same durability and
// batch size. It ships in the binary so that anybody can repeat the figures.
//
// What belongs here: workloads, floors and their report. What does not: fast
// paths of its own. The server under load is a process of its own that is
// started as everybody starts it, and it is spoken to over HTTP on loopback;
// the load generator shares the machine with it, and its time counts.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/project"
	"orderly/internal/store"
)

// Options of a run. The zero value of each field means its default.
type Options struct {
	Engine  store.Engine  // sqlite
	Clients int           // 128 for single calls, 4 for batches, 1 for lists: how many call at the same time
	Time    time.Duration // 5s; of measuring, without preparation; each list takes a fifth of it
	Batch   int           // 200; orders in one call, where a workload sends batches
	Items   int           // 10,000
	Lines   int           // 3 an order
	Before  int           // 0; orders that are in the books before the clock runs
	Dir     string        // for the scratch database; a temporary directory
	Log     io.Writer     // what is being done; nil for silence

	// Command starts this program with arguments; nil runs the running
	// executable once more.
	Command func(args ...string) *exec.Cmd

	// CatchUp has all who follow the journal read what came before the clock
	// runs; nil has search read it.
	CatchUp func(context.Context, *desk.Desk) error
}

// Limits of a run, so that it always ends.
const (
	MaxTime    = 10 * time.Minute
	MaxClients = 4096
	MaxBefore  = 20_000_000
)

func (o *Options) defaults() error {
	o.Engine = cmp.Or(o.Engine, store.SQLite)
	o.Time = cmp.Or(o.Time, 5*time.Second)
	o.Batch = cmp.Or(o.Batch, 200)
	o.Items = cmp.Or(o.Items, 10_000)
	o.Lines = cmp.Or(o.Lines, 3)
	if o.CatchUp == nil {
		o.CatchUp = func(ctx context.Context, d *desk.Desk) error { return (&project.Search{DB: d.DB}).CatchUp(ctx) }
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Command == nil {
		exe, err := os.Executable()
		if err != nil {
			return err
		}
		o.Command = func(args ...string) *exec.Cmd {
			cmd := exec.Command(exe, args...)
			cmd.Args[0] = "orderly"
			return cmd
		}
	}
	var l fault.List
	for _, c := range []struct {
		what     string
		n, least int64
		most     int64
	}{
		{"seconds", int64(o.Time / time.Millisecond), 100, MaxTime.Milliseconds()}, {"clients", int64(o.Clients), 0, MaxClients},
		{"batch", int64(o.Batch), 1, 500}, {"items", int64(o.Items), 1, 1_000_000}, {"lines", int64(o.Lines), 1, 2000}, {"orders-before", int64(o.Before), 0, MaxBefore},
	} {
		if c.n < c.least || c.n > c.most {
			l.Add("/"+c.what, "out_of_range", "--%s is out of its range", c.what)
		}
	}
	return l.Err()
}

// workload measures one kind of work on a prepared scratch database.
type workload struct {
	name string
	run  func(context.Context, *scratch, *Report) error
}

// workloads, in the order in which "all" runs them. They are named here and
// nowhere else.
var workloads = []workload{
	{"place", runPlace}, {"bulk", runBulk}, {"flash", runFlash}, {"lists", runLists}, {"lifecycle", runLifecycle},
	{"overload", runOverload}, {"floor", runFloor},
}

// Names are all workloads, "all" among them.
func Names() []string {
	var out []string
	for _, w := range workloads {
		out = append(out, w.name)
	}
	return append(out, "all")
}

// Run measures a workload, or all of them, each on a scratch database of its
// own that is removed at the end.
func Run(ctx context.Context, name string, o Options) ([]*Report, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	var out []*Report
	for _, w := range workloads {
		if w.name != name && name != "all" {
			continue
		}
		r, err := measure(ctx, w, o)
		if err != nil {
			return out, fmt.Errorf("%s: %w", w.name, err)
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "unknown_workload", "there is no workload %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return out, nil
}

func measure(ctx context.Context, w workload, o Options) (*Report, error) {
	s, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	r := &Report{Engine: o.Engine, Workload: w.name, Lines: o.Lines, Before: o.Before, Batch: 1}
	if err := w.run(ctx, s, r); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

// scope is who prepares a run and looks at it afterwards.
var scope = access.System(admin.Main, "command", "bench")

// Report is what a run measured. Times are those that a caller sees.
type Report struct {
	Engine      store.Engine `json:"engine"`
	Workload    string       `json:"workload"`
	Clients     int          `json:"clients"`
	Batch       int          `json:"batch"`
	Lines       int          `json:"lines_per_order"`
	Before      int          `json:"orders_before"`
	Orders      int64        `json:"orders"`
	Seconds     float64      `json:"seconds"`
	PerSecond   float64      `json:"orders_per_second"`
	Floor       float64      `json:"floor_per_second"`
	FloorRatio  float64      `json:"floor_ratio"`
	P50         float64      `json:"p50_ms"`
	P95         float64      `json:"p95_ms"`
	P99         float64      `json:"p99_ms"`
	Oversold    int64        `json:"oversold"`
	RSS         float64      `json:"rss_mb"`
	IdleRSS     float64      `json:"idle_rss_mb"`
	Ready       float64      `json:"ready_ms"`
	CPU         float64      `json:"cpu_us_per_order"`
	ClientCPU   float64      `json:"client_cpu_us_per_order"`
	Bytes       float64      `json:"bytes_per_order"`
	CatchUp     float64      `json:"catch_up_seconds"`
	Turns       int64        `json:"turns"`
	Unavailable int64        `json:"shed"`

	Uniform  float64      `json:"uniform_per_second,omitempty"` // flash: the rate over all items, in the same run
	Flash    float64      `json:"flash_ratio,omitempty"`        // flash: orders_per_second / uniform_per_second
	Lists    []ListReport `json:"lists,omitempty"`
	Overload *Overload    `json:"overload,omitempty"`
}

// ListReport is what one list cost.
type ListReport struct {
	Name      string  `json:"name"`
	Calls     int     `json:"calls"`
	PerSecond float64 `json:"calls_per_second"`
	Rows      float64 `json:"rows_per_call"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
}

// Overload is what happened at twice the load that could be carried.
type Overload struct {
	Capacity    float64 `json:"capacity_per_second"`
	Offered     float64 `json:"offered_per_second"`
	Goodput     float64 `json:"goodput_per_second"`
	Ratio       float64 `json:"goodput_ratio"`
	Refused     float64 `json:"refused_per_second"`
	RefusedP50  float64 `json:"refused_p50_ms"`
	RefusedP99  float64 `json:"refused_p99_ms"`
	AcceptedP99 float64 `json:"accepted_p99_ms"`
	RetryAfter  bool    `json:"all_refusals_say_retry_after"`
}

// quantiles of times, in ms.
func quantiles(took []time.Duration) (p50, p95, p99 float64) {
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	at := func(q int) float64 { return float64(took[min(len(took)-1, len(took)*q/100)].Microseconds()) / 1000 }
	return at(50), at(95), at(99)
}
