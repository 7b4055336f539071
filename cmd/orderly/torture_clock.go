package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type tortureClockCommand struct {
	tortureFlags
	Jumps int `default:"200" placeholder:"N" help:"How often clocks jump. Default: ${default}."`
	Nodes int `default:"3" placeholder:"N" help:"Nodes on one database, each with a clock of its own. Default: ${default}."`
	Every int `default:"20" placeholder:"N" help:"Look at everything after so many jumps. Default: ${default}."`
}

func (tortureClockCommand) Help() string {
	return `Several nodes work on one database while their clocks jump an hour or a day on or back, to 1970, to 2038 and to the right time, together or one alone; some are started anew. The machine's clock is not touched. Every node has to go on, ids have to be unique and to rise in each process, order numbers and the journal have to be gapless, and every other law has to hold.

Example:

	orderly torture clock --jumps 1000 --seed 7`
}

func (c *tortureClockCommand) Run(ctx context.Context, con *console) (failed error) {
	if c.Jumps < 1 || c.Nodes < 1 || c.Nodes > 16 || c.Every < 1 {
		return usagef("--jumps and --every are above zero, and --nodes is 1 to 16")
	}
	dir, end, err := c.scratch(con)
	if err != nil {
		return err
	}
	defer func() { end(failed) }()
	r, err := torture.Clock(ctx, torture.ClockOptions{Jumps: c.Jumps, Seed: c.Seed, Dir: dir, Nodes: c.Nodes, Every: c.Every, Log: c.progress(con)})
	return c.report(con, r, fmt.Sprintf("%d jumps (%d of one node alone, %d restarts) in %.0f s: %d acts on %d orders were acknowledged, none is lost, %d drawn ids are unique and rise, and the books are right.",
		r.Jumps, r.Alone, r.Restarts, r.Seconds, r.Acknowledged, r.Orders, r.Drawn), err)
}
