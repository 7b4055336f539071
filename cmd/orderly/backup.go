package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"orderly/internal/backup"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/version"
)

type backupCommand struct {
	databaseFlags
	To       string `required:"" placeholder:"FILE|DIR" help:"File to make, or a directory that gets a file named by the time."`
	Portable bool   `help:"Write rows instead of the database file: slower, and restored by either engine. It is how a shop moves to PostgreSQL."`
	Verify   bool   `help:"Restore the copy beside itself and check its books, by the quick checks of verify."`
}

func (backupCommand) Help() string {
	return `The server goes on meanwhile. The copy is checked: by SQLite's integrity check, and against the journal's head and the number of orders, which are read in the snapshot that is copied and kept in a manifest beside it (FILE.json). Keep both files together.

A portable backup is one compressed file (.ndjson.gz) that carries its own checksum. For PostgreSQL it is the only form here; pg_dump and pg_basebackup do as well, and are better for large databases.

Nothing is overwritten.

Example:

	orderly backup --data /var/lib/orderly --to /mnt/backup/ --verify`
}

func (c *backupCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	if o.URL != "" && !c.Portable {
		return fault.New(fault.Invalid, "not_sqlite", "only the embedded database is copied as a file; for PostgreSQL use --portable, pg_dump or pg_basebackup")
	}
	if err := exists(o); err != nil {
		return err
	}
	if c.Portable {
		return c.portable(ctx, con)
	}
	bar := con.progress("copying pages", false)
	r, err := backup.Take(ctx, backup.Options{
		Dir: o.Dir, To: c.To, Version: version.String(), Now: time.Now,
		Progress: func(done, total int) { bar.show(int64(done), int64(total)) },
	})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "Backed up %d orders to %s (%s, checked).\n", r.Manifest.Orders(), r.File, size(r.Manifest.Bytes))
	if !c.Verify {
		return nil
	}
	return verifyCopy(ctx, con, r.File)
}

// portable opens the database first, which brings its schema up to this build:
// rows fit no other.
func (c *backupCommand) portable(ctx context.Context, con *console) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	from, err := c.options()
	if err != nil {
		return err
	}
	bar := con.progress("copying rows", false)
	file, p, err := backup.Dump(ctx, backup.DumpOptions{
		From: from, To: c.To, Version: version.String(), Now: time.Now, Progress: func(rows int64) { bar.show(rows, -1) },
	})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "Backed up %d orders (%d rows) to %s.\n", p.Orders(), p.Rows, file)
	if !c.Verify {
		return nil
	}
	return verifyCopy(ctx, con, file)
}

// verifyCopy checks the books in a backup: a copy of the copy, because opening
// a database may change it.
func verifyCopy(ctx context.Context, con *console, file string) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".orderly-verify-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if backup.IsPortable(file) {
		_, _, err = backup.Load(ctx, backup.LoadOptions{From: file, To: store.Options{Dir: dir}, Now: time.Now})
	} else {
		_, err = backup.Restore(ctx, backup.RestoreOptions{From: file, Dir: dir, Now: time.Now})
	}
	if err != nil {
		return err
	}
	return verifyDatabase(ctx, con, store.Options{Dir: dir})
}

func size(bytes int64) string {
	const unit = 1024
	switch {
	case bytes < unit*unit:
		return fmt.Sprintf("%d kB", (bytes+unit-1)/unit)
	case bytes < unit*unit*unit:
		return fmt.Sprintf("%.1f MB", float64(bytes)/unit/unit)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/unit/unit/unit)
}
