package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	sqlite "modernc.org/sqlite"

	"orderly/internal/fault"
)

// ErrIO says that the disk failed under the database. What is in memory and
// what is on disk may differ from here on, so the process must stop; the next
// start recovers from the log.
var ErrIO = errors.New("the database file could not be written or read; stopping so that nothing unsafe is served")

// ErrUnknownCommit says that the connection was lost while COMMIT was under
// way: the transaction is either whole or absent.
var ErrUnknownCommit = errors.New("the connection was lost during commit")

// ErrNotBegun says that a transaction could not even begin: the database is away,
// and was waited for.
var ErrNotBegun = errors.New("the transaction could not begin")

// SQLite's primary result codes that matter here (sqlite.org/rescode.html).
const (
	sqliteBusy     = 5
	sqliteReadonly = 8
	sqliteIOErr    = 10
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteNotADB   = 26
)

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// classify turns an engine's error into a fault where a caller can do
// something about it, and marks disk failures.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	switch sqliteCode(err) {
	case sqliteFull:
		return fault.Wrap(err, fault.Unavailable, "disk_full", "the disk is full; nothing was changed: free space and try again")
	case sqliteBusy:
		return fault.Wrap(err, fault.Unavailable, "busy", "another process holds the database; nothing was changed: try again")
	case sqliteReadonly:
		return fault.Wrap(err, fault.Unavailable, "read_only", "the database file is read-only; nothing was changed")
	case sqliteIOErr, sqliteCorrupt:
		return errors.Join(ErrIO, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "53100":
			return fault.Wrap(err, fault.Unavailable, "disk_full", "the database's disk is full; nothing was changed")
		case pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03" || pg.Code == "57014" || strings.HasPrefix(pg.Code, "53"):
			return fault.Wrap(err, fault.Unavailable, "busy", "the database is busy; nothing was changed: try again")
		}
	}
	if Lost(err) {
		return fault.Wrap(err, fault.Unavailable, "database_away", "the database cannot be reached; try again")
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fault.Wrap(err, fault.Unavailable, "timeout", "the database took too long; try again")
	}
	return err
}

// written classifies the error of a write. When the disk has failed under one,
// no later transaction begins: what the kernel drops after a failed sync is
// never told again, so that the next sync may succeed and prove nothing.
func (db *DB) written(err error) error {
	err = classify(err)
	if errors.Is(err, ErrIO) && db.plant != PlantGoOn {
		db.failed.Store(true)
	}
	return err
}

// Lost reports whether the error means that the connection is gone or of no use:
// the server ended it, as it does when it stops (57P01), starts (57P03) or when
// this node was frozen in a transaction (25P03), the network did, or the server
// is no longer the one that takes writes (25006).
func Lost(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "25006" || pg.Code == "25P03" || pg.Code == "25P04" || strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "08")
	}
	var op *net.OpError
	var connect *pgconn.ConnectError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &op) || errors.As(err, &connect) ||
		errors.Is(err, net.ErrClosed) || (err != nil && strings.Contains(err.Error(), "conn closed"))
}

// Duplicate reports whether a unique key refused the write.
func Duplicate(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() == 2067 || e.Code() == 1555
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}
