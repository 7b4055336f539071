package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// conn is one database connection that is never given back to database/sql,
// with the statements prepared on it. Whoever took it owns it alone.
type conn struct {
	engine Engine
	c      *sql.Conn
	stmts  map[string]*prepared
	args   []any // of the last Exec, in the engine's order
	seen   func(text string)
}

type prepared struct {
	statement
	stmt *sql.Stmt // nil on PostgreSQL, whose driver keeps its own
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

func (c *conn) prepare(ctx context.Context, text string) (*prepared, error) {
	if p := c.stmts[text]; p != nil {
		return p, nil
	}
	key := string(c.engine) + text
	s, ok := rewritten.Load(key)
	if !ok {
		s, _ = rewritten.LoadOrStore(key, rewrite(c.engine, text))
	}
	p := &prepared{statement: s.(statement)}
	if c.engine == SQLite {
		stmt, err := c.c.PrepareContext(ctx, p.text)
		if err != nil {
			return nil, fmt.Errorf("prepare %.120s: %w", text, err)
		}
		p.stmt = stmt
	}
	c.stmts[text] = p
	c.seen(text)
	return p, nil
}

func (c *conn) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	p, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	if p.stmt != nil {
		return p.stmt.QueryContext(ctx, p.arrange(nil, args)...)
	}
	return c.c.QueryContext(ctx, p.text, args...)
}

func (c *conn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	p, err := c.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	var res sql.Result
	if p.stmt != nil {
		if p.order != nil {
			c.args = p.arrange(c.args[:0], args)
			args = c.args
		}
		res, err = p.stmt.ExecContext(ctx, args...)
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

func (c *conn) close() {
	for _, p := range c.stmts {
		if p.stmt != nil {
			p.stmt.Close()
		}
	}
	c.c.Close()
}

// pool lends connections, at most size at a time. It opens them when asked and
// keeps them; a connection that broke is thrown away by its borrower.
type pool struct {
	db     *sql.DB
	engine Engine
	seen   func(text string)
	free   chan *conn    // idle connections
	room   chan struct{} // one token for each connection that may exist
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

// give returns a connection; a broken one is closed and its place freed.
func (p *pool) give(c *conn, broken bool) {
	if broken {
		c.close()
		p.room <- struct{}{}
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
}
