package backup

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	sqlite "modernc.org/sqlite"

	"orderly/internal/fault"
	"orderly/internal/store"
)

const (
	formatVersion    = 1
	applicationID    = 0x4f524c59 // by which the store marks its files
	maxManifestBytes = 16 << 20
)

// Manifest says what is in a backup. It stands beside the file as JSON.
type Manifest struct {
	Format    int       `json:"orderly_backup"` // of this manifest
	Version   string    `json:"version"`        // of the program that made it
	Schema    int64     `json:"schema_version"`
	TakenAt   time.Time `json:"taken_at"`
	Bytes     int64     `json:"bytes"`
	SHA256    string    `json:"sha256"`
	Merchants []Anchor  `json:"merchants"`
}

// Anchor is how far one merchant's books had come. Orders taken later are
// not in the backup; everything up to here must be.
type Anchor struct {
	Merchant int64 `json:"merchant"`
	EntrySeq int64 `json:"entry_seq"` // as the lock row counts it
	Head     int64 `json:"journal_head"`
	OrderNo  int64 `json:"order_no"`
	Orders   int64 `json:"orders"`
}

// Orders is the number of orders of all merchants.
func (m *Manifest) Orders() int64 {
	n := int64(0)
	for _, a := range m.Merchants {
		n += a.Orders
	}
	return n
}

// querier is what contents asks: a connection or a database.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// contents reads what a manifest says of a database, and refuses one that is
// not Orderly's or that this build is too old for.
func contents(ctx context.Context, q querier, engine store.Engine, path string) (schema int64, list []Anchor, err error) {
	if engine == store.SQLite {
		if err := ours(ctx, q, path); err != nil {
			return 0, nil, err
		}
	}
	if err := q.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&schema); err != nil {
		return 0, nil, unreadable(path, err)
	}
	if err := newer(schema); err != nil {
		return 0, nil, err
	}
	if list, err = anchors(ctx, q); err != nil {
		return 0, nil, unreadable(path, err)
	}
	return schema, list, nil
}

// anchors reads the lock rows, and then what each merchant has: a question
// about one merchant is one that a sharded database answers too.
func anchors(ctx context.Context, q querier) ([]Anchor, error) {
	rows, err := q.QueryContext(ctx, "SELECT m, entry_seq, order_no FROM merchant_seq ORDER BY m")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Anchor
	for rows.Next() {
		var a Anchor
		if err := rows.Scan(&a.Merchant, &a.EntrySeq, &a.OrderNo); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range list {
		a := &list[i]
		err := q.QueryRowContext(ctx, fmt.Sprintf("SELECT coalesce(max(seq), 0) FROM entry WHERE m = %d", a.Merchant)).Scan(&a.Head)
		if err == nil {
			err = q.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM orders WHERE m = %d", a.Merchant)).Scan(&a.Orders)
		}
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func ours(ctx context.Context, q querier, path string) error {
	var id int64
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return unreadable(path, err)
	}
	if id != applicationID {
		return fault.New(fault.Invalid, "not_our_database", "%s is a database of another program", path)
	}
	return nil
}

func newer(schema int64) error {
	if schema <= store.Version() {
		return nil
	}
	return fault.New(fault.Invalid, "newer_schema", "the backup has schema version %d and this build knows %d; use the newer build", schema, store.Version())
}

// unreadable tells a file that is not a database from one that cannot be read.
func unreadable(path string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == 26 { // SQLITE_NOTADB
		return fault.Wrap(err, fault.Invalid, "not_a_database", "%s is not a database file", path)
	}
	return fault.Wrap(err, fault.Invalid, "unreadable", "cannot read the database %s: %v", path, err)
}

// matches checks a copy that nobody else has open: whole by SQLite's own
// check, and holding what the manifest says.
func (m *Manifest) matches(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "mode=ro&immutable=1&_pragma=cache_size(-64000)"))
	if err != nil {
		return err
	}
	defer db.Close()
	schema, list, err := contents(ctx, db, store.SQLite, path)
	if err != nil {
		return err
	}
	if schema != m.Schema || !slices.Equal(list, m.Merchants) {
		return fault.New(fault.Conflict, "anchor_mismatch", "the copy holds %s where %s were expected; it is not the backup that the manifest describes",
			told(schema, list), told(m.Schema, m.Merchants))
	}
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&answer); err != nil {
		return unreadable(path, err)
	}
	if answer != "ok" {
		return fault.New(fault.Conflict, "damaged", "the database is damaged: %s", answer)
	}
	return nil
}

func told(schema int64, list []Anchor) string {
	orders, entries := int64(0), int64(0)
	for _, a := range list {
		orders += a.Orders
		entries += a.Head
	}
	return fmt.Sprintf("schema %d, %d orders and %d journal entries", schema, orders, entries)
}

// Read reads the manifest beside a backup.
func Read(file string) (Manifest, error) {
	var m Manifest
	if _, err := os.Stat(file); err != nil {
		return m, fault.Wrap(err, fault.NotFound, "no_backup", "cannot read the backup %s: %v", file, cause(err))
	}
	text, err := readFile(manifestOf(file), maxManifestBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fault.Wrap(err, fault.NotFound, "no_manifest",
			"%s has no manifest: %s is missing, and without it nothing says that the file is whole; copy both files of a backup together", file, manifestOf(file))
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Format == 0 {
		return m, fault.New(fault.Invalid, "not_a_manifest", "%s is not the manifest of an Orderly backup", manifestOf(file))
	}
	if m.Format > formatVersion {
		return m, fault.New(fault.Invalid, "newer_backup", "the backup was made by a newer build (%s); use that one to restore it", m.Version)
	}
	return m, newer(m.Schema)
}
