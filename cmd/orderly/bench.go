package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"orderly/internal/kit/bench"
	"orderly/internal/store"
)

type benchCommand struct {
	Place benchPlaceCommand `cmd:"" help:"Measure taking orders in, beside the floor of the same run."`
}

type benchPlaceCommand struct {
	Engine  string        `enum:"sqlite,postgres" default:"sqlite" help:"Database to measure on: sqlite or postgres."`
	Clients int           `default:"128" help:"How many place at the same time."`
	Seconds time.Duration `default:"5s" help:"How long to place, for example 5s."`
	Batch   int           `default:"1" help:"Orders in one call."`
	Lines   int           `default:"3" help:"Lines of an order."`
	Items   int           `default:"10000" help:"Items in the catalog."`
	Flash   bool          `help:"Every order asks for one and the same item."`
	Dir     string        `type:"path" help:"Where to make the scratch database; it is removed at the end."`
	JSON    bool          `name:"json" help:"Write JSON."`
}

func (benchPlaceCommand) Help() string {
	return `Works on a scratch database with full durability and removes it. Orders have
three lines over 10,000 items (Zipf) at three locations; the commit holds
order, lines, claim, decision, journal entry and counters. The floor is the
same rows written raw in batches of the same size.

Example:

	orderly bench place --seconds 10s --json`
}

func (c *benchPlaceCommand) Run(ctx context.Context) error {
	r, err := bench.Place(ctx, bench.Options{
		Engine: store.Engine(c.Engine), Clients: c.Clients, Time: c.Seconds, Batch: c.Batch, Lines: c.Lines, Items: c.Items,
		Flash: c.Flash, Dir: c.Dir, Log: os.Stderr,
	})
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	fmt.Printf("%s: %.0f orders/s (%d orders in %.1f s, %d clients, %d an order call, in process)\n", r.Engine, r.PerSecond, r.Orders, r.Seconds, r.Clients, r.Batch)
	fmt.Printf("floor: %.0f orders/s written raw; ratio %.2f\n", r.Floor, r.FloorRatio)
	fmt.Printf("latency: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms; %.0f orders a commit\n", r.P50, r.P95, r.P99, float64(r.Orders)/float64(max(1, r.Turns)))
	fmt.Printf("oversold: %d; %.0f µs CPU and %.0f bytes an order; %.0f MB resident\n", r.Oversold, r.CPU, r.Bytes, r.RSS)
	return nil
}
