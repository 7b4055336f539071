package store

import (
	"context"
	"database/sql"
	"time"
)

// growth looks after PostgreSQL's picture of tables that have just grown. Until
// a table was analyzed its plans are those of an empty one: it takes a
// merchant to be selective and reads all of a merchant's rows for a list of
// ids. Autovacuum mends that within a minute; in that minute a busy start would
// crawl. One look costs a fraction of a millisecond, and a table is analyzed
// only when it is several times as large as when it was last. Any number of
// processes may do so.
//
// Where tables are distributed, their rows and their statistics are on other
// machines. Those are asked for sizes, more seldom, and what was analyzed is
// remembered here; a table that is no longer small is left to autovacuum.
type growth struct {
	db       *sql.DB
	analyzed map[string]int64 // bytes at the last look that analyzed; nil where nothing is distributed
	stop     context.CancelFunc
	done     chan struct{}
}

// Often while tables are young, seldom later.
const (
	growthYoung = 2 * time.Second
	growthLater = time.Minute
	youngFor    = 5 * time.Minute

	growthTimeout = 10 * time.Second

	growthSpread = 10 * time.Second // instead of growthYoung where tables are distributed
	smallSpread  = 64 << 20         // bytes of a distributed table that is still small
)

func watchGrowth(db *sql.DB, distributed bool) *growth {
	ctx, cancel := context.WithCancel(context.Background())
	g := &growth{db: db, stop: cancel, done: make(chan struct{})}
	young := growthYoung
	if distributed {
		g.analyzed, young = map[string]int64{}, growthSpread
	}
	go g.watch(ctx, young)
	return g
}

func (g *growth) watch(ctx context.Context, young time.Duration) {
	defer close(g.done)
	tick := time.NewTicker(young)
	defer tick.Stop()
	later := time.After(youngFor)
	for {
		select {
		case <-ctx.Done():
			return
		case <-later:
			tick.Reset(growthLater)
		case <-tick.C:
			_ = g.analyze(ctx) // the next look tries again; autovacuum does so too
		}
	}
}

// analyze refreshes the statistics of every table that has outgrown them.
func (g *growth) analyze(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, growthTimeout)
	defer cancel()
	list, err := g.outgrown(ctx)
	for _, t := range list {
		if err != nil {
			return err
		}
		if _, err = g.db.ExecContext(ctx, "ANALYZE "+t.name); err == nil && g.analyzed != nil {
			g.analyzed[t.name] = t.bytes
		}
	}
	return err
}

// sized is a table and how large it is.
type sized struct {
	name  string
	bytes int64
}

// outgrown lists the tables whose statistics are those of a much smaller one.
func (g *growth) outgrown(ctx context.Context) ([]sized, error) {
	text := `SELECT quote_ident(c.relname), pg_relation_size(c.oid) FROM pg_class AS c
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
		AND pg_relation_size(c.oid) / 8192 > 8 + 4 * c.relpages ORDER BY c.relname`
	if g.analyzed != nil {
		text = `SELECT quote_ident(c.relname), citus_relation_size(c.oid::regclass) FROM pg_class AS c JOIN pg_dist_partition AS p ON p.logicalrelid = c.oid
		WHERE p.partmethod = 'h' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname`
	}
	rows, err := g.db.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []sized
	for rows.Next() {
		var t sized
		if err := rows.Scan(&t.name, &t.bytes); err != nil {
			return nil, err
		}
		if before := g.analyzed[t.name]; g.analyzed == nil || t.bytes <= smallSpread && t.bytes > 8*8192+4*before {
			out = append(out, t)
		}
	}
	return out, rows.Err()
}

// Settle does at once what PostgreSQL does within minutes of a bulk load. What
// it finds visible to everybody is read from an index alone, and no commit
// waits for the disk to take the load. It needs a superuser. On SQLite there is
// nothing to do.
func (db *DB) Settle(ctx context.Context) error {
	if db.engine == SQLite {
		return nil
	}
	c, err := db.write.take(ctx)
	if err != nil {
		return classify(err)
	}
	defer db.write.give(c, true) // nobody else is to go without a limit
	if err := c.raw(ctx, "SET statement_timeout = 0"); err != nil {
		return classify(err)
	}
	if err := c.raw(ctx, "VACUUM (ANALYZE)"); err != nil {
		return classify(err)
	}
	return classify(c.raw(ctx, "CHECKPOINT"))
}

func (g *growth) end() {
	g.stop()
	<-g.done
}
