package backup

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	sqlite "modernc.org/sqlite"

	"orderly/internal/fault"
	"orderly/internal/store"
)

// RestoreOptions of Restore.
type RestoreOptions struct {
	From     string // the backup; its manifest stands beside it
	Dir      string // data directory to fill
	Force    bool   // Dir may hold a database, which is moved aside
	Now      func() time.Time
	Progress func(done, total int64) // bytes; nil for none
}

// Restored says what was put back.
type Restored struct {
	Manifest Manifest
	Kept     string // where the database that was there is now; empty when there was none
}

// parts are the files of one SQLite database: itself, its log, its index of the log.
var parts = [...]string{"", "-wal", "-shm"}

// Restore fills a data directory from a backup. What is installed has been
// checked first, in the directory itself; a database that was there is kept
// under another name and never overwritten.
func Restore(ctx context.Context, o RestoreOptions) (*Restored, error) {
	m, err := Read(o.From)
	if err != nil {
		return nil, err
	}
	if err := mayFill(o.Dir, o.Force); err != nil {
		return nil, err
	}
	copied, err := bring(ctx, o, m)
	if copied != "" {
		defer os.Remove(copied) // gone already when all went well
	}
	if err != nil {
		return nil, err
	}
	kept, err := install(ctx, copied, o.Dir, o.Now())
	return &Restored{m, kept}, err
}

// install puts a database that nobody has open into a data directory, and
// gives the name under which the one that was there is kept.
func install(ctx context.Context, file, dir string, now time.Time) (kept string, err error) {
	live := filepath.Join(dir, store.FileName)
	if err := unused(ctx, live); err != nil {
		return "", err
	}
	kept, err = moveAside(live, live+".before-restore-"+now.UTC().Format("20060102T150405Z"))
	if err == nil {
		err = os.Rename(file, live)
	}
	if err == nil {
		err = syncDir(dir)
	}
	return kept, err
}

// mayFill makes the directory, or refuses one in which something is.
func mayFill(dir string, force bool) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fault.Wrap(err, fault.Invalid, "unwritable", "cannot make the data directory %s: %v; choose another with --data", dir, cause(err))
		}
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "unwritable", "cannot use %s as a data directory: %v; choose another with --data", dir, cause(err))
	case len(list) > 0 && !force:
		return fault.New(fault.Conflict, "not_empty",
			"the data directory %s is not empty; choose another with --data, or use --force to replace its database, which is then kept under another name", dir)
	}
	return nil
}

// bring copies the backup into the directory and checks the copy.
func bring(ctx context.Context, o RestoreOptions, m Manifest) (string, error) {
	f, err := os.CreateTemp(o.Dir, ".orderly-restore-*")
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "unwritable", "cannot write in the data directory %s: %v; choose another with --data", o.Dir, cause(err))
	}
	sum, err := copyFile(ctx, f, o.From, o.Progress)
	if err := errors.Join(err, f.Close()); err != nil {
		return f.Name(), err
	}
	if sum != m.SHA256 {
		return f.Name(), fault.New(fault.Conflict, "checksum_mismatch",
			"%s is not the file that its manifest describes: its SHA-256 is %s, not %s; it was changed or damaged, use another backup", o.From, sum, m.SHA256)
	}
	return f.Name(), m.matches(ctx, f.Name())
}

// magic begins every SQLite file.
const magic = "SQLite format 3\x00"

// unused refuses a database that another process has open: leaving the log
// mode needs it alone. A file that is not a database is nobody's, and is not
// even opened as one: SQLite would remove the log beside it.
func unused(ctx context.Context, live string) error {
	head, err := readFile(live, int64(len(magic)))
	if errors.Is(err, fs.ErrNotExist) || err == nil && string(head) != magic {
		return nil
	}
	db, err := sql.Open("sqlite", dsn(live, "mode=rw&_pragma=busy_timeout(0)"))
	if err != nil {
		return err
	}
	defer db.Close()
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code()&0xff == 5 || e.Code()&0xff == 6) || err == nil && mode == "wal" { // SQLITE_BUSY, SQLITE_LOCKED
		return fault.Wrap(err, fault.Conflict, "in_use", "another process uses the database in %s; stop it first", filepath.Dir(live))
	}
	return nil
}

// moveAside renames a database with its log, so that it stays whole.
func moveAside(live, kept string) (string, error) {
	if _, err := os.Lstat(kept); err == nil {
		return "", fault.New(fault.Conflict, "file_exists", "%s exists already; wait a second and try again", kept)
	}
	moved := ""
	for _, part := range parts {
		err := os.Rename(live+part, kept+part)
		if err == nil {
			moved = kept
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fault.Wrap(err, fault.Invalid, "unwritable", "cannot move %s aside: %v", live+part, cause(err))
		}
	}
	return moved, nil
}
