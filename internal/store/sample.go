package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"orderly/internal/access"
)

// Rows are the rows that some placed orders consist of, for writing the like
// of them raw: the floor that a benchmark compares with.
type Rows struct {
	Orders   int
	m        int64
	tables   []tableRows
	levels   [][]any // that the orders' claims changed
	counters [][]any // how many wait in each queue
}

type tableRows struct {
	insert *Insert
	ids    []int // columns that hold an id, and are shifted
	rows   [][]any
}

// sampled are the tables that a placement writes, with the columns whose
// values must differ from row to row.
var sampled = []struct{ table, key, ids, cols string }{
	{"orders", "id", "id,number,external_id", "m,id,number,channel,external_id,request_hash,customer,mode,currency,priority,tags,custom,placed_at,placed_on,due_at,created_at,updated_at,status,payment_status,fulfillment_status,return_status,hold_status,stage,subtotal,discount,tax,fees,total,moved,paid,ordered,unsourced,backordered,allocated,line_count,fee_count,hold_count,version"},
	{"order_party", "order_id", "order_id", "m,order_id,name,email,phone,company,ship_to,bill_to"},
	{"order_line", "order_id", "order_id", "m,order_id,n,item,title,scale,stocked,quantity,price,total,ordered,allocated"},
	{"fulfillment", "source_id", "id,source_id", "m,id,purpose,source_id,location,work_status,request_status,method,priority,due_at,decision,version,created_at,updated_at"},
	{"fulfillment_line", "", "fulfillment", "m,fulfillment,n,order_line,item,stocked,quantity,open_qty"},
	{"entry", "subject", "seq,subject", "m,seq,kind,subject,subject_seq,type,v,at,actor,cause,data"},
}

// What a placement writes anew, in the words of those who write it.
var (
	sampledLevels   = []string{"m", "item", "location", "on_hand", "reserved", "damaged", "quality_control", "incoming", "safety", "low_at", "low"}
	sampledCounters = []string{"m", "key", "n"}
	repeatLevel     = Upsert("level", 3, sampledLevels...)
	repeatCounter   = Upsert("counter", 2, sampledCounters...)
)

// Sample reads the rows of the newest placed orders of a merchant.
func Sample(ctx context.Context, db *DB, m int64, orders int) (*Rows, error) {
	out := &Rows{m: m}
	err := db.Read(ctx, access.System(m, "command", "sample"), func(r *Reader) error {
		ids, err := column(r, "SELECT id FROM orders WHERE m = $1 ORDER BY id DESC LIMIT $2", r.M, int64(orders))
		if err != nil {
			return err
		}
		out.Orders = len(ids)
		var fuls []any
		for _, s := range sampled {
			key, keys := s.key, ids
			if s.table == "fulfillment_line" {
				key, keys = "fulfillment", fuls
			}
			t, err := sampleTable(r, s.table, key, s.ids, s.cols, keys)
			if err != nil {
				return err
			}
			if s.table == "fulfillment" {
				for _, row := range t.rows {
					fuls = append(fuls, row[1])
				}
			}
			out.tables = append(out.tables, t)
		}
		if out.levels, err = claimed(r, fuls); err == nil {
			out.counters, err = whole(r, sampledCounters, "SELECT m, key, n FROM counter WHERE m = $1 AND n <> 0 ORDER BY key", []any{r.M})
		}
		return err
	})
	return out, err
}

// claimed reads the levels of what fulfillments hold, each once, in order.
func claimed(r *Reader, fuls []any) (out [][]any, err error) {
	type cell struct{ item, location int64 }
	seen := map[cell]bool{}
	var cells []cell
	err = In(r, "SELECT l.item, f.location FROM fulfillment AS f JOIN fulfillment_line AS l ON l.m = f.m AND l.fulfillment = f.id WHERE f.m = $1 AND f.id IN ($IN)",
		[]any{r.M}, fuls, func(scan func(...any) error) error {
			var c cell
			err := scan(&c.item, &c.location)
			if !seen[c] {
				seen[c], cells = true, append(cells, c)
			}
			return err
		})
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.location, b.location)) })
	text := "SELECT " + strings.Join(sampledLevels, ", ") + " FROM level WHERE m = $1 AND item = $2 AND location = $3"
	for _, c := range cells {
		rows, failed := whole(r, sampledLevels, text, []any{r.M, c.item, c.location})
		out, err = append(out, rows...), errors.Join(err, failed)
	}
	return out, err
}

// whole reads rows of columns as they are.
func whole(r *Reader, cols []string, text string, args []any) (out [][]any, err error) {
	err = r.Each(text, args, func(scan func(...any) error) error {
		row, err := scanRow(scan, len(cols))
		out = append(out, row)
		return err
	})
	return out, err
}

func scanRow(scan func(...any) error, n int) ([]any, error) {
	row, into := make([]any, n), make([]any, n)
	for i := range row {
		into[i] = &row[i]
	}
	return row, scan(into...)
}

func column(r *Reader, text string, args ...any) ([]any, error) {
	var out []any
	err := r.Each(text, args, func(scan func(...any) error) error {
		var v int64
		err := scan(&v)
		out = append(out, v)
		return err
	})
	return out, err
}

func sampleTable(r *Reader, table, key, ids, cols string, keys []any) (tableRows, error) {
	names := strings.Split(cols, ",")
	t := tableRows{insert: NewInsert(table, "", names...)}
	for i, n := range names {
		for _, id := range strings.Split(ids, ",") {
			if n == id {
				t.ids = append(t.ids, i)
			}
		}
	}
	seen := map[string]bool{}
	err := In(r, "SELECT "+strings.Join(names, ", ")+" FROM "+table+" WHERE m = $1 AND "+key+" IN ($IN)", []any{r.M}, keys, func(scan func(...any) error) error {
		row, err := scanRow(scan, len(names))
		if err != nil {
			return err
		}
		if k := fmt.Sprint(row[:3]); !seen[k] {
			seen[k] = true
			t.rows = append(t.rows, row)
		}
		return nil
	})
	return t, err
}

// shift moves ids of the n-th repetition out of the way of all others.
const shift = 1 << 40

// Repeat writes all rows once more, in one transaction, under the n-th ids, and
// anew those that a placement changes: levels, counters and the merchant's row.
func (x *Rows) Repeat(ctx context.Context, db *DB, n int64) error {
	return db.Transact(ctx, func(tx *Tx) error {
		if err := tx.For(x.m); err != nil {
			return err
		}
		for _, t := range x.tables {
			err := t.insert.Run(tx, len(t.rows), func(args []any, i int) []any {
				at := len(args)
				args = append(args, t.rows[i]...)
				for _, c := range t.ids {
					switch v := args[at+c].(type) {
					case int64:
						args[at+c] = v + n*shift
					case string:
						args[at+c] = fmt.Sprintf("%s/%d", v, n)
					}
				}
				return args
			})
			if err != nil {
				return err
			}
		}
		tx.Seq.OrderNo += int64(x.Orders)
		err := repeatLevel.Run(tx, len(x.levels), func(args []any, i int) []any { return append(args, x.levels[i]...) })
		if err == nil {
			err = repeatCounter.Run(tx, len(x.counters), func(args []any, i int) []any { return append(args, x.counters[i]...) })
		}
		return err
	})
}

// Size is how many bytes the database takes, its log included.
func (db *DB) Size(ctx context.Context) (n int64, err error) {
	text := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	if db.engine == Postgres {
		text = "SELECT pg_database_size(current_database())"
	}
	err = db.system(ctx, func(r *Reader) error { return r.Row(text).Scan(&n) })
	return n, err
}
