// Package statements keeps what banks said: files, lines, and the orders that
// lines were booked to.
//
// What a line pays is not decided here; statement does.
package statements

import (
	"orderly/internal/ident"
	"orderly/internal/statement"
	"orderly/internal/store"
)

var insert = store.NewInsert("bank_statement", "", "m", "id", "name", "format", "account", "line_count", "known", "hash", "actor", "created_at")

// Insert keeps a file.
func Insert(tx *store.Tx, s *statement.Statement) error {
	return insert.Run(tx, 1, func(row []any, _ int) []any {
		return append(row, tx.M, int64(s.ID), s.Name, s.Format, s.Account, int64(s.Lines), int64(s.Known), s.Hash, s.Actor, s.CreatedAt)
	})
}

// Page lists files, the newest first.
func Page(r *store.Reader, before statement.ID, limit int) (out []statement.Statement, err error) {
	err = r.Each("SELECT id, name, format, account, line_count, known, hash, actor, created_at FROM bank_statement WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, int64(before), int64(limit)}, func(scan func(...any) error) error {
		var s statement.Statement
		err := scan(&s.ID, &s.Name, &s.Format, &s.Account, &s.Lines, &s.Known, &s.Hash, &s.Actor, &s.CreatedAt)
		out = append(out, s)
		return err
	})
	return out, err
}

const lineColumns = "id, statement, n, line_key, day, amount, currency, name, text, reference, end_to_end, charges, reversal, state, reason, decided_by, decided_at, version"

func collect(out *[]*statement.Line) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		x := &statement.Line{}
		var reversal int64
		err := scan(&x.ID, &x.Statement, &x.N, &x.Key, &x.Date, &x.Amount, &x.Currency, &x.Name, &x.Text, &x.Reference, &x.EndToEnd, &x.Charges, &reversal, &x.State, &x.Reason, &x.DecidedBy, &x.DecidedAt, &x.Version)
		x.Reversal = reversal != 0
		*out = append(*out, x)
		return err
	}
}

// Lines reads lines by id; unknown ones are left out.
func Lines(r *store.Reader, ids []statement.LineID) (out []*statement.Line, err error) {
	err = store.In(r, "SELECT "+lineColumns+" FROM bank_line WHERE m = $1 AND id IN ($IN) ORDER BY id", []any{r.M}, ids, collect(&out))
	return out, err
}

// Open lists the lines that wait for a person, the oldest first, after one.
func Open(r *store.Reader, after statement.LineID, limit int) (out []*statement.Line, err error) {
	err = r.Each("SELECT "+lineColumns+" FROM bank_line WHERE m = $1 AND state = 'open' AND id > $2 ORDER BY id LIMIT $3", []any{r.M, int64(after), int64(limit)}, collect(&out))
	return out, err
}

// CountOpen tells how many lines wait for a person, up to a limit, and since
// when the oldest does.
func CountOpen(r *store.Reader, most int64) (n, since int64, err error) {
	var id int64
	err = r.Row("SELECT count(*), coalesce(min(id), 0) FROM (SELECT id FROM bank_line WHERE m = $1 AND state = 'open' ORDER BY id LIMIT $2) AS t", r.M, most).Scan(&n, &id)
	if id != 0 {
		since = ident.Time(id).UnixMicro()
	}
	return n, since, err
}

// Of lists the lines that a file brought, after one of them.
func Of(r *store.Reader, id statement.ID, after, limit int) (out []*statement.Line, err error) {
	err = r.Each("SELECT "+lineColumns+" FROM bank_line WHERE m = $1 AND statement = $2 AND n > $3 ORDER BY n LIMIT $4", []any{r.M, int64(id), int64(after), int64(limit)}, collect(&out))
	return out, err
}

// Known reads which keys have come before.
func Known(r *store.Reader, keys []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := store.In(r, "SELECT line_key FROM bank_line WHERE m = $1 AND line_key IN ($IN)", []any{r.M}, keys, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		out[key] = true
		return err
	})
	return out, err
}

var saveLine = store.Upsert("bank_line", 2, "m", "id", "statement", "n", "line_key", "day", "amount", "currency", "name", "text", "reference", "end_to_end", "charges", "reversal", "state", "reason", "decided_by", "decided_at", "version")

// SaveLines keeps lines as they are now.
func SaveLines(tx *store.Tx, list []*statement.Line) error {
	return saveLine.Run(tx, len(list), func(row []any, n int) []any {
		x := list[n]
		return append(row, tx.M, int64(x.ID), int64(x.Statement), int64(x.N), x.Key, x.Date, x.Amount, x.Currency, x.Name, x.Text, x.Reference, x.EndToEnd, x.Charges, store.Bool(x.Reversal), x.State, x.Reason, x.DecidedBy, x.DecidedAt, x.Version)
	})
}

// Part is what of a line was booked to an order.
type Part struct {
	Line    statement.LineID
	Payment int64
	Order   int64
	Amount  int64
}

// Parts reads what lines were booked to.
func Parts(r *store.Reader, ids []statement.LineID) (out []Part, err error) {
	err = store.In(r, "SELECT line, payment, order_id, amount FROM bank_part WHERE m = $1 AND line IN ($IN) ORDER BY line, payment", []any{r.M}, ids, func(scan func(...any) error) error {
		var p Part
		err := scan(&p.Line, &p.Payment, &p.Order, &p.Amount)
		out = append(out, p)
		return err
	})
	return out, err
}

var addPart = store.NewInsert("bank_part", "", "m", "line", "payment", "order_id", "amount")

// AddParts keeps what lines were booked to, for ever.
func AddParts(tx *store.Tx, list []Part) error {
	return addPart.Run(tx, len(list), func(row []any, n int) []any {
		p := list[n]
		return append(row, tx.M, int64(p.Line), p.Payment, p.Order, p.Amount)
	})
}

// ByNumber reads which orders have these numbers.
func ByNumber(r *store.Reader, numbers []int64) ([]int64, error) {
	return ids(r, "SELECT id FROM orders WHERE m = $1 AND number IN ($IN) ORDER BY id LIMIT 5000", numbers)
}

// ByInvoice reads which orders have documents of these numbers.
func ByInvoice(r *store.Reader, codes []string) ([]int64, error) {
	return ids(r, "SELECT order_id FROM invoice WHERE m = $1 AND code IN ($IN) ORDER BY order_id LIMIT 5000", codes)
}

func ids[K any](r *store.Reader, text string, of []K) (out []int64, err error) {
	err = store.In(r, text, []any{r.M}, of, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
