package main

import (
	"context"
	"fmt"

	"orderly/internal/kit/torture"
)

type tortureFailoverCommand struct {
	tortureFlags
	Failovers int `default:"20" placeholder:"N" help:"How often the standby takes over. Default: ${default}."`
	Nodes     int `default:"2" placeholder:"N" help:"Nodes on the one database. Default: ${default}."`
	Clients   int `default:"3" placeholder:"N" help:"Clients of each node. Default: ${default}."`
}

func (tortureFailoverCommand) Help() string {
	return `Several nodes work on a throw-away PostgreSQL whose commits a standby confirms. The primary is killed and the standby promoted, or the standby is promoted while the primary lives on for a while. The nodes, whose address names both, have to go on by themselves, and what clients were told has to be so on the new primary.

Example:

	orderly torture failover --failovers 20 --seed 7`
}

func (c *tortureFailoverCommand) Run(ctx context.Context, con *console) error {
	if c.Failovers < 1 || c.Nodes < 1 || c.Clients < 1 {
		return usagef("--failovers, --nodes and --clients are above zero")
	}
	r, err := torture.Failovers(ctx, torture.FailoverOptions{Failovers: c.Failovers, Seed: c.Seed, Nodes: c.Nodes, Clients: c.Clients, Dir: c.Dir, Log: c.progress(con)})
	return c.report(con, r, fmt.Sprintf("%d failovers (%d with the old primary still alive) in %.0f s: %d acts were acknowledged, %d refused, %d told as unknown. All is as it was told, nothing is there twice, and the books are right. The slowest recovery took %.0f ms.",
		r.Failovers, r.Split, r.Seconds, r.Acknowledged, r.Refused, r.Unknown, r.SlowestMS), err)
}
