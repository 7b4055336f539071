// Package figures keeps the sums behind the overview, and what is remembered of
// orders to keep them up.
//
// What is counted, and how, is not decided here (figures); when the journal is
// read is not either (project).
package figures

import (
	"database/sql"
	"errors"

	"orderly/internal/figures"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
)

// Consumer is the name of the projection's cursor.
const Consumer = "figures"

// Book says under which zone and definitions the sums were made.
type Book struct {
	Zone     string
	Version  int64
	Clearing bool // they are being taken away
}

// BookOf reads it; none has no zone.
func BookOf(r *store.Reader) (Book, error) {
	var b Book
	var clearing int64
	err := r.Row("SELECT zone, version, clearing FROM figure_book WHERE m = $1", r.M).Scan(&b.Zone, &b.Version, &clearing)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	b.Clearing = clearing != 0
	return b, err
}

var saveBook = store.Upsert("figure_book", 1, "m", "zone", "version", "clearing")

func (b Book) save(tx *store.Tx) error {
	return saveBook.Run(tx, 1, func(a []any, _ int) []any {
		clearing := int64(0)
		if b.Clearing {
			clearing = 1
		}
		return append(a, tx.M, b.Zone, b.Version, clearing)
	})
}

// Reset begins anew: from here on Clear takes the sums away, and then the
// journal is read from its first entry. The caller holds the cursor.
func Reset(tx *store.Tx, zone string) error {
	if err := (Book{Zone: zone, Version: figures.Version, Clearing: true}).save(tx); err != nil {
		return err
	}
	return cursors.Move(tx, Consumer, 0)
}

// Clear takes away a part of the sums, so that no transaction is long, and
// reports whether it was the last. The caller holds the cursor.
func Clear(tx *store.Tx, rows int64) (done bool, err error) {
	b, err := BookOf(&tx.Reader)
	if err != nil || !b.Clearing {
		return true, err
	}
	more, err := clearEvents(tx, rows)
	if err != nil || more {
		return false, err
	}
	if more, err = clearOrders(tx, rows); err != nil || more {
		return false, err
	}
	for _, text := range [...]string{"DELETE FROM figure_day WHERE m = $1", "DELETE FROM figure_time WHERE m = $1", "DELETE FROM figure_backlog WHERE m = $1"} {
		if _, err := tx.Exec(text, tx.M); err != nil {
			return false, err
		}
	}
	b.Clearing = false
	return true, b.save(tx)
}

// clearEvents deletes the first rows, and reports whether there were more.
func clearEvents(tx *store.Tx, rows int64) (more bool, err error) {
	var event, day, order, location int64
	err = tx.Row("SELECT event, day, order_id, location FROM figure_event WHERE m = $1 ORDER BY event, day, order_id, location LIMIT 1 OFFSET $2", tx.M, rows).
		Scan(&event, &day, &order, &location)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.Exec("DELETE FROM figure_event WHERE m = $1", tx.M)
		return false, err
	}
	if err == nil {
		_, err = tx.Exec("DELETE FROM figure_event WHERE m = $1 AND (event, day, order_id, location) < ($2, $3, $4, $5)", tx.M, event, day, order, location)
	}
	return true, err
}

func clearOrders(tx *store.Tx, rows int64) (more bool, err error) {
	var order int64
	err = tx.Row("SELECT order_id FROM figure_order WHERE m = $1 ORDER BY order_id LIMIT 1 OFFSET $2", tx.M, rows).Scan(&order)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = tx.Exec("DELETE FROM figure_order WHERE m = $1", tx.M)
		return false, err
	}
	if err == nil {
		_, err = tx.Exec("DELETE FROM figure_order WHERE m = $1 AND order_id < $2", tx.M, order)
	}
	return true, err
}

// ProgressOf tells how far the sums are behind the journal.
func ProgressOf(r *store.Reader) (Progress, error) {
	var p Progress
	b, err := BookOf(r)
	if err != nil {
		return p, err
	}
	p.Ready = b.Zone != "" && !b.Clearing && b.Version == figures.Version
	seq, err := cursors.Of(r, Consumer)
	if err != nil {
		return p, err
	}
	last, err := r.EntrySeq()
	p.Behind = last - seq
	if err == nil && seq > 0 {
		err = r.Row("SELECT at FROM entry WHERE m = $1 AND seq = $2", r.M, seq).Scan(&p.Through)
	}
	return p, err
}
