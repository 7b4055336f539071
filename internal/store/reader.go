package store

import (
	"context"
	"database/sql"
	"strings"

	"orderly/internal/access"
)

// Reader sees one merchant's rows on one snapshot. It is used by one goroutine
// and only inside the function that received it.
type Reader struct {
	c     *conn
	ctx   context.Context //nolint:containedctx // lives exactly as long as the call that made it
	Scope access.Scope
	M     int64 // the merchant; every statement binds it
}

// Query runs a statement that gives rows.
func (r *Reader) Query(text string, args ...any) (*sql.Rows, error) {
	return r.c.query(r.ctx, text, args...)
}

// Row runs a statement that gives at most one row.
func (r *Reader) Row(text string, args ...any) Row {
	rows, err := r.Query(text, args...)
	return Row{rows: rows, err: err}
}

// Each runs f for every row; scan reads the row's columns.
func (r *Reader) Each(text string, args []any, f func(scan func(...any) error) error) error {
	rows, err := r.Query(text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Epoch is the merchant's config epoch on this snapshot.
func (r *Reader) Epoch() (n int64, err error) {
	err = r.Row("SELECT config_epoch FROM merchant_seq WHERE m = $1", r.M).Scan(&n)
	return n, err
}

// EntrySeq is the merchant's last journal entry on this snapshot.
func (r *Reader) EntrySeq() (n int64, err error) {
	err = r.Row("SELECT entry_seq FROM merchant_seq WHERE m = $1", r.M).Scan(&n)
	return n, err
}

// Row is the single row of a query.
type Row struct {
	rows *sql.Rows
	err  error
}

// Scan reads the row, or gives sql.ErrNoRows.
func (r Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(into...); err != nil {
		return err
	}
	return r.rows.Close()
}

// heights are the fixed sizes of lists and multi-row writes, so that a few
// prepared statements serve every batch.
var heights = [...]int{64, 16, 4, 1}

// longList is the longest list on PostgreSQL, where each statement is a way to
// a server and back.
const longList = 256

// length is how many keys the next statement of a list of n takes.
func (r *Reader) length(n int) int {
	if r.c.engine == Postgres && n > longList/2 {
		return longList
	}
	h := heights[0]
	for _, each := range heights[1:] {
		if n <= each {
			h = each
		}
	}
	return h
}

// In runs text once for each chunk of keys, with "$IN" replaced by that many
// parameters. The keys' parameters come after args; a chunk is filled up by
// repeating its last key, which an IN list does not mind. keys must not repeat
// across chunks if f minds seeing a row twice.
func In[K any](r *Reader, text string, args []any, keys []K, f func(scan func(...any) error) error) error {
	for len(keys) > 0 {
		h := r.length(len(keys))
		n := min(h, len(keys))
		all := make([]any, 0, len(args)+h)
		all = append(all, args...)
		for i := range h {
			all = append(all, keys[min(i, n-1)])
		}
		if err := r.Each(inText(text, len(args), h), all, f); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func inText(text string, after, n int) string {
	key := inKey{text, n}
	if t, ok := inTexts.Load(key); ok {
		return t.(string)
	}
	t := strings.Replace(text, "$IN", Params(after+1, n), 1)
	inTexts.Store(key, t)
	return t
}
