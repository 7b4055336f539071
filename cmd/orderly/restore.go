package main

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/backup"
	"orderly/internal/fault"
	"orderly/internal/store"
)

type restoreCommand struct {
	databaseFlags
	From  string `required:"" placeholder:"FILE" help:"The backup; its manifest FILE.json stands beside it."`
	Force bool   `help:"Replace the database of a data directory that has one. What was there is kept under another name."`
}

func (restoreCommand) Help() string {
	return `The backup is checked before it is put in place: its checksum, SQLite's integrity check, the journal's head and the number of orders. Afterwards the books are checked by the quick checks of verify.

Stop the server first; a database that is in use is not replaced.

Example:

	orderly restore --from /mnt/backup/orderly-20261123T020000Z.db --data /var/lib/orderly`
}

func (c *restoreCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	if o.URL != "" {
		return fault.New(fault.Invalid, "not_sqlite", "restore fills a data directory of the embedded database; for PostgreSQL use pg_restore or psql")
	}
	bar := con.progress("restoring", true)
	r, err := backup.Restore(ctx, backup.RestoreOptions{From: c.From, Dir: o.Dir, Force: c.Force, Now: time.Now, Progress: bar.show})
	bar.end()
	if err != nil {
		return err
	}
	if r.Kept != "" {
		fmt.Fprintf(con.Out, "The database that was there is now %s.\n", r.Kept)
	}
	fmt.Fprintf(con.Out, "Restored %d orders as they were at %s.\n", r.Manifest.Orders(), r.Manifest.TakenAt.Format(time.RFC3339))
	return verifyDatabase(ctx, con, store.Options{Dir: o.Dir})
}
