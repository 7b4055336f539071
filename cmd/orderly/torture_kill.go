package main

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/kit/torture"
	"orderly/internal/store"
)

type tortureKillCommand struct {
	tortureFlags
	Kills    int           `default:"1000" placeholder:"N" help:"How many processes to kill. Default: ${default}."`
	Most     time.Duration `default:"200ms" help:"The longest that a process is under load before it is killed."`
	Every    int           `default:"20" placeholder:"N" help:"Look at everything after so many kills. Default: ${default}."`
	Parallel int           `default:"1" placeholder:"N" help:"Loops at the same time, each on a database of its own. Default: ${default}."`
	Orders   int           `default:"20000" placeholder:"N" help:"Check a database with so many orders deeply and go on with a new one. Default: ${default}."`
}

func (tortureKillCommand) Help() string {
	return `A process of this program takes orders and works on them. It is killed with SIGKILL at random moments, one in eight while it still starts, and the next one goes on with its database. What was acknowledged is written down outside: all of it has to be there, and every law that verify knows has to hold.

Example:

	orderly torture kill --kills 20000 --seed 7 --most 100ms --parallel 2`
}

func (c *tortureKillCommand) Run(ctx context.Context, con *console) (failed error) {
	if c.Kills < 1 || c.Every < 1 || c.Parallel < 1 || c.Orders < 1 || c.Most <= 0 {
		return usagef("--kills, --every, --parallel, --orders and --most are above zero")
	}
	start, err := thisBinary()
	if err != nil {
		return err
	}
	dir, end, err := c.scratch(con)
	if err != nil {
		return err
	}
	defer func() { end(failed) }()
	r, err := torture.Kill(ctx, torture.KillOptions{
		Kills: c.Kills, Seed: c.Seed, DB: store.Options{Dir: dir}, Start: start, Most: c.Most, Every: c.Every, Parallel: c.Parallel, Orders: c.Orders,
		Log: c.progress(con),
	})
	return c.report(con, r, fmt.Sprintf("%d kills (%d in the start) in %.0f s, %.0f a minute: %d acts on %d orders were acknowledged, none is lost, and the books are right.",
		r.Kills, r.InStart, r.Seconds, float64(r.Kills)*60/r.Seconds, r.Acknowledged, r.Orders), err)
}
