package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"orderly/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateLock is the PostgreSQL advisory lock that keeps two starting
// processes from migrating at once; on SQLite BEGIN IMMEDIATE does.
const migrateLock = 0x4f52444c

// JoinLock is the PostgreSQL advisory lock under which a process takes its slot.
const JoinLock = migrateLock + 1

// Version is the schema version that this build knows.
func Version() int64 { return int64(len(migrationNames())) }

func migrationNames() []string {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	sort.Strings(names)
	return names
}

// migrate brings the schema to Version in one transaction, under a lock. It
// refuses a schema that is newer than this build.
func (db *DB) migrate(ctx context.Context) error {
	c, err := db.write.take(ctx)
	if err != nil {
		return classify(err)
	}
	broken := true
	defer func() { db.write.give(c, broken) }()
	begin, lock := "BEGIN IMMEDIATE", ""
	if db.engine == Postgres {
		begin, lock = "BEGIN", fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrateLock)
	}
	for _, text := range []string{begin, lock, schemaFor(db.engine,
		"CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)")} {
		if text == "" {
			continue
		}
		if _, err := c.c.ExecContext(ctx, text); err != nil {
			return db.notOurs(err)
		}
	}
	err = c.shaping(ctx)
	if err == nil {
		err = db.applyMissing(ctx, c)
	}
	if err == nil {
		err = db.distributeNew(ctx, c)
	}
	if err != nil {
		_, _ = c.c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	if _, err := c.c.ExecContext(ctx, "COMMIT"); err != nil {
		return classify(err)
	}
	broken = false
	return nil
}

func (db *DB) applyMissing(ctx context.Context, c *conn) error {
	var have int64
	if err := c.c.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&have); err != nil {
		return classify(err)
	}
	names := migrationNames()
	if have > int64(len(names)) {
		return fault.New(fault.Invalid, "newer_schema",
			"the database has schema version %d and this build knows %d; use the newer build, or restore a backup from before the upgrade", have, len(names))
	}
	for i := have; i < int64(len(names)); i++ {
		text, err := migrations.ReadFile(names[i])
		if err != nil {
			return err
		}
		for _, stmt := range strings.Split(schemaFor(db.engine, string(text)), ";") {
			if strings.TrimSpace(stmt) == "" {
				continue
			}
			if _, err := c.c.ExecContext(ctx, stmt); err != nil {
				return fmt.Errorf("migration %s: %w", names[i], classify(err))
			}
		}
		mark := rewrite(db.engine, "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)")
		if _, err := c.c.ExecContext(ctx, mark.text, i+1, db.Now()); err != nil {
			return classify(err)
		}
	}
	if have == int64(len(names)) {
		return nil
	}
	return writeStats(ctx, c)
}
