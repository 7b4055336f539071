// Package audit asks the database whether its rows agree with each other.
//
// What belongs here: the set-based questions of kit/verify, one file a
// subject, each answered within one snapshot. What does not: what a wrong
// answer means and how it is told (kit/verify), and the rules themselves,
// which the nouns hold. Nothing here writes.
//
// Every question is about a page of keys, so that no snapshot is held for
// long: a walk asks Next where the page ends and then asks its questions about
// that Range, in the same snapshot.
package audit

import (
	"database/sql"
	"errors"
	"math"

	"orderly/internal/store"
)

// Range is the keys above After up to and including UpTo.
type Range struct{ After, UpTo int64 }

// Start is before every key; End is after every key.
const (
	Start int64 = math.MinInt64
	End   int64 = math.MaxInt64
)

// Walk is a table walked by a leading key column of one of its indexes. order
// names the columns of that index, so that a page's end is found in it alone.
type Walk struct {
	table, key, order string
	share             int64 // how many of its rows weigh as much as one of the page
}

// The walks. A page of several ends where the first of them has enough.
var (
	OrderPages = []Walk{
		{"orders", "id", "id", 1},
		{"order_line", "order_id", "order_id, n", 10},
		{"entry", "subject", "subject, subject_seq", 10},
	}
	StockPages = []Walk{
		{"movement", "item", "item, location, id", 20},
		{"level", "item", "item, location", 2},
	}
	LevelPages   = []Walk{{"level", "item", "item, location", 1}}
	ClaimPages   = []Walk{{"fulfillment", "id", "id", 1}, {"fulfillment_line", "fulfillment", "fulfillment, n", 10}}
	JournalPages = []Walk{{"entry", "seq", "seq", 1}}
)

// Next gives the end of the page that begins after a key and weighs so many
// rows; End when the tables hold less.
func Next(r *store.Reader, walks []Walk, after, rows int64) (int64, error) {
	end := End
	for _, w := range walks {
		var key int64
		err := r.Row("SELECT "+w.key+" FROM "+w.table+" WHERE m = $1 AND "+w.key+" > $2 ORDER BY "+w.order+" LIMIT 1 OFFSET $3",
			r.M, after, rows*w.share).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return 0, err
		}
		end = min(end, key)
	}
	return end, nil
}

// Sequence is the merchant's lock row as the snapshot sees it.
type Sequence struct{ Entry, OrderNo int64 }

// SequenceOf reads it; ok is false when the merchant has none.
func SequenceOf(r *store.Reader) (s Sequence, ok bool, err error) {
	err = r.Row("SELECT entry_seq, order_no FROM merchant_seq WHERE m = $1", r.M).Scan(&s.Entry, &s.OrderNo)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

// ids reads a list of one number a row.
func ids(r *store.Reader, text string, args ...any) ([]int64, error) {
	var out []int64
	err := r.Each(text, args, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// Rows counts a page of the walk.
func (w Walk) Rows(r *store.Reader, in Range) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM "+w.table+" WHERE m = $1 AND "+w.key+" > $2 AND "+w.key+" <= $3", r.M, in.After, in.UpTo).Scan(&n)
	return n, err
}
