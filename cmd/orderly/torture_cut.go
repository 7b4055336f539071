package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type tortureCutCommand struct {
	tortureFlags
	Cuts    int `default:"5000" placeholder:"N" help:"How many connections to cut. Default: ${default}."`
	Nodes   int `default:"6" placeholder:"N" help:"Nodes on the one database. Default: ${default}."`
	Clients int `default:"4" placeholder:"N" help:"Clients of each node. Default: ${default}."`
}

func (tortureCutCommand) Help() string {
	return `Between the nodes and a throw-away PostgreSQL stands a proxy of this program that cuts connections: before a COMMIT is passed on, after it without the answer, in the midst of the answer, or at the client first while the COMMIT still travels. Some are left silent in one direction, some are cut at any other moment. Clients write down outside what they were told, and that has to be so.

Example:

	orderly torture cut --cuts 10000 --seed 7`
}

func (c *tortureCutCommand) Run(ctx context.Context, con *console) error {
	if c.Cuts < 1 || c.Nodes < 1 || c.Clients < 1 {
		return usagef("--cuts, --nodes and --clients are above zero")
	}
	r, err := torture.Cut(ctx, torture.CutOptions{Cuts: c.Cuts, Seed: c.Seed, Nodes: c.Nodes, Clients: c.Clients, Dir: c.Dir, Log: c.progress(con)})
	return c.report(con, r, fmt.Sprintf("%d cuts (%d during a COMMIT) in %.0f s, %.0f a minute: %d acts were acknowledged, %d refused, %d told as unknown. All is as it was told, nothing is there twice, and the books are right.",
		r.Cuts, r.AtCommit, r.Seconds, float64(r.Cuts)*60/r.Seconds, r.Acknowledged, r.Refused, r.Unknown), err)
}
