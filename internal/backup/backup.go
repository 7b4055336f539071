// Package backup copies a whole database while it is in use, and puts such a
// copy back. There are two forms: the SQLite file with a manifest beside it
// (Take, Restore), and a portable stream of rows that either engine writes and
// reads (Dump, Load).
//
// What belongs here: the copy, and the checks that make it trustworthy. What
// does not: what the rows mean.
//
// An integrity check cannot tell that a copy lacks the newest orders. The
// manifest can: it holds the journal's head and the number of orders, read in
// the very snapshot that was copied.
package backup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	sqlite "modernc.org/sqlite"

	"orderly/internal/fault"
	"orderly/internal/store"
)

// stepPages is how many pages are copied between two looks at the context.
const stepPages = 4096

// Options of Take.
type Options struct {
	Dir      string                // data directory of the database
	To       string                // file to make, or a directory that gets a file named by the time
	Version  string                // of this program, for the manifest
	Now      func() time.Time      // the clock
	Progress func(done, total int) // called with pages as they are copied; nil for none
}

// Result says what was made.
type Result struct {
	File     string
	Manifest Manifest
}

// Take copies the database to a new file and checks the copy. Writers go on
// meanwhile: all pages come from one snapshot, because copying in several
// would begin again with every commit. Until the copy is complete the log
// beside the database cannot start over, so it grows by what is written.
func Take(ctx context.Context, o Options) (*Result, error) {
	to, err := target(o.To, ".db", o.Now())
	if err != nil {
		return nil, err
	}
	partial, err := os.CreateTemp(filepath.Dir(to), ".orderly-backup-*")
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "unwritable", "cannot write in %s: %v; name another place with --to", filepath.Dir(to), cause(err))
	}
	defer os.Remove(partial.Name()) // gone already when all went well
	if err := partial.Close(); err != nil {
		return nil, err
	}
	m := Manifest{Format: formatVersion, Version: o.Version, TakenAt: o.Now().UTC().Truncate(time.Millisecond)}
	if err := copyLive(ctx, filepath.Join(o.Dir, store.FileName), partial.Name(), &m, o.Progress); err != nil {
		return nil, err
	}
	if m.SHA256, m.Bytes, err = hashAndSync(partial.Name()); err != nil {
		return nil, err
	}
	if err := m.matches(ctx, partial.Name()); err != nil {
		return nil, fmt.Errorf("the copy was discarded: %w", err)
	}
	if err := os.Rename(partial.Name(), to); err != nil {
		return nil, err
	}
	return &Result{to, m}, m.write(to)
}

// target is the file to make. It is never one that exists.
func target(to, ending string, now time.Time) (string, error) {
	if info, err := os.Stat(to); err == nil && info.IsDir() || strings.HasSuffix(to, string(filepath.Separator)) {
		to = filepath.Join(to, "orderly-"+now.UTC().Format("20060102T150405Z")+ending)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", fault.Wrap(err, fault.Invalid, "unwritable", "cannot make the directory %s: %v; name another place with --to", filepath.Dir(to), cause(err))
	}
	for _, file := range []string{to, manifestOf(to)} {
		if _, err := os.Lstat(file); err == nil {
			return "", fault.New(fault.Conflict, "file_exists", "%s exists, and a backup overwrites nothing; name another file with --to", file)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fault.Wrap(err, fault.Invalid, "unwritable", "cannot look at %s: %v", file, cause(err))
		}
	}
	return to, nil
}

// copyLive copies every page of a database that others may be using, and
// notes in m what the same snapshot holds. The file is opened by SQLite only:
// closing another descriptor of it would drop SQLite's locks.
func copyLive(ctx context.Context, from, to string, m *Manifest, progress func(done, total int)) error {
	if _, err := os.Stat(from); err != nil {
		return fault.Wrap(err, fault.NotFound, "no_database", "there is no database at %s; name its directory with --data", from)
	}
	db, err := sql.Open("sqlite", dsn(from, "mode=rw&_pragma=busy_timeout(10000)&_pragma=query_only(1)"))
	if err != nil {
		return err
	}
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		return unreadable(from, err)
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return unreadable(from, err)
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	if m.Schema, m.Merchants, err = contents(ctx, c, store.SQLite, from); err != nil {
		return err
	}
	return c.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(string) (*sqlite.Backup, error)
		})
		if !ok {
			return fmt.Errorf("the SQLite driver %T has no backup", driver)
		}
		b, err := source.NewBackup(dsn(to, "_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)"))
		if err != nil {
			return unwritten(to, err)
		}
		err = steps(ctx, b, progress)
		if finish := b.Finish(); err == nil {
			err = finish
		}
		return unwritten(to, err)
	})
}

func steps(ctx context.Context, b *sqlite.Backup, progress func(done, total int)) error {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if more, err = b.Step(stepPages); err != nil {
			return err
		}
		if progress != nil {
			progress(b.PageCount()-b.Remaining(), b.PageCount())
		}
	}
	return nil
}

func unwritten(to string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "unwritten", "the copy in %s failed: %v", filepath.Dir(to), err)
}

// dsn names a file for the driver, whatever characters its path has.
func dsn(path, query string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + "?" + query
}

// cause is what went wrong without the path, which the message has already.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// manifestOf is the manifest's place beside a backup.
func manifestOf(file string) string { return file + ".json" }

func (m *Manifest) write(file string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(manifestOf(file), append(text, '\n'))
}
