package main

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/store"
	"orderly/internal/store/schema"
)

type migrateCommand struct{ databaseFlags }

func (migrateCommand) Help() string {
	return "Every command that opens a database does this first, in one transaction; migrate does nothing else, for those who upgrade in a step of its own. There is no way back but a backup: take one first.\n\n" +
		"Example:\n\n\torderly migrate --data /var/lib/orderly"
}

func (c *migrateCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err == nil {
		err = exists(o)
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
	return nil
}
