package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// conn is one database connection that is never given back to database/sql,
// with the statements prepared on it. Whoever took it owns it alone.
type conn struct {
	engine Engine
	c      *sql.Conn
	stmts  map[string]*prepared
	args   []any // of the last Exec, in the engine's order
	values []driver.NamedValue
	rows   []any // of the last Insert or Update, kept for its room
	were   []any // the same before it was changed
	some   []any // those that differ
	pipe   pipeline
	seen   func(text string)
}

// prepared is a text on a connection. PostgreSQL's driver keeps its statements
// itself; on SQLite each is made when it is first needed.
type prepared struct {
	statement
	stmt *sql.Stmt                    // for queries
	bare bareStmt                     // for what gives no rows
	plan *pgconn.StatementDescription // for what is sent without waiting
}

// rewritten holds the engine's form of every text seen, for all connections.
var rewritten sync.Map // Engine+text → statement

// Statements are the texts that readers and transactions of this process have
// sent to an engine, for a test that looks where a sharded one would send them.
func Statements(e Engine) []string {
	var out []string
	rewritten.Range(func(key, _ any) bool {
		if text, ok := strings.CutPrefix(key.(string), string(e)); ok {
			out = append(out, text)
		}
		return true
	})
	slices.Sort(out)
	return out
}

// prepare knows a text from its first use on; rows says what it will give.
func (c *conn) prepare(ctx context.Context, text string, rows bool) (*prepared, error) {
	p := c.stmts[text]
	if p == nil {
		key := string(c.engine) + text
		s, ok := rewritten.Load(key)
		if !ok {
			s, _ = rewritten.LoadOrStore(key, rewrite(c.engine, text))
		}
		p = &prepared{statement: s.(statement)}
		c.stmts[text] = p
		c.seen(text)
	}
	var err error
	switch {
	case c.engine == Postgres:
	case rows && p.stmt == nil:
		p.stmt, err = c.c.PrepareContext(ctx, p.text)
	case !rows && p.bare == nil:
		p.bare, err = c.prepareBare(ctx, p.text)
	}
	if err != nil {
		return nil, fmt.Errorf("prepare %.120s: %w", text, err)
	}
	return p, nil
}

func (c *conn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := c.drain(); err != nil {
		return nil, err
	}
	p, err := c.prepare(ctx, text, true)
	if err != nil {
		return nil, err
	}
	if p.stmt != nil {
		return p.stmt.QueryContext(ctx, p.arrange(nil, args)...)
	}
	return c.c.QueryContext(ctx, p.text, args...)
}

func (c *conn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := c.drain(); err != nil {
		return 0, err
	}
	p, err := c.prepare(ctx, text, false)
	if err != nil {
		return 0, err
	}
	var res sql.Result
	if p.bare != nil {
		if p.order != nil {
			c.args = p.arrange(c.args[:0], args)
			args = c.args
		}
		res, err = c.execBare(ctx, p.bare, args)
	} else {
		res, err = c.c.ExecContext(ctx, p.text, args...)
	}
	if err != nil {
		return 0, fmt.Errorf("%.60s…: %w", text, err)
	}
	return res.RowsAffected()
}

// raw runs a text as it is, for BEGIN and COMMIT.
func (c *conn) raw(ctx context.Context, text string) error {
	if c.engine == SQLite {
		p := c.stmts[text]
		if p == nil {
			stmt, err := c.c.PrepareContext(ctx, text)
			if err != nil {
				return err
			}
			p = &prepared{stmt: stmt}
			c.stmts[text] = p
		}
		_, err := p.stmt.ExecContext(ctx)
		return err
	}
	_, err := c.c.ExecContext(ctx, text)
	return err
}

// commit runs COMMIT. PostgreSQL answers the COMMIT of a transaction in which a
// statement had failed with ROLLBACK and no error, and one that no standby
// confirmed with a mere warning: both are errors here.
func (c *conn) commit(ctx context.Context) error {
	if c.engine == SQLite { // it goes on when nobody waits any more, and then is there
		return c.raw(context.WithoutCancel(ctx), "COMMIT")
	}
	return c.c.Raw(func(driverConn any) error {
		pg := driverConn.(*stdlib.Conn).Conn()
		notes := pg.PgConn().CustomData()
		delete(notes, warned)
		tag, err := pg.Exec(ctx, "COMMIT")
		switch {
		case err != nil:
			return err
		case tag.String() != "COMMIT":
			return errRolledBack
		case notes[warned] != nil:
			return fmt.Errorf("%w: %v", errUnconfirmed, notes[warned])
		}
		return nil
	})
}

// warned is the note on a connection that holds the server's last warning.
const warned = "orderly.warned"

var (
	errRolledBack  = errors.New("COMMIT was answered with ROLLBACK: a statement of the transaction had failed and that was overlooked")
	errUnconfirmed = errors.New("the commit was not confirmed by a standby")
)

func noteWarning(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.Code == "01000" {
		c.CustomData()[warned] = n.Message
	}
}

// rollback runs ROLLBACK, whatever became of the caller's context.
func (c *conn) rollback() error {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	_ = c.drain() // it is undone anyway
	return c.raw(ctx, "ROLLBACK")
}

func (c *conn) close() {
	for _, p := range c.stmts {
		if p.stmt != nil {
			p.stmt.Close()
		}
		if p.bare != nil {
			_ = c.c.Raw(func(any) error { return p.bare.Close() })
		}
	}
	c.c.Close()
}

// drop closes a connection that broke, so that nobody is given it again.
func (c *conn) drop() {
	if c.engine == Postgres {
		_ = c.c.Raw(func(any) error { return driver.ErrBadConn }) // how database/sql is told
	}
	c.close()
}

// pool lends connections, at most size at a time. It opens them when asked and
// keeps them; a connection that broke is thrown away by its borrower.
type pool struct {
	db     *sql.DB
	engine Engine
	seen   func(text string)
	free   chan *conn    // idle connections
	room   chan struct{} // one token for each connection that may exist
	drops  sync.WaitGroup
}

func newPool(db *sql.DB, e Engine, size int, seen func(string)) *pool {
	p := &pool{db: db, engine: e, seen: seen, free: make(chan *conn, size), room: make(chan struct{}, size)}
	for range size {
		p.room <- struct{}{}
	}
	return p
}

func (p *pool) take(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.free:
		return c, nil
	default:
	}
	select {
	case c := <-p.free:
		return c, nil
	case <-p.room:
		c, err := p.db.Conn(ctx)
		if err != nil {
			p.room <- struct{}{}
			return nil, err
		}
		return &conn{engine: p.engine, c: c, stmts: map[string]*prepared{}, seen: p.seen}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// begin lends a connection on which a transaction has begun. A connection that
// turns out to be broken takes all idle ones with it, for they date from before
// the server went away; then fresh ones are tried until patience ends.
func (p *pool) begin(ctx context.Context, text string, patience time.Duration) (*conn, error) {
	until := time.Now().Add(patience)
	for try := 0; ; try++ {
		c, err := p.take(ctx)
		if err == nil {
			if err = c.raw(ctx, text); err == nil {
				return c, nil
			}
			p.give(c, true)
		}
		if !Lost(err) || ctx.Err() != nil {
			return nil, err
		}
		p.forget()
		if try == 0 {
			continue
		}
		if time.Now().After(until) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(retryConnect):
		}
	}
}

const retryConnect = 25 * time.Millisecond

// forget throws the idle connections away.
func (p *pool) forget() {
	for {
		select {
		case c := <-p.free:
			p.give(c, true)
		default:
			return
		}
	}
}

// give returns a connection; a broken one is closed and its place freed. To
// close one to a server that does not answer takes seconds, which nobody is
// made to wait for but close.
func (p *pool) give(c *conn, broken bool) {
	if broken {
		p.room <- struct{}{}
		p.drops.Go(c.drop)
		return
	}
	p.free <- c
}

// close waits for borrowed connections and closes all.
func (p *pool) close() {
	for range cap(p.room) {
		select {
		case c := <-p.free:
			c.close()
		case <-p.room:
		}
	}
	p.drops.Wait()
}
