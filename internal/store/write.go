package store

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

type inKey struct {
	text string
	n    int
}

var inTexts sync.Map // inKey → string

// Params is "$first,…" of n parameters.
func Params(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}

// Insert writes rows of one table in statements of fixed heights.
type Insert struct {
	table string
	cols  []string
	after string
	texts [len(heights)]string
}

// NewInsert names the table and the columns that are written; the others keep
// their defaults. after is what follows the values, such as ON CONFLICT.
func NewInsert(table, after string, cols ...string) *Insert {
	x := &Insert{table: table, cols: cols, after: after}
	for i, h := range heights {
		rows := make([]string, h)
		for r := range rows {
			rows[r] = "(" + Params(r*len(cols)+1, len(cols)) + ")"
		}
		x.texts[i] = "INSERT INTO " + table + " (" + strings.Join(cols, ", ") + ") VALUES " + strings.Join(rows, ",") + after
	}
	return x
}

// Upsert is an Insert that overwrites the columns after the first keys ones.
func Upsert(table string, keys int, cols ...string) *Insert {
	sets := make([]string, 0, len(cols))
	for _, c := range cols[keys:] {
		sets = append(sets, c+" = excluded."+c)
	}
	return NewInsert(table, " ON CONFLICT ("+strings.Join(cols[:keys], ", ")+") DO UPDATE SET "+strings.Join(sets, ", "), cols...)
}

// Run writes n rows; fill appends the columns of row i.
func (x *Insert) Run(tx *Tx, n int, fill func(args []any, i int) []any) error {
	for i := 0; i < n; {
		k := 0
		for heights[k] > n-i {
			k++
		}
		args := tx.c.rows[:0]
		for r := range heights[k] {
			args = fill(args, i+r)
		}
		if len(args) != heights[k]*len(x.cols) {
			return fmt.Errorf("insert into %s: %d values for %d columns", x.table, len(args), len(x.cols))
		}
		if err := tx.write(x.texts[k], args, sent{x.table, "insert into", -1}); err != nil {
			return err
		}
		tx.c.rows = args[:0]
		i += heights[k]
	}
	return nil
}

// Update writes many rows of one merchant's in one table, in statements of
// fixed heights: rows are found by the key columns and the others are set.
// Every row must be there: one that is not was decided on something untrue.
//
// The merchant is one parameter and not a column of the values, and the values
// are a subquery and not a WITH: so a sharded PostgreSQL sends the statement to
// the merchant's shard as it is. Of a joined m it would ask every shard, and a
// WITH it runs by itself first, on every node.
//
// On SQLite each row is a statement of its own: there is no way to a server to
// be saved, and joining rows with values costs it twice the time. On PostgreSQL a
// row alone is one too: without a join it is planned once, on Citus as well.
type Update struct {
	table  string
	names  []string // of the columns
	texts  [len(heights)]string
	alone  string   // for one row
	sets   uint64   // a bit for each column that is set; the others find the row
	narrow sync.Map // some of sets → text for one row
}

// NewUpdate names the table, how many of cols are its key beside m, and the
// columns. A column ending in ":text" is of that type, others are numbers. One
// that begins with "_" is compared, not set: the row must still have that value.
func NewUpdate(table string, keys int, cols ...string) *Update {
	if len(cols) > 64 {
		panic("update " + table + ": more columns than sets has bits")
	}
	x := &Update{table: table, names: make([]string, len(cols))}
	types := make([]string, len(cols))
	on, sets := []string{"t.m = $1"}, []string{}
	onAlone, setsAlone := []string{"m = $1"}, []string{}
	for i, c := range cols {
		name, typ, _ := strings.Cut(c, ":")
		types[i] = map[string]string{"": "BIGINT", "text": "TEXT"}[typ]
		value, own := "v.column"+strconv.Itoa(i+1), "$"+strconv.Itoa(i+2) // as both engines call it
		if guard, ok := strings.CutPrefix(name, "_"); ok || i < keys {
			on, onAlone = append(on, "t."+guard+" = "+value), append(onAlone, guard+" = "+own)
			x.names[i] = guard
		} else {
			sets, setsAlone = append(sets, name+" = "+value), append(setsAlone, name+" = "+own)
			x.names[i], x.sets = name, x.sets|1<<i
		}
	}
	x.alone = "UPDATE " + table + " SET " + strings.Join(setsAlone, ", ") + " WHERE " + strings.Join(onAlone, " AND ")
	for i, h := range heights {
		rows := make([]string, h)
		for r := range rows {
			vals := make([]string, len(cols))
			for j := range cols {
				vals[j] = "CAST($" + strconv.Itoa(r*len(cols)+j+2) + " AS " + types[j] + ")"
			}
			rows[r] = "(" + strings.Join(vals, ",") + ")"
		}
		x.texts[i] = "UPDATE " + table + " AS t SET " + strings.Join(sets, ", ") +
			" FROM (VALUES " + strings.Join(rows, ",") + ") AS v WHERE " + strings.Join(on, " AND ")
	}
	return x
}

// Run updates n rows of tx.M; fill appends the columns of row i.
func (x *Update) Run(tx *Tx, n int, fill func(args []any, i int) []any) error {
	for i := 0; i < n; {
		text, rows := x.next(tx.db.engine, n-i)
		args := append(tx.c.rows[:0], tx.M)
		for r := range rows {
			args = fill(args, i+r)
		}
		if len(args) != rows*len(x.names)+1 {
			return fmt.Errorf("update %s: %d values for %d columns", x.table, len(args)-1, len(x.names))
		}
		if err := tx.write(text, args, sent{x.table, "update", int64(rows)}); err != nil {
			return err
		}
		tx.c.rows = args[:0]
		i += rows
	}
	return nil
}

// Change is Run for rows of which it is known what they hold: was appends their
// columns as they are. On SQLite a row's statement names those that differ and
// no others: its driver takes 0.1 µs for each argument, and an index is written
// when its column is named. A row that is to stay as it is, is left
// alone there.
func (x *Update) Change(tx *Tx, n int, was, is func(args []any, i int) []any) error {
	if tx.db.engine != SQLite {
		return x.Run(tx, n, is)
	}
	for i := range n {
		before, after := was(tx.c.were[:0], i), is(tx.c.rows[:0], i)
		if len(before) != len(x.names) || len(after) != len(x.names) {
			return fmt.Errorf("update %s: %d and %d values for %d columns", x.table, len(before), len(after), len(x.names))
		}
		args := tx.c.some[:0]
		var set uint64
		for c, v := range after {
			if x.sets&(1<<c) != 0 && v != before[c] {
				set |= 1 << c
				args = append(args, v)
			}
		}
		args = append(args, tx.M)
		for c, v := range after {
			if x.sets&(1<<c) == 0 {
				args = append(args, v)
			}
		}
		tx.c.were, tx.c.rows, tx.c.some = before[:0], after[:0], args[:0]
		if set == 0 {
			continue
		}
		if err := tx.write(x.only(set), args, sent{x.table, "update", 1}); err != nil {
			return err
		}
	}
	return nil
}

// only is the statement for one row that sets some columns, its arguments in the
// order in which they stand.
func (x *Update) only(set uint64) string {
	if text, ok := x.narrow.Load(set); ok {
		return text.(string)
	}
	var sets []string
	n := 0
	next := func() string { n++; return " = $" + strconv.Itoa(n) }
	for c, name := range x.names {
		if set&(1<<c) != 0 {
			sets = append(sets, name+next())
		}
	}
	where := "m" + next()
	for c, name := range x.names {
		if x.sets&(1<<c) == 0 {
			where += " AND " + name + next()
		}
	}
	text := "UPDATE " + x.table + " SET " + strings.Join(sets, ", ") + " WHERE " + where
	x.narrow.Store(set, text)
	return text
}

// next is the statement for the next rows of n, and how many it takes.
func (x *Update) next(e Engine, n int) (text string, rows int) {
	k := 0
	for heights[k] > n {
		k++
	}
	if e == SQLite || heights[k] == 1 {
		return x.alone, 1
	}
	return x.texts[k], heights[k]
}
