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
	From  string `required:"" placeholder:"FILE" help:"The backup: a database file with its manifest FILE.json beside it, or a portable one (.ndjson.gz)."`
	Force bool   `help:"Replace the database of a data directory that has one. What was there is kept under another name."`
}

func (restoreCommand) Help() string {
	return `The backup is checked before it is put in place: its checksum, SQLite's integrity check, the journal's head and the number of orders. Afterwards the books are checked by the quick checks of verify.

Stop the server first; a database that is in use is not replaced. A portable backup can also be restored into an empty PostgreSQL database.

Example:

	orderly restore --from /mnt/backup/orderly-20261123T020000Z.db --data /var/lib/orderly`
}

func (c *restoreCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	if backup.IsPortable(c.From) {
		return c.portable(ctx, con, o)
	}
	if o.URL != "" {
		return fault.New(fault.Invalid, "not_sqlite", "the backup is a file of the embedded database; make a portable one to move it to PostgreSQL: orderly backup --portable")
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

func (c *restoreCommand) portable(ctx context.Context, con *console, to store.Options) error {
	bar := con.progress("restoring rows", false)
	p, kept, err := backup.Load(ctx, backup.LoadOptions{
		From: c.From, To: to, Force: c.Force, Now: time.Now, Progress: func(rows int64) { bar.show(rows, -1) },
	})
	bar.end()
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(con.Out, "The database that was there is now %s.\n", kept)
	}
	fmt.Fprintf(con.Out, "Restored %d orders (%d rows) as they were at %s.\n", p.Orders(), p.Rows, p.TakenAt.Format(time.RFC3339))
	return verifyDatabase(ctx, con, to)
}
