package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipeline is what was sent on a connection to PostgreSQL and not answered yet:
// the writes of a turn follow each other without waiting, so that the server
// carries one out while the next is put together. Everything else that is done
// on the connection drains it first, and so does the end of a transaction,
// before COMMIT: an answer that is an error undoes all of it.
type pipeline struct {
	open  *pgconn.Pipeline
	sent  []sent
	plans int // that the server keeps

	values  [][]byte // of the last statement, kept for their room
	formats []int16
	bytes   []byte
}

// sent is a statement on its way, and how many rows it must touch.
type sent struct {
	table string
	verb  string // insert into, update
	rows  int64  // -1 for any
}

// send sends a write. What comes of it is told by drain.
func (c *conn) send(ctx context.Context, text string, args []any, s sent) error {
	p, err := c.prepare(ctx, text, false)
	if err != nil {
		return err
	}
	if p.plan == nil {
		if err := c.drain(); err != nil { // to prepare is to wait
			return err
		}
	}
	return c.c.Raw(func(raw any) error {
		pg := raw.(*stdlib.Conn).Conn()
		if err := c.planned(ctx, pg, p); err != nil {
			return fmt.Errorf("prepare %.120s: %w", text, err)
		}
		if err := c.pipe.encode(pg.TypeMap(), p.plan, args); err != nil {
			return fmt.Errorf("%s %s: %w", s.verb, s.table, err)
		}
		if c.pipe.open == nil {
			c.pipe.open = pg.PgConn().StartPipeline(ctx)
		}
		c.pipe.sent = append(c.pipe.sent, s)
		c.pipe.open.SendQueryStatement(p.plan, c.pipe.values, c.pipe.formats, nil)
		if err := c.pipe.open.Flush(); err != nil {
			return errors.Join(fmt.Errorf("%s %s: %w", s.verb, s.table, err), c.pipe.end())
		}
		return nil
	})
}

// maxPlans bounds the statements that a connection's server keeps for send.
const maxPlans = 512

// planned has the server know a statement.
func (c *conn) planned(ctx context.Context, pg *pgx.Conn, p *prepared) (err error) {
	if p.plan != nil {
		return nil
	}
	if c.pipe.plans++; c.pipe.plans > maxPlans {
		if err := pg.DeallocateAll(ctx); err != nil {
			return err
		}
		for _, other := range c.stmts {
			other.plan = nil
		}
		c.pipe.plans = 1
	}
	p.plan, err = pg.Prepare(ctx, p.text, p.text)
	return err
}

// encode writes arguments as the server reads them. Numbers and texts, which is
// nearly all there are, cost no look into the driver's table of types.
func (x *pipeline) encode(m *pgtype.Map, plan *pgconn.StatementDescription, args []any) error {
	if len(plan.ParamOIDs) != len(args) {
		return fmt.Errorf("%d arguments for %d parameters", len(args), len(plan.ParamOIDs))
	}
	x.values, x.formats = x.values[:0], x.formats[:0]
	if x.bytes = x.bytes[:0]; x.bytes == nil {
		x.bytes = make([]byte, 0, 4096) // an empty text is a slice of it, where nil would be NULL
	}
	for i, a := range args {
		v, err := plainValue(a)
		if err != nil {
			return err
		}
		from, format := len(x.bytes), int16(pgx.BinaryFormatCode)
		switch n, number := v.(int64); {
		case v == nil:
			x.values, x.formats = append(x.values, nil), append(x.formats, format)
			continue
		case number && plan.ParamOIDs[i] == pgtype.Int8OID:
			x.bytes = binary.BigEndian.AppendUint64(x.bytes, uint64(n))
		default:
			if text, ok := v.(string); ok {
				format, x.bytes = pgx.TextFormatCode, append(x.bytes, text...)
			} else if x.bytes, err = m.Encode(plan.ParamOIDs[i], format, v, x.bytes); err != nil {
				return err
			}
		}
		x.values, x.formats = append(x.values, x.bytes[from:len(x.bytes):len(x.bytes)]), append(x.formats, format)
	}
	return nil
}

// drain waits for all that was sent and tells the first thing that went wrong.
func (c *conn) drain() error {
	if c.pipe.open == nil {
		return nil
	}
	return c.c.Raw(func(any) error { return c.pipe.end() })
}

// end reads all answers and leaves the connection as it was.
func (x *pipeline) end() (err error) {
	err = x.open.Sync()
	for i := 0; i < len(x.sent) && err == nil; i++ {
		err = x.answer(x.sent[i])
	}
	if failed := x.open.Close(); err == nil {
		err = failed
	}
	x.open, x.sent = nil, x.sent[:0]
	return err
}

func (x *pipeline) answer(s sent) error {
	got, err := x.open.GetResults()
	if err == nil {
		result, ok := got.(*pgconn.ResultReader)
		if !ok {
			return fmt.Errorf("%s %s: answered with %T", s.verb, s.table, got)
		}
		var tag pgconn.CommandTag
		if tag, err = result.Close(); err == nil && s.rows >= 0 && tag.RowsAffected() != s.rows {
			return guardFailed(s.table, tag.RowsAffected(), s.rows)
		}
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.verb, s.table, err)
	}
	return nil
}

// guardFailed says that rows to be updated were not as the act had read them.
func guardFailed(table string, got, want int64) error {
	return fmt.Errorf("update %s: %d of %d rows were as they had been read: a guard failed under the lock", table, got, want)
}
