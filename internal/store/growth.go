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
type growth struct {
	db   *sql.DB
	stop context.CancelFunc
	done chan struct{}
}

// Often while tables are young, seldom later.
const (
	growthYoung = 2 * time.Second
	growthLater = time.Minute
	youngFor    = 5 * time.Minute

	growthTimeout = 10 * time.Second
)

func watchGrowth(db *sql.DB) *growth {
	ctx, cancel := context.WithCancel(context.Background())
	g := &growth{db: db, stop: cancel, done: make(chan struct{})}
	go g.watch(ctx)
	return g
}

func (g *growth) watch(ctx context.Context) {
	defer close(g.done)
	tick := time.NewTicker(growthYoung)
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
	rows, err := g.db.QueryContext(ctx, `SELECT quote_ident(c.relname) FROM pg_class AS c
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
		AND pg_relation_size(c.oid) / 8192 > 8 + 4 * c.relpages ORDER BY c.relname`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	for _, name := range names {
		if _, err := g.db.ExecContext(ctx, "ANALYZE "+name); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (g *growth) end() {
	g.stop()
	<-g.done
}
