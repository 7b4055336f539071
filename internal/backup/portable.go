package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/store"
)

// The portable form is gzip of lines of JSON: a head, then for each table its
// name and columns and a row a line, then a tail with counts, anchors and the
// SHA-256 of all lines before it.
const (
	portableVersion = 1
	portableEnding  = ".ndjson.gz"
	maxLine         = 16 << 20 // of JSON; a row is far below
)

// Portable says what is in a portable backup.
type Portable struct {
	Format  int          `json:"orderly_portable,omitempty"`
	Version string       `json:"version"`
	Schema  int64        `json:"schema_version"`
	Engine  store.Engine `json:"engine"`
	TakenAt time.Time    `json:"taken_at"`

	Rows      int64    `json:"-"`
	Merchants []Anchor `json:"-"`
}

// Orders is the number of orders of all merchants.
func (p *Portable) Orders() int64 { return (&Manifest{Merchants: p.Merchants}).Orders() }

type tableLine struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type tailLine struct {
	End       bool             `json:"end"`
	Rows      map[string]int64 `json:"rows"`
	Merchants []Anchor         `json:"merchants"`
	SHA256    string           `json:"sha256"`
}

// DumpOptions of Dump.
type DumpOptions struct {
	From     store.Options
	To       string // file to make, or a directory
	Version  string // of this program
	Now      func() time.Time
	Progress func(rows int64) // nil for none
}

// Dump writes every row of a database, of one snapshot, to a new file. What a
// running process keeps for itself (leases) is left out.
func Dump(ctx context.Context, o DumpOptions) (file string, p *Portable, err error) {
	to, err := target(o.To, portableEnding, o.Now())
	if err != nil {
		return "", nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".orderly-backup-*")
	if err != nil {
		return "", nil, fault.Wrap(err, fault.Invalid, "unwritable", "cannot write in %s: %v; name another place with --to", filepath.Dir(to), cause(err))
	}
	defer os.Remove(f.Name()) // gone already when all went well
	p = &Portable{Format: portableVersion, Version: o.Version, TakenAt: o.Now().UTC().Truncate(time.Millisecond)}
	err = dump(ctx, o, p, f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", nil, err
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return "", nil, err
	}
	return to, p, syncDir(filepath.Dir(to))
}

// lineWriter writes lines and their checksum.
type lineWriter struct {
	out  *bufio.Writer
	sum  hash.Hash
	line []byte
}

func (w *lineWriter) write(line []byte) error {
	w.sum.Write(line)
	_, err := w.out.Write(line)
	return err
}

func (w *lineWriter) json(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.write(append(b, '\n'))
}

func dump(ctx context.Context, o DumpOptions, p *Portable, to io.Writer) error {
	s, err := openSide(ctx, o.From)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.alone(ctx, o.Now); err != nil {
		return err
	}
	if err := s.snapshot(ctx); err != nil {
		return err
	}
	p.Engine = s.engine
	if p.Schema, p.Merchants, err = contents(ctx, s.c, s.engine, s.name); err != nil {
		return err
	}
	packed := gzip.NewWriter(to)
	w := &lineWriter{out: bufio.NewWriterSize(packed, 256<<10), sum: sha256.New()}
	if err := w.json(p); err != nil {
		return err
	}
	tables, err := s.tables(ctx)
	if err != nil {
		return err
	}
	tail := tailLine{End: true, Rows: map[string]int64{}, Merchants: p.Merchants}
	for _, t := range tables {
		if err := w.json(tableLine{t.name, t.columns}); err != nil {
			return err
		}
		n, err := w.table(ctx, s, t, func() {
			if p.Rows++; o.Progress != nil && p.Rows%1000 == 0 {
				o.Progress(p.Rows)
			}
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
		tail.Rows[t.name] = n
	}
	tail.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return errors.Join(w.json(tail), w.out.Flush(), packed.Close())
}

// table writes the rows of one table.
func (w *lineWriter) table(ctx context.Context, s *side, t table, each func()) (n int64, err error) {
	rows, err := s.c.QueryContext(ctx, "SELECT "+t.list()+" FROM "+quoted(t.name))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		if w.line, err = appendRow(w.line[:0], values); err != nil {
			return n, err
		}
		if err := w.write(w.line); err != nil {
			return n, err
		}
		n++
		each()
	}
	return n, rows.Err()
}

// appendRow writes a row as a JSON array of numbers, texts and nulls. Bytes are
// base64; whether a column holds bytes, the schema knows.
func appendRow(b []byte, values []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := v.(type) {
		case nil:
			b = append(b, "null"...)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case string:
			if !utf8.ValidString(v) {
				return nil, fmt.Errorf("a column holds text that is not UTF-8: %.40q", v)
			}
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			b = append(b, text...)
		case []byte:
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, v)
			b = append(b, '"')
		default:
			return nil, fmt.Errorf("a column holds a %T, which has no portable form", v)
		}
	}
	return append(b, "]\n"...), nil
}

// side is one database that rows are taken from or put into, by a connection
// of its own: the store's bounds on statements are made for short work.
type side struct {
	engine store.Engine
	name   string // for messages, without secrets
	db     *sql.DB
	c      *sql.Conn
}

func openSide(ctx context.Context, o store.Options) (*side, error) {
	s := &side{engine: store.Postgres, name: "the PostgreSQL database"}
	driver, address := "pgx", o.URL
	if o.URL == "" {
		s.engine, s.name = store.SQLite, filepath.Join(o.Dir, store.FileName)
		if _, err := os.Stat(s.name); err != nil {
			return nil, fault.Wrap(err, fault.NotFound, "no_database", "there is no database at %s; name its directory with --data", s.name)
		}
		driver, address = "sqlite", dsn(s.name, "mode=rw&_pragma=busy_timeout(10000)&_pragma=cache_size(-64000)")
	}
	var err error
	if s.db, err = sql.Open(driver, address); err != nil {
		return nil, err
	}
	if s.c, err = s.db.Conn(ctx); err != nil {
		s.db.Close()
		return nil, s.refused(err)
	}
	return s, nil
}

func (s *side) refused(err error) error {
	if s.engine == store.Postgres {
		return fault.Wrap(err, fault.Unavailable, "database_away", "cannot use PostgreSQL: %v", err)
	}
	return unreadable(s.name, err)
}

func (s *side) close() {
	s.c.Close()
	s.db.Close()
}

// snapshot begins a transaction that sees one state and ends with the
// connection.
func (s *side) snapshot(ctx context.Context) error {
	begin := "BEGIN"
	if s.engine == store.Postgres {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	if _, err := s.c.ExecContext(ctx, begin); err != nil {
		return s.refused(err)
	}
	return nil
}

// alone holds nodes off a distributed database for as long as the connection
// lives: the machines that its shards lie on share no snapshot, so nobody may
// write. A node joins under this lock, and one that is there has a slot. It
// comes before the snapshot, which would not see a node that joins between.
func (s *side) alone(ctx context.Context, now func() time.Time) error {
	if s.engine != store.Postgres {
		return nil
	}
	var spread bool
	if err := s.c.QueryRowContext(ctx, "SELECT to_regclass('pg_dist_partition') IS NOT NULL").Scan(&spread); err != nil || !spread {
		return err
	}
	if _, err := s.c.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_lock(%d)", store.JoinLock)); err != nil {
		return err
	}
	var nodes int64
	err := s.c.QueryRowContext(ctx, "SELECT count(*) FROM node_slot WHERE expires_at > $1", now().UnixMicro()).Scan(&nodes)
	if err == nil && nodes > 0 {
		err = fault.New(fault.Conflict, "in_use", "%d processes use this distributed database, whose machines share no snapshot; stop them for a portable backup, or back up the machines themselves", nodes)
	}
	return err
}
