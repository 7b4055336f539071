package main

import (
	"context"
	"os"

	"orderly/internal/kit/torture"
	"orderly/internal/store"
)

// tortureWorkerCommand is the process that campaigns start and kill.
type tortureWorkerCommand struct {
	Seed   uint64 `default:"1" placeholder:"N" help:"Which load."`
	Dir    string `placeholder:"DIR" help:"Directory of the database; it is loaded with made-up orders."`
	URL    string `name:"url" hidden:"" env:"ORDERLY_TORTURE_URL" help:"PostgreSQL instead."`
	Unsafe bool   `help:"Lower durability, to show that the loss is found."`

	Break        string `enum:"none,sync,write" default:"none" help:"Let calls to the disk fail with EIO: sync or write."`
	BreakNth     int    `default:"1" placeholder:"N" help:"The call that fails, counted from the start."`
	BreakLasting bool   `help:"All calls from that one on."`
	Careless     bool   `help:"Go on when the disk has failed, to show that this is noticed."`
}

func (tortureWorkerCommand) Help() string {
	return `The campaigns start this process and kill it. It makes a shop, fills it with made-up orders until it is ended, and writes "ack ORDER VERSION" for every act that was acknowledged.

Example:

	orderly torture worker --dir /tmp/scratch`
}

func (c *tortureWorkerCommand) Run(ctx context.Context) error {
	if (c.Dir == "") == (c.URL == "") {
		return usagef("name a directory with --dir; a worker fills its database with made-up orders")
	}
	l := torture.Load{
		DB: store.Options{Dir: c.Dir, URL: c.URL, Unsafe: c.Unsafe}, Seed: c.Seed, Acks: os.Stdout, Exit: os.Exit, Careless: c.Careless,
	}
	if c.Break != "none" {
		l.Break = torture.Break{Call: c.Break, Nth: c.BreakNth, Lasting: c.BreakLasting}
	}
	return l.Run(ctx)
}
