package store

import (
	"context"
	"fmt"
	"strings"

	"orderly/internal/access"
)

// Rows are the rows that some placed orders consist of, for writing the like
// of them raw: the floor that a benchmark compares with.
type Rows struct {
	Orders int
	m      int64
	tables []tableRows
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
		return nil
	})
	return out, err
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
		row := make([]any, len(names))
		into := make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := scan(into...); err != nil {
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

// Repeat writes all rows once more, in one transaction, under the n-th ids.
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
		return nil
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
