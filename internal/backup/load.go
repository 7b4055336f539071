package backup

import (
	"bufio"
	"bytes"
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
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/store"
)

// maxParameters bounds one statement; both engines take more.
const maxParameters = 1000

// LoadOptions of Load.
type LoadOptions struct {
	From     string // a file that Dump made
	To       store.Options
	Force    bool // a data directory may hold a database, which is moved aside
	Now      func() time.Time
	Progress func(rows int64) // nil for none
}

// Load fills an empty database of either engine with a portable backup: all
// of it, or nothing. It gives the name under which a database that was in the
// data directory is kept.
func Load(ctx context.Context, o LoadOptions) (p *Portable, kept string, err error) {
	f, err := os.Open(o.From)
	if err != nil {
		return nil, "", fault.Wrap(err, fault.NotFound, "no_backup", "cannot read the backup %s: %v", o.From, cause(err))
	}
	defer f.Close()
	r, err := newLineReader(f)
	if err != nil {
		return nil, "", notPortable(o.From, err)
	}
	if p, err = r.head(o.From); err != nil {
		return nil, "", err
	}
	if o.To.URL != "" {
		return p, "", r.fill(ctx, o, p)
	}
	if err := mayFill(o.To.Dir, o.Force); err != nil {
		return nil, "", err
	}
	scratch, err := os.MkdirTemp(o.To.Dir, ".orderly-restore-*")
	if err != nil {
		return nil, "", fault.Wrap(err, fault.Invalid, "unwritable", "cannot write in the data directory %s: %v; choose another with --data", o.To.Dir, cause(err))
	}
	defer os.RemoveAll(scratch)
	target := o.To.Dir
	o.To.Dir = scratch
	if err := r.fill(ctx, o, p); err != nil {
		return nil, "", err
	}
	file := filepath.Join(scratch, store.FileName)
	if _, _, err := hashAndSync(file); err != nil {
		return nil, "", err
	}
	kept, err = install(ctx, file, target, o.Now())
	return p, kept, err
}

// IsPortable tells which form a backup has.
func IsPortable(file string) bool { return strings.HasSuffix(file, portableEnding) }

func notPortable(file string, err error) error {
	return fault.Wrap(err, fault.Invalid, "not_a_backup", "%s is not a portable backup, or it is damaged: %v", file, err)
}

// lineReader gives lines and sums them up.
type lineReader struct {
	in  *bufio.Scanner
	sum hash.Hash
}

func newLineReader(r io.Reader) (*lineReader, error) {
	packed, err := gzip.NewReader(bufio.NewReaderSize(r, 256<<10))
	if err != nil {
		return nil, err
	}
	in := bufio.NewScanner(packed)
	in.Buffer(make([]byte, 64<<10), maxLine)
	return &lineReader{in, sha256.New()}, nil
}

// next is the next line, without summing it up.
func (r *lineReader) next() ([]byte, error) {
	if r.in.Scan() {
		return r.in.Bytes(), nil
	}
	if err := r.in.Err(); err != nil {
		return nil, err
	}
	return nil, io.ErrUnexpectedEOF
}

func (r *lineReader) add(line []byte) {
	r.sum.Write(line)
	r.sum.Write([]byte{'\n'})
}

func (r *lineReader) head(file string) (*Portable, error) {
	line, err := r.next()
	if err != nil {
		return nil, notPortable(file, err)
	}
	r.add(line)
	var p Portable
	if err := json.Unmarshal(line, &p); err != nil || p.Format == 0 {
		return nil, fault.New(fault.Invalid, "not_a_backup", "%s is not a portable backup of Orderly", file)
	}
	if p.Format > portableVersion {
		return nil, fault.New(fault.Invalid, "newer_backup", "the backup was made by a newer build (%s); use that one to restore it", p.Version)
	}
	if p.Schema != store.Version() {
		return nil, fault.New(fault.Invalid, "another_schema",
			"the backup has schema version %d and this build writes %d; restore it with the build that made it (%s), then upgrade", p.Schema, store.Version(), p.Version)
	}
	return &p, nil
}

// fill makes the schema and puts all rows into it, in one transaction.
func (r *lineReader) fill(ctx context.Context, o LoadOptions, p *Portable) error {
	db, err := store.Open(ctx, o.To)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	s, err := openSide(ctx, o.To)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.c.ExecContext(ctx, "BEGIN"); err != nil {
		return s.refused(err)
	}
	if err := r.rows(ctx, s, o, p); err != nil {
		_, _ = s.c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // closing the connection does it as well
		return err
	}
	_, err = s.c.ExecContext(ctx, "COMMIT")
	return err
}

func (r *lineReader) rows(ctx context.Context, s *side, o LoadOptions, p *Portable) error {
	_, there, err := contents(ctx, s.c, s.engine, s.name)
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fault.New(fault.Conflict, "not_empty", "%s holds a shop already; a portable backup is restored into an empty database", s.name)
	}
	list, err := s.tables(ctx)
	if err != nil {
		return err
	}
	known := map[string]table{}
	for _, t := range list {
		known[t.name] = t
	}
	into, counts := (*inserter)(nil), map[string]int64{}
	for {
		line, err := r.next()
		if err != nil {
			return notPortable(o.From, err)
		}
		switch {
		case line[0] == '[':
			if into == nil {
				return notPortable(o.From, errors.New("a row stands before any table"))
			}
			if err := into.add(ctx, line); err != nil {
				return fmt.Errorf("table %s: %w", into.table.name, err)
			}
			counts[into.table.name]++
			if p.Rows++; o.Progress != nil && p.Rows%1000 == 0 {
				o.Progress(p.Rows)
			}
		case bytes.HasPrefix(line, []byte(`{"end"`)):
			if err := into.end(ctx); err != nil {
				return err
			}
			return r.end(ctx, s, o.From, line, counts, p)
		default:
			if err := into.end(ctx); err != nil {
				return err
			}
			if into, err = newInserter(s, known, line); err != nil {
				return notPortable(o.From, err)
			}
			counts[into.table.name] = 0
		}
		r.add(line)
	}
}

// end compares what was read and what is there now with the last line.
func (r *lineReader) end(ctx context.Context, s *side, file string, line []byte, counts map[string]int64, p *Portable) error {
	var tail tailLine
	if err := json.Unmarshal(line, &tail); err != nil {
		return notPortable(file, err)
	}
	if sum := hex.EncodeToString(r.sum.Sum(nil)); sum != tail.SHA256 {
		return fault.New(fault.Conflict, "checksum_mismatch", "%s was changed or damaged: its SHA-256 is %s, not %s; use another backup", file, sum, tail.SHA256)
	}
	if !maps.Equal(counts, tail.Rows) {
		return fault.New(fault.Conflict, "anchor_mismatch", "%s lacks rows of some table, or has too many", file)
	}
	_, there, err := contents(ctx, s.c, s.engine, s.name)
	if err != nil {
		return err
	}
	if !slices.Equal(there, tail.Merchants) {
		return fault.New(fault.Conflict, "anchor_mismatch", "the restored database holds %s where %s were expected", told(p.Schema, there), told(p.Schema, tail.Merchants))
	}
	p.Merchants = there
	return nil
}

// inserter puts rows into one table, many at a time.
type inserter struct {
	s      *side
	table  table
	height int       // rows of a full statement
	full   *sql.Stmt // prepared when the first is due
	args   []any
}

func newInserter(s *side, known map[string]table, line []byte) (*inserter, error) {
	var t tableLine
	if err := json.Unmarshal(line, &t); err != nil {
		return nil, err
	}
	here, ok := known[t.Table]
	if !ok || !slices.Equal(t.Columns, here.columns) {
		return nil, fmt.Errorf("the table %q is not as this schema has it", t.Table)
	}
	return &inserter{s: s, table: here, height: max(1, maxParameters/len(here.columns))}, nil
}

func (x *inserter) add(ctx context.Context, line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil {
		return err
	}
	if len(values) != len(x.table.columns) {
		return fmt.Errorf("a row has %d columns, not %d", len(values), len(x.table.columns))
	}
	for i, v := range values {
		var err error
		switch v := v.(type) {
		case nil:
		case json.Number:
			values[i], err = v.Int64()
		case string:
			if x.table.binary[i] {
				values[i], err = base64.StdEncoding.DecodeString(v)
			}
		default:
			err = fmt.Errorf("a column holds a %T", v)
		}
		if err != nil {
			return err
		}
	}
	x.args = append(x.args, values...)
	if len(x.args) == x.height*len(x.table.columns) {
		return x.flush(ctx)
	}
	return nil
}

// flush writes what was gathered; a nil inserter has nothing.
func (x *inserter) flush(ctx context.Context) (err error) {
	if x == nil || len(x.args) == 0 {
		return nil
	}
	if n := len(x.args) / len(x.table.columns); n < x.height {
		_, err = x.s.c.ExecContext(ctx, x.statement(n), x.args...)
	} else {
		if x.full == nil {
			x.full, err = x.s.c.PrepareContext(ctx, x.statement(n))
		}
		if err == nil {
			_, err = x.full.ExecContext(ctx, x.args...)
		}
	}
	x.args = x.args[:0]
	return err
}

// end writes the rest and lets go of the statement.
func (x *inserter) end(ctx context.Context) error {
	if x == nil {
		return nil
	}
	err := x.flush(ctx)
	if x.full != nil {
		err = errors.Join(err, x.full.Close())
	}
	return err
}

func (x *inserter) statement(height int) string {
	width := len(x.table.columns)
	rows := make([]string, height)
	for i := range rows {
		rows[i] = "(" + x.parameters(i*width+1, width) + ")"
	}
	return "INSERT INTO " + quoted(x.table.name) + " (" + x.table.list() + ") VALUES " + strings.Join(rows, ",")
}

// parameters are anonymous for SQLite, whose driver looks numbered ones up by name.
func (x *inserter) parameters(first, n int) string {
	if x.s.engine == store.SQLite {
		return strings.TrimSuffix(strings.Repeat("?,", n), ",")
	}
	return store.Params(first, n)
}
