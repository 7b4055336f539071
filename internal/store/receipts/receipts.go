// Package receipts keeps what was answered to which Idempotency-Key, so that
// a repeated request gets the same answer and has no second effect.
//
// What an answer looks like is not known here; the desk writes and reads it.
package receipts

import "orderly/internal/store"

// Keep is how long a receipt is kept, in microseconds: seven days.
const Keep = 7 * 24 * 3600 * 1_000_000

// Key names a request of one caller on one route.
type Key struct {
	Principal string
	Route     string
	Key       string
}

// Receipt is what was answered: the hash of the request and what it led to.
type Receipt struct {
	Key
	Hash []byte
	Data []byte // JSON, as the desk wrote it
}

// Find reads the receipt of a key; ok is false when there is none.
func Find(r *store.Reader, k Key) (Receipt, bool, error) {
	out, found := Receipt{Key: k}, false
	err := r.Each("SELECT hash, receipt FROM idempotency WHERE m = $1 AND principal = $2 AND route = $3 AND key = $4", []any{r.M, k.Principal, k.Route, k.Key},
		func(scan func(...any) error) error {
			found = true
			return scan(&out.Hash, &out.Data)
		})
	return out, found, err
}

var insert = store.NewInsert("idempotency", "", "m", "principal", "route", "key", "hash", "receipt", "expires_at")

// Insert keeps receipts. One proves its transaction: it holds the very answer.
func Insert(tx *store.Tx, list []Receipt) error {
	if len(list) > 0 {
		x := list[0]
		tx.Prove("SELECT 1 FROM idempotency WHERE m = $1 AND principal = $2 AND route = $3 AND key = $4 AND hash = $5 AND receipt = $6 AND expires_at = $7",
			tx.M, x.Principal, x.Route, x.Key.Key, x.Hash, string(x.Data), tx.At+Keep)
	}
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, x.Principal, x.Route, x.Key.Key, x.Hash, string(x.Data), tx.At+Keep)
	})
}

// Sweep removes at most limit receipts that are past their time.
func Sweep(tx *store.Tx, limit int) (int64, error) {
	var last int64
	err := tx.Each("SELECT expires_at FROM idempotency WHERE m = $1 AND expires_at < $2 ORDER BY expires_at LIMIT $3", []any{tx.M, tx.At, int64(limit)},
		func(scan func(...any) error) error { return scan(&last) })
	if err != nil || last == 0 {
		return 0, err
	}
	return tx.Exec("DELETE FROM idempotency WHERE m = $1 AND expires_at <= $2", tx.M, last)
}
