package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"orderly/internal/kit/bench"
	"orderly/internal/store"
)

type benchCommand struct {
	Workload string   `arg:"" enum:"place,bulk,flash,lists,lifecycle,overload,floor,all,replenish" help:"place, bulk, flash, lists, lifecycle, overload, floor, or all of them; or replenish."`
	Engine   string   `enum:"sqlite,postgres" default:"sqlite" help:"Database to measure on: sqlite, or postgres (a throw-away server is started)."`
	Clients  int      `default:"0" placeholder:"N" help:"How many call at the same time; 0 means 128 for single orders, 4 for batches, 1 for lists, 2048 for overload."`
	Seconds  duration `default:"5s" help:"How long to measure, for example 5 or 1m30s; preparation is not in it. Each list takes a fifth of it."`
	Batch    int      `default:"200" help:"Orders in one request of bulk and lifecycle."`
	Lines    int      `default:"3" help:"Lines of an order."`
	Items    int      `default:"10000" help:"Items in the catalog."`
	Before   int      `name:"orders-before" default:"0" placeholder:"N" help:"Orders that are in the books before the clock runs."`
	Dir      string   `type:"path" help:"Where to make the scratch database; it is removed at the end."`
	Data     string   `type:"existingfile" placeholder:"FILE" help:"Weekly demand and terms of items, for replenish: JSON, packed or not."`
	JSON     bool     `name:"json" help:"Write JSON: one object for a workload, a list for all."`
}

func (benchCommand) Help() string {
	return `Works on a scratch database with full durability and removes it. The server is a
process of its own that is spoken to over HTTP on loopback; the load comes from
this process, on the same cores. Orders have three lines over 10,000 items (Zipf)
at three locations; a commit holds order, lines, claim, decision, journal entry
and counters. The clock stops when the search has caught up. The floor is the same
rows written raw in batches of the same size.

  place      one order a request
  bulk       many orders a request
  flash      everybody wants the same item, beside everybody wanting this and that
  lists      pages of 50: newest, by status, customer, SKU, and text search
  lifecycle  place, release, pick, pack, ship, deliver, in bulk
  overload   twice the load that can be carried: how much of it still gets done
  floor      the floor alone
  replenish  policies of replenishment, walked through the weeks of a file beside
             plain reorder points; no database, and no clock

Examples:

	orderly bench place --seconds 10 --json
	orderly bench lists --orders-before 1000000
	orderly bench replenish --data demand.json.gz`
}

// duration is a time in seconds, or with a unit.
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	if n, err := strconv.ParseFloat(string(text), 64); err == nil && n > 0 && n < 1e6 {
		*d = duration(n * float64(time.Second))
		return nil
	}
	v, err := time.ParseDuration(string(text))
	if err != nil || v <= 0 {
		return usagef("%q is no time; write 10 or 10s", text)
	}
	*d = duration(v)
	return nil
}

func (c *benchCommand) Run(ctx context.Context, con *console) error {
	if c.Workload == "replenish" {
		return c.replenish(con)
	}
	reports, err := bench.Run(ctx, c.Workload, bench.Options{
		Engine: store.Engine(c.Engine), Clients: c.Clients, Time: time.Duration(c.Seconds), Batch: c.Batch, Lines: c.Lines, Items: c.Items,
		Before: c.Before, Dir: c.Dir, Log: con.Err, CatchUp: catchUp,
	})
	if err != nil {
		return err
	}
	if c.JSON && c.Workload == "all" {
		return con.printJSON(reports)
	}
	for _, r := range reports {
		if c.JSON {
			return con.printJSON(r)
		}
		showBench(con.Out, r)
	}
	return nil
}

func (c *benchCommand) replenish(con *console) error {
	if c.Data == "" {
		return usagef("bench replenish needs --data, a file of weekly demand")
	}
	reports, err := bench.Replenish(c.Data)
	if err != nil {
		return err
	}
	if c.JSON {
		return con.printJSON(reports)
	}
	for _, r := range reports {
		r.Show(con.Out)
	}
	return nil
}

// showBench writes a report for people.
func showBench(w io.Writer, r *bench.Report) {
	fmt.Fprintf(w, "%s on %s", r.Workload, r.Engine)
	if r.Before > 0 {
		fmt.Fprintf(w, " with %d orders before", r.Before)
	}
	if r.Workload == "lists" {
		showLists(w, r)
		return
	}
	fmt.Fprintf(w, ": %.0f orders/s (%d orders in %.1f s and %.1f s until the search had them, %d callers, %d an order call)\n",
		r.PerSecond, r.Orders, r.Seconds, r.CatchUp, r.Clients, r.Batch)
	if r.P99 > 0 {
		fmt.Fprintf(w, "a call took %.1f ms in the middle, %.1f ms at the 95th, %.1f ms at the 99th percentile; %d were sent away\n", r.P50, r.P95, r.P99, r.Unavailable)
		fmt.Fprintf(w, "the server took %.0f µs of processor an order, the callers %.0f; memory %.0f MB (%.0f idle); %.0f bytes stored an order; ready after %.0f ms\n",
			r.CPU, r.ClientCPU, r.RSS, r.IdleRSS, r.Bytes, r.Ready)
	}
	if r.Floor > 0 {
		fmt.Fprintf(w, "the floor, the same rows written raw: %.0f orders/s, so %.2f of it\n", r.Floor, r.FloorRatio)
	}
	if r.Flash > 0 {
		fmt.Fprintf(w, "on all items in the same run: %.0f orders/s, so one item takes %.2f of it\n", r.Uniform, r.Flash)
	}
	if o := r.Overload; o != nil {
		fmt.Fprintf(w, "carried %.0f/s; of %.0f/s offered %.0f/s got done (%.2f), %.0f/s were refused after %.1f ms in the middle and %.1f ms at the 99th percentile, Retry-After always: %t\n",
			o.Capacity, o.Offered, o.Goodput, o.Ratio, o.Refused, o.RefusedP50, o.RefusedP99, o.RetryAfter)
	}
	if r.Workload != "floor" {
		fmt.Fprintf(w, "oversold: %d\n", r.Oversold)
	}
}

func showLists(w io.Writer, r *bench.Report) {
	fmt.Fprintf(w, ", %d callers; memory %.0f MB (%.0f idle); ready after %.0f ms\n", r.Clients, r.RSS, r.IdleRSS, r.Ready)
	for _, l := range r.Lists {
		fmt.Fprintf(w, "  %-20s %7.2f ms in the middle, %7.2f ms at the 99th percentile, %4.0f rows (%d calls)\n", l.Name, l.P50, l.P99, l.Rows, l.Calls)
	}
}
