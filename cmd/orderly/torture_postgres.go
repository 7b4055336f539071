package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type torturePostgresCommand struct {
	tortureFlags
	Restarts int `default:"500" placeholder:"N" help:"How often to take the server away. Default: ${default}."`
	Nodes    int `default:"2" placeholder:"N" help:"Nodes on the one database. Default: ${default}."`
	Clients  int `default:"4" placeholder:"N" help:"Clients of each node. Default: ${default}."`
	Every    int `default:"25" placeholder:"N" help:"Look at everything after so many restarts. Default: ${default}."`
}

func (torturePostgresCommand) Help() string {
	return `Several nodes work on a throw-away PostgreSQL, which is killed with SIGKILL, stopped without a checkpoint or restarted in order, again and again. Clients write down outside what they were told: what was acknowledged has to be there, what was refused as "nothing was changed" must not be, nothing may be there twice, every node has to come back by itself, and every law that verify knows has to hold.

Example:

	orderly torture postgres --restarts 500 --seed 7`
}

func (c *torturePostgresCommand) Run(ctx context.Context, con *console) error {
	if c.Restarts < 1 || c.Nodes < 1 || c.Clients < 1 || c.Every < 1 {
		return usagef("--restarts, --nodes, --clients and --every are above zero")
	}
	r, err := torture.Restarts(ctx, torture.RestartOptions{
		Restarts: c.Restarts, Seed: c.Seed, Nodes: c.Nodes, Clients: c.Clients, Every: c.Every, Dir: c.Dir, Log: c.progress(con),
	})
	return c.report(con, r, fmt.Sprintf("%d restarts (%d killed, %d immediate, %d in order) in %.0f s: %d acts were acknowledged, %d refused, %d told as unknown. All is as it was told, nothing is there twice, and the books are right. The slowest recovery took %.0f ms.",
		r.Restarts, r.Killed, r.Immediate, r.Fast, r.Seconds, r.Acknowledged, r.Refused, r.Unknown, r.SlowestMS), err)
}
