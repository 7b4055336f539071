// Package cursors keeps how far each reader of the journal has come.
//
// What a reader does with the entries is not its business.
package cursors

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Of is the sequence that a consumer has come to on this snapshot, 0 when it
// has not begun.
func Of(r *store.Reader, consumer string) (seq int64, err error) {
	err = r.Row("SELECT seq FROM cursor WHERE m = $1 AND consumer = $2", r.M, consumer).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return seq, err
}

// Lock takes a consumer's row until the transaction ends and gives its
// sequence: of two processes that read for the same consumer one waits.
func Lock(tx *store.Tx, consumer string) (seq int64, err error) {
	if _, err := tx.Exec("INSERT INTO cursor (m, consumer, seq) VALUES ($1, $2, 0) ON CONFLICT (m, consumer) DO NOTHING", tx.M, consumer); err != nil {
		return 0, err
	}
	err = tx.Row("SELECT seq FROM cursor WHERE m = $1 AND consumer = $2 FOR UPDATE", tx.M, consumer).Scan(&seq)
	return seq, err
}

// Move sets a consumer's row, which the transaction has locked.
func Move(tx *store.Tx, consumer string, seq int64) error {
	_, err := tx.Exec("UPDATE cursor SET seq = $1 WHERE m = $2 AND consumer = $3", seq, tx.M, consumer)
	return err
}

// Lag is how many entries a merchant's journal is ahead of a consumer.
type Lag struct{ Merchant, Entries int64 }

// Behind lists the merchants whose journal a consumer has not read to its end.
func Behind(ctx context.Context, db *store.DB, consumer string) ([]Lag, error) {
	var out []Lag
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each("SELECT s.m, s.entry_seq - coalesce(c.seq, 0) FROM merchant_seq AS s LEFT JOIN cursor AS c ON c.m = s.m AND c.consumer = $1 "+
			"WHERE s.entry_seq > coalesce(c.seq, 0) ORDER BY s.m", []any{consumer}, func(scan func(...any) error) error {
			var l Lag
			err := scan(&l.Merchant, &l.Entries)
			out = append(out, l)
			return err
		})
	})
	return out, err
}
