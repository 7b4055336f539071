// Package store remembers: the database, transactions, readers, the dialects
// and the migrations. The packages below it hold the SQL, one package a noun.
//
// What belongs here: everything that knows which engine is beneath. What does
// not: any rule of the business; the store keeps what nouns decided.
//
// SQL is written once, with $N, for SQLite and PostgreSQL. No statement uses a
// clock, random, sequence or default function of the engine: times and ids are
// bound, so that a test can repeat them and a sharded PostgreSQL can run them.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/ident"
)

// applicationID marks our SQLite files: "ORLY".
const applicationID = 0x4f524c59

// FileName is the database's name in the data directory.
const FileName = "orderly.db"

// Options say where the database is. Exactly one of Dir and URL is set.
type Options struct {
	Dir string           // SQLite: directory of the database file, made when absent
	URL string           // PostgreSQL: postgres://…
	Now func() time.Time // the clock; time.Now when nil

	Readers int // connections for reading; 0 means 4
	Writers int // connections for writing on PostgreSQL; 0 means 8; SQLite has one

	// Seen is told every text once for each connection that runs it, for a test
	// that looks at plans. It is called by any goroutine.
	Seen   func(text string)
	Limits Limits

	// Plant is a fault on purpose; see there.
	Plant Plant

	// Unsafe lowers durability. Only a test that shows that a checker finds
	// the loss sets it.
	Unsafe bool
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	// Shared is what those above remember of this database for a moment, each
	// under a key type of its own.
	Shared sync.Map

	engine Engine
	path   string
	sql    []*sql.DB
	write  *pool
	read   *pool
	now    func() time.Time
	limits Limits
	plant  Plant
	lease  *lease
	failed atomic.Bool

	growth      *growth // PostgreSQL only
	distributed bool    // over several machines, by Citus, when it was opened
}

// Open opens the database, brings its schema up to date and leases a part of
// the id space. It refuses in one sentence what it cannot safely use.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Seen == nil {
		o.Seen = func(string) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers == 0 {
		o.Readers = 4
	}
	if o.Writers == 0 {
		o.Writers = 8
	}
	db := &DB{now: o.Now, limits: o.Limits.orUsual(), plant: o.Plant}
	var err error
	if o.URL != "" {
		err = db.openPostgres(ctx, o)
	} else {
		err = db.openSQLite(ctx, o)
	}
	if err == nil {
		err = db.selfCheck(ctx)
	}
	if err == nil {
		err = db.migrate(ctx)
	}
	if err == nil {
		db.lease, err = db.leaseSlot(ctx)
	}
	if err == nil && db.engine == Postgres {
		db.growth = watchGrowth(db.sql[0], db.distributed)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func (db *DB) openSQLite(ctx context.Context, o Options) error {
	db.engine = SQLite
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Invalid, "unwritable", "cannot make the data directory %s: %v; choose another with --data", o.Dir, rootCause(err))
	}
	if err := writable(o.Dir); err != nil {
		return fault.Wrap(err, fault.Invalid, "unwritable", "cannot write in the data directory %s: %v; mend its permissions or choose another with --data", o.Dir, rootCause(err))
	}
	db.path = filepath.Join(o.Dir, FileName)
	sync := "FULL"
	if o.Unsafe {
		sync = "NORMAL"
	}
	// As durable as fsync, without a commit of the file's times, for which an
	// ext4 writes its own log too. Where a system has no such call, fsync stays.
	_, _ = sqlite.Fdatasync(true)
	// A checkpoint after 16 MB of log and not after 4 writes the pages that
	// every commit touches a quarter as often; reading 16 MB back after a crash
	// takes some 50 ms.
	dsn := func(cacheKB int) string {
		return fmt.Sprintf("file:%s?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(%s)&_pragma=foreign_keys(1)&_pragma=cache_size(-%d)&_pragma=temp_store(2)&_pragma=journal_size_limit(67108864)&_pragma=wal_autocheckpoint(4000)",
			strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(db.path), busyTimeout.Milliseconds(), sync, cacheKB)
	}
	writer, err := sql.Open("sqlite", dsn(32_000))
	if err != nil {
		return err
	}
	reader, err := sql.Open("sqlite", dsn(8_000))
	if err != nil {
		return err
	}
	db.sql = []*sql.DB{writer, reader}
	db.write, db.read = newPool(writer, SQLite, 1, o.Seen), newPool(reader, SQLite, o.Readers, o.Seen)
	return db.checkFile(ctx)
}

// checkFile refuses a file that is not a database, or is somebody else's, and
// an engine with the WAL-reset fault that SQLite mended in 3.51.3.
func (db *DB) checkFile(ctx context.Context) error {
	c, err := db.write.take(ctx)
	if err != nil {
		return db.notOurs(err)
	}
	defer db.write.give(c, false)
	var version string
	var id, tables int64
	err = c.c.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version)
	if err == nil {
		err = c.c.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	}
	if err == nil {
		err = c.c.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables)
	}
	switch {
	case err != nil:
		return db.notOurs(err)
	case olderThan(version, 3, 51, 3):
		return fault.New(fault.Invalid, "affected_engine", "this build holds SQLite %s, which can corrupt a database (mended in 3.51.3); use a newer build", version)
	case id == 0 && tables == 0:
		return c.raw(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	case id != applicationID:
		return fault.New(fault.Invalid, "not_our_database", "%s is a database of another program; choose another directory with --data", db.path)
	}
	return nil
}

func (db *DB) notOurs(err error) error {
	switch sqliteCode(err) {
	case sqliteNotADB:
		return fault.Wrap(err, fault.Invalid, "not_a_database", "%s is not a database file; choose another directory with --data", db.path)
	case sqliteCantOpen, sqliteReadonly:
		return fault.Wrap(err, fault.Invalid, "unwritable", "cannot open %s for writing; mend its permissions or choose another directory with --data", db.path)
	}
	return fmt.Errorf("open %s: %w", db.path, classify(err))
}

func olderThan(version string, want ...int) bool {
	for i, part := range strings.SplitN(version, ".", 3) {
		n := 0
		fmt.Sscanf(part, "%d", &n)
		if n != want[i] {
			return n < want[i]
		}
	}
	return false
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".write-check-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func rootCause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	db.engine = Postgres
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "invalid_url", "--database-url is not a PostgreSQL address; write postgres://user@host:5432/name")
	}
	ms := func(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }
	cfg.RuntimeParams["statement_timeout"] = ms(db.limits.Statement)
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = ms(db.limits.Idle)
	cfg.RuntimeParams["tcp_user_timeout"] = ms(tcpTimeout)
	cfg.RuntimeParams["timezone"] = "UTC"
	// To compile a statement takes a tenth of a second and more, for each
	// connection anew, where carrying it out takes a millisecond.
	cfg.RuntimeParams["jit"] = "off"
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	if o.Unsafe {
		cfg.RuntimeParams["synchronous_commit"] = "off"
	}
	// A standby, or a primary that has become one, is refused: with several
	// hosts in the address the next one is tried.
	if cfg.ValidateConnect == nil {
		cfg.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	cfg.OnNotice = noteWarning
	if err := lookAt(ctx, cfg); err != nil {
		return err
	}
	pg := stdlib.OpenDB(*cfg)
	db.sql = []*sql.DB{pg}
	db.write, db.read = newPool(pg, Postgres, o.Writers, o.Seen), newPool(pg, Postgres, o.Readers, o.Seen)
	return nil
}

// lookAt refuses a server that is away or too old, and has it plan statements
// as it can.
func lookAt(ctx context.Context, cfg *pgx.ConnConfig) error {
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "database_away", "cannot reach PostgreSQL: %s", lastLine(err))
	}
	defer c.Close(context.WithoutCancel(ctx))
	var version int
	var citus bool
	err = c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')").Scan(&version, &citus)
	switch {
	case err != nil:
		return fault.Wrap(err, fault.Unavailable, "database_away", "cannot ask PostgreSQL for its version: %s", lastLine(err))
	case version < 140000:
		return fault.New(fault.Invalid, "old_postgres", "PostgreSQL %d is too old; use 14 or newer", version/10000)
	case citus:
		// Which shard a statement goes to is in its values: without them Citus
		// plans hardly any, and counts on being asked again with them.
		cfg.RuntimeParams["plan_cache_mode"] = "auto"
	default:
		// Statements here need no other plan for other values, and the test of
		// plans reads them so. Left to choose, the server may plan a list of ids
		// anew each time, and to plan it takes longer than to carry it out.
		cfg.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	}
	return nil
}

// lastLine is what a driver's report of several lines ends with: the cause.
func lastLine(err error) string {
	text := strings.TrimSpace(err.Error())
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// selfCheck shows that arguments reach their numbers: a driver that binds by
// order of appearance would swap columns without an error.
func (db *DB) selfCheck(ctx context.Context) error {
	return db.system(ctx, func(r *Reader) error {
		var b, a int64
		if err := r.Row("SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT)", int64(1), int64(2)).Scan(&b, &a); err != nil {
			return err
		}
		if a != 1 || b != 2 {
			return fmt.Errorf("the database driver swaps numbered parameters: refusing to start")
		}
		return nil
	})
}

// Close gives the id space back and closes every connection.
func (db *DB) Close() error {
	if db.growth != nil {
		db.growth.end()
	}
	if db.lease != nil {
		db.lease.end()
	}
	for _, p := range []*pool{db.write, db.read} {
		if p != nil {
			p.close()
		}
	}
	var errs []error
	for _, s := range db.sql {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// Engine tells which database is beneath.
func (db *DB) Engine() Engine { return db.engine }

// Path is the SQLite file's path, empty on PostgreSQL.
func (db *DB) Path() string { return db.path }

// Now is the clock in microseconds, UTC.
func (db *DB) Now() int64 { return db.now().UnixMicro() }

// IDs is the source of new ids of this process.
func (db *DB) IDs() *ident.Source { return db.lease.held.Load().ids }

// Read runs f on one consistent snapshot. No read takes longer than
// ReadTimeout; exports and checks page by key instead.
func (db *DB) Read(ctx context.Context, scope access.Scope, f func(*Reader) error) error {
	if scope.Merchant == 0 {
		return scope.Require("")
	}
	return db.reading(ctx, scope, patience, f)
}

// system reads across merchants, for what the store itself must know.
func (db *DB) system(ctx context.Context, f func(*Reader) error) error {
	return db.reading(ctx, access.Scope{}, patience, f)
}

func (db *DB) reading(ctx context.Context, scope access.Scope, patience time.Duration, f func(*Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, ReadTimeout)
	defer cancel()
	begin := "BEGIN"
	if db.engine == Postgres {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	c, err := db.read.begin(ctx, begin, patience)
	if err != nil {
		return classify(err)
	}
	err = f(&Reader{c: c, ctx: ctx, Scope: scope, M: scope.Merchant})
	if end := c.rollback(); end != nil {
		db.read.give(c, true)
		return classify(errors.Join(err, end))
	}
	db.read.give(c, Lost(err))
	return classify(err)
}

// Ping is nil when the database answers, and does not wait for one that does
// not. It asks for a slot, of which this process has one, and no merchant's row:
// where merchants are spread over machines, one that is away must not take the
// others' orders with it.
func (db *DB) Ping(ctx context.Context) error {
	return db.reading(ctx, access.Scope{}, 0, func(r *Reader) error {
		var n int64
		return r.Row("SELECT slot FROM node_slot ORDER BY slot LIMIT 1").Scan(&n)
	})
}

// Lookup reads without a scope, for the few questions whose answer is one:
// whose key is this, which merchants are there. Only packages below store call
// it.
func (db *DB) Lookup(ctx context.Context, f func(*Reader) error) error { return db.system(ctx, f) }

// Analyze refreshes what PostgreSQL knows of the tables' sizes. It plans by
// that and keeps a plan until it changes: after a bulk load, and before
// autovacuum has looked, plans are those of an empty table. On SQLite it does
// nothing, since the plans there are fixed (see stats).
func (db *DB) Analyze(ctx context.Context) error {
	if db.engine == SQLite {
		return nil
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return classify(err)
	}
	_, err = c.c.ExecContext(ctx, "ANALYZE")
	db.write.give(c, Lost(err))
	return classify(err)
}
