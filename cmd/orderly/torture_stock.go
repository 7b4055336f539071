package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"orderly/internal/kit/torture/linear"
	"orderly/internal/store"
)

type tortureStockCommand struct {
	Operations int64  `default:"1000000" placeholder:"N" help:"How many operations to check. Default: ${default}."`
	Seed       uint64 `default:"1" placeholder:"N" help:"The same seed makes the same choices. Default: ${default}."`
	Engine     string `enum:"sqlite,postgres" default:"sqlite" help:"Database to act on: sqlite or postgres."`
	Clients    int    `default:"64" placeholder:"N" help:"How many act at the same time. Default: ${default}."`
	Nodes      int    `placeholder:"N" help:"Desks on the one database, each with its own connections. Default: 1 on sqlite, 2 on postgres."`
	Dir        string `type:"path" placeholder:"DIR" help:"Where to make scratch databases; a temporary directory when left out."`
	JSON       bool   `name:"json" help:"Write the report as JSON."`
}

func (tortureStockCommand) Help() string {
	return `Clients place, cancel, pick, pack, ship, adjust, count, receive, transfer and
read levels on scratch databases, all at the same time. Every call is noted
with its answer. In rounds, the notes of each item and of each order are
searched for an order of the acts that explains all answers: a unit sold
twice, a refusal while there was enough, a lost update or a stale read has
none. Each database is verified before the next is made.

Example:

	orderly torture stock --operations 1000000 --seed 7 --json`
}

func (c *tortureStockCommand) Validate() error {
	if c.Operations < 1 || c.Clients < 1 || c.Clients > 512 || c.Nodes > 8 {
		return errors.New("--operations is at least 1, --clients between 1 and 512, --nodes at most 8")
	}
	return nil
}

func (c *tortureStockCommand) Run(ctx context.Context, con *console) error {
	progress := io.Writer(con.Out)
	if c.JSON {
		progress = con.Err
	}
	r, err := linear.Run(ctx, linear.Options{
		Engine: store.Engine(c.Engine), Operations: c.Operations, Seed: c.Seed, Clients: c.Clients, Nodes: c.Nodes, Dir: c.Dir, Log: progress,
	})
	if c.JSON {
		return errors.Join(con.printJSON(r), err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(con.Out, "%s: %d operations of %d clients at %d desks in %.0f s, %.0f a second (%.0f s of it checking)\n"+
		"%d histories, the longest of %d operations: %d illegal, %d undecided; %d databases verified\n",
		r.Engine, r.Operations, r.Clients, r.Nodes, r.Seconds, r.PerSecond, r.Checking, r.Histories, r.Longest, r.Illegal, r.Undecided, r.Databases)
	return err
}
