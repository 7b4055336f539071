package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"orderly/internal/fault"
)

// Sharding by Citus, an extension of PostgreSQL: every table whose key leads
// with m is cut into shards by m, and the shards of one merchant lie on one
// machine. A statement that binds m goes there as it is, and a transaction of
// one merchant commits there alone.

// anchorTable is the one whose shards the others lie beside: a merchant's lock.
const anchorTable = "merchant_seq"

// stayLocal are our tables without a merchant, and why each stays an ordinary
// table of the coordinator, to which every process connects. As reference
// tables they would be copied to every machine, each write by two-phase commit.
var stayLocal = map[string]string{
	"node_slot":      "every process writes it each ten seconds, and no machine but the coordinator reads it",
	"schema_version": "migrations alone write it, and they run at the coordinator",
}

// oldestCitus is the first release line whose workers surely begin their
// transactions as the coordinator's was: before 11.2 a repeatable read was none.
var oldestCitus = []int{12, 0}

// Placed is a table and how it came to be distributed.
type Placed struct {
	Table   string
	Already bool
}

// placement is what Citus knows of one of our tables.
type placement struct {
	table  string
	keyed  bool   // its key leads with m
	method string // "h" by hash, "" none at all
	column string
	group  int64 // tables of one group lie together
	local  int64 // bytes at the coordinator
}

// Distribute spreads the tables by merchant, those that are not yet; it is the
// whole step or nothing. It waits for nobody: other processes must have ended,
// because it moves every row.
func (db *DB) Distribute(ctx context.Context) ([]Placed, error) {
	if db.engine != Postgres {
		return nil, ErrOneFile
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return nil, classify(err)
	}
	broken := true
	defer func() { db.write.give(c, broken) }()
	var out []Placed
	err = c.inTransaction(ctx, func() error {
		err := db.mayDistribute(ctx, c)
		if err == nil {
			err = c.shaping(ctx)
		}
		if err == nil {
			out, err = c.distribute(ctx)
		}
		return err
	})
	if err == nil {
		err = c.emptyCoordinator(ctx)
	}
	broken = err != nil
	return out, citusFault(err)
}

// ErrOneFile refuses to distribute the embedded database.
var ErrOneFile = fault.New(fault.Invalid, "not_postgres", "only PostgreSQL with the Citus extension can be distributed; the embedded database is one file")

func (c *conn) inTransaction(ctx context.Context, f func() error) error {
	if err := c.raw(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := f(); err != nil {
		return errors.Join(err, c.raw(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	return c.raw(ctx, "COMMIT")
}

// mayDistribute refuses where distributing cannot work or would hurt. It holds
// the locks of migrating and of joining until the transaction ends.
func (db *DB) mayDistribute(ctx context.Context, c *conn) error {
	version, err := c.citus(ctx)
	switch {
	case err != nil:
		return err
	case version == "":
		return fault.New(fault.Invalid, "no_citus", "this database has no Citus extension; install it on every machine and run CREATE EXTENSION citus, or go on with plain PostgreSQL")
	case olderThan(version+".0", oldestCitus...):
		return fault.New(fault.Invalid, "old_citus", "Citus %s is too old; use %d or newer", version, oldestCitus[0])
	}
	for _, n := range []int64{migrateLock, JoinLock} {
		if _, err := c.c.ExecContext(ctx, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", n)); err != nil {
			return err
		}
	}
	var machines, others int64
	if err := c.c.QueryRowContext(ctx, "SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'").Scan(&machines); err != nil {
		return err
	}
	if machines == 0 {
		return fault.New(fault.Invalid, "no_workers", "Citus has no machine for shards yet; add some with SELECT citus_add_node('host', 5432)")
	}
	err = c.c.QueryRowContext(ctx, "SELECT count(*) FROM node_slot WHERE expires_at > $1 AND owner <> $2", db.Now(), db.lease.owner).Scan(&others)
	if err == nil && others > 0 {
		err = fault.New(fault.Conflict, "in_use", "%d other processes use this database; stop them first, because every row is moved (one that crashed counts for %s)", others, db.limits.Lease)
	}
	return err
}

// citus is the extension's version, "" where there is none.
func (c *conn) citus(ctx context.Context) (version string, err error) {
	err = c.c.QueryRowContext(ctx, "SELECT coalesce(max(extversion), '') FROM pg_extension WHERE extname = 'citus'").Scan(&version)
	version, _, _ = strings.Cut(version, "-") // 13.0-1
	return version, err
}

// distributeNew learns whether the tables are distributed, and if they are
// distributes those that migrations have just added.
func (db *DB) distributeNew(ctx context.Context, c *conn) error {
	if db.engine != Postgres {
		return nil
	}
	if version, err := c.citus(ctx); err != nil || version == "" {
		return err
	}
	list, err := c.placements(ctx)
	db.distributed = slices.ContainsFunc(list, func(p placement) bool { return p.table == anchorTable && p.method != "" })
	if err == nil && db.distributed {
		_, err = c.distribute(ctx)
	}
	return citusFault(err)
}

// shaping prepares a transaction that changes the shape of tables. Citus wants
// it to go through one shard after another when it changes several; PostgreSQL
// without Citus lets the word stand. And rows are moved, or an index is built,
// for longer than a statement of ours may take.
func (c *conn) shaping(ctx context.Context) error {
	if c.engine != Postgres {
		return nil
	}
	// With several copies of a shard Citus refuses FOR UPDATE, and so the lock.
	for _, text := range []string{"SET LOCAL statement_timeout = 0", "SET LOCAL citus.multi_shard_modify_mode = 'sequential'", "SET LOCAL citus.shard_replication_factor = 1"} {
		if _, err := c.c.ExecContext(ctx, text); err != nil {
			return classify(err)
		}
	}
	return nil
}

// distribute spreads the tables, within a transaction that holds migrateLock
// and is shaping.
func (c *conn) distribute(ctx context.Context) ([]Placed, error) {
	list, err := c.placements(ctx)
	if err != nil {
		return nil, err
	}
	anchor := slices.IndexFunc(list, func(p placement) bool { return p.table == anchorTable })
	list[0], list[anchor] = list[anchor], list[0]
	var out []Placed
	for i, p := range list {
		if err := p.check(list[0]); err != nil {
			return nil, err
		}
		if !p.keyed {
			continue
		}
		out = append(out, Placed{p.table, p.method != ""})
		if p.method != "" {
			continue
		}
		beside := anchorTable
		if i == 0 {
			beside = "none"
		}
		if _, err := c.c.ExecContext(ctx, "SELECT create_distributed_table('"+p.table+"', 'm', colocate_with => '"+beside+"')"); err != nil {
			return nil, fmt.Errorf("distribute %s: %w", p.table, err)
		}
	}
	return out, nil
}

// check refuses a table that somebody distributed in another way.
func (p placement) check(anchor placement) error {
	switch {
	case p.method == "" || !p.keyed && stayLocal[p.table] == "":
		return nil
	case !p.keyed:
		return fault.New(fault.Conflict, "distributed_otherwise", "the table %s must stay at the coordinator; run SELECT undistribute_table('%s') first", p.table, p.table)
	case p.method != "h" || p.column != "m" || p.group != anchor.group:
		return fault.New(fault.Conflict, "distributed_otherwise", "the table %s is distributed in another way than by m beside %s; run SELECT undistribute_table('%s') first", p.table, anchorTable, p.table)
	}
	return nil
}

// placements lists the tables of this schema, by name.
func (c *conn) placements(ctx context.Context) ([]placement, error) {
	rows, err := c.c.QueryContext(ctx, `SELECT c.relname, coalesce(a.attname = 'm', false), coalesce(p.partmethod::text, ''),
		coalesce(column_to_column_name(p.logicalrelid, p.partkey::text), ''), coalesce(p.colocationid, 0), pg_relation_size(c.oid)
		FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
		LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
		LEFT JOIN pg_dist_partition AS p ON p.logicalrelid = c.oid
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
		AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []placement
	for rows.Next() {
		var p placement
		if err := rows.Scan(&p.table, &p.keyed, &p.method, &p.column, &p.group, &p.local); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// emptyCoordinator removes the rows that distributing has copied to shards and
// left behind, hidden, where they were.
func (c *conn) emptyCoordinator(ctx context.Context) error {
	list, err := c.placements(ctx)
	for _, p := range list {
		if err == nil && p.method == "h" && p.local > 0 {
			_, err = c.c.ExecContext(ctx, "SELECT truncate_local_data_after_distributing_table('"+p.table+"')")
		}
	}
	return err
}

// citusFault tells what Citus refused in its own words, on one line.
func citusFault(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "42P16" || strings.HasPrefix(pg.Code, "XX")) {
		return fault.Wrap(err, fault.Invalid, "citus_refused", "Citus refused: %s", strings.TrimSpace(pg.Message+" "+pg.Hint))
	}
	return classify(err)
}
