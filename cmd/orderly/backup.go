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
	To     string `required:"" placeholder:"FILE|DIR" help:"File to make, or a directory that gets a file named by the time."`
	Verify bool   `help:"Check the books in the copy as well, by the quick checks of verify."`
}

func (backupCommand) Help() string {
	return `The server goes on meanwhile. The copy is checked: by SQLite's integrity check, and against the journal's head and the number of orders, which are read in the snapshot that is copied and kept in a manifest beside it (FILE.json). Keep both files together.

Nothing is overwritten. For PostgreSQL use pg_dump or pg_basebackup.

Example:

	orderly backup --data /var/lib/orderly --to /mnt/backup/ --verify`
}

func (c *backupCommand) Run(ctx context.Context, con *console) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	if o.URL != "" {
		return fault.New(fault.Invalid, "not_sqlite", "backup copies the embedded database; for PostgreSQL use pg_dump or pg_basebackup")
	}
	if err := exists(o); err != nil {
		return err
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

// verifyCopy checks the books in a backup: a copy of the copy, because opening
// a database may change it.
func verifyCopy(ctx context.Context, con *console, file string) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".orderly-verify-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := backup.Restore(ctx, backup.RestoreOptions{From: file, Dir: dir, Now: time.Now}); err != nil {
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
