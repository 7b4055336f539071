package main

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/store"
	"orderly/internal/store/schema"
)

type migrateCommand struct {
	databaseFlags
	Distribute string `enum:",citus" default:"" placeholder:"citus" help:"Spread the tables over the machines of a Citus cluster, by merchant: citus. Stop all servers first."`
}

func (migrateCommand) Help() string {
	return "Every command that opens a database does this first, in one transaction; migrate does nothing else, for those who upgrade in a step of its own. There is no way back but a backup: take one first.\n\n" +
		"With --distribute citus the database address is the coordinator's, where the extension is installed and has workers. Every row is moved, so this is best done while the shop is small. A second run says what is so already; later migrations distribute what they add.\n\n" +
		"Example:\n\n\torderly migrate --data /var/lib/orderly"
}

func (c *migrateCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err == nil {
		err = exists(o)
	}
	if err == nil && c.Distribute != "" && o.URL == "" {
		err = store.ErrOneFile
	}
	if err != nil {
		return err
	}
	began := time.Now().UnixMicro()
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	steps, err := schema.Steps(ctx, db)
	if err != nil {
		return err
	}
	applied := 0
	for _, s := range steps {
		if s.AppliedAt >= began {
			applied++
			fmt.Fprintf(con.Out, "Applied schema version %d.\n", s.Version)
		}
	}
	if applied == 0 {
		fmt.Fprintf(con.Out, "The schema is at version %d already; nothing was done.\n", len(steps))
	}
	if c.Distribute == "" {
		return nil
	}
	return distribute(ctx, con, db)
}

// distribute spreads the tables and tells which were not spread yet.
func distribute(ctx context.Context, con *console, db *store.DB) error {
	placed, err := db.Distribute(ctx)
	if err != nil {
		return err
	}
	already := 0
	for _, p := range placed {
		if p.Already {
			already++
		} else {
			fmt.Fprintf(con.Out, "Distributed %s by merchant.\n", p.Table)
		}
	}
	if already > 0 {
		fmt.Fprintf(con.Out, "%d tables were distributed already.\n", already)
	}
	return nil
}
