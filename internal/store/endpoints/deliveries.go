package endpoints

import (
	"database/sql"
	"errors"

	"orderly/internal/outbound"
	"orderly/internal/store"
)

const deliveryColumns = "id, endpoint, what, seq, kind, subject, type, state, attempts, next_at, answer, error, created_at, updated_at"

func scanDelivery(scan func(...any) error) (outbound.Delivery, error) {
	var d outbound.Delivery
	err := scan(&d.ID, &d.Endpoint, &d.What, &d.Seq, &d.Kind, &d.Subject, &d.Type, &d.State, &d.Attempts, &d.NextAt, &d.Status, &d.Error, &d.CreatedAt, &d.UpdatedAt)
	return d, err
}

func collect(out *[]outbound.Delivery) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		d, err := scanDelivery(scan)
		*out = append(*out, d)
		return err
	}
}

// InState lists deliveries of an endpoint in a state after a sequence, in the
// order of the journal.
func InState(r *store.Reader, id outbound.ID, state string, after int64, limit int) ([]outbound.Delivery, error) {
	var out []outbound.Delivery
	err := r.Each("SELECT "+deliveryColumns+" FROM delivery WHERE m = $1 AND endpoint = $2 AND state = $3 AND seq > $4 ORDER BY seq LIMIT $5",
		[]any{r.M, id, state, after, int64(limit)}, collect(&out))
	return out, err
}

// CountIn tells how many deliveries of an endpoint are in a state, up to a
// limit.
func CountIn(r *store.Reader, id outbound.ID, state string, limit int) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM (SELECT seq FROM delivery WHERE m = $1 AND endpoint = $2 AND state = $3 LIMIT $4) AS t", r.M, id, state, int64(limit)).Scan(&n)
	return n, err
}

// Delivery reads one; ok is false when it is not there, or no longer.
func Delivery(r *store.Reader, id outbound.DeliveryID) (d outbound.Delivery, ok bool, err error) {
	d, err = scanDelivery(r.Row("SELECT "+deliveryColumns+" FROM delivery WHERE m = $1 AND id = $2", r.M, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

var put = store.NewInsert("delivery", " ON CONFLICT (m, endpoint, what, seq) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, next_at = excluded.next_at, updated_at = excluded.updated_at",
	"m", "id", "endpoint", "what", "seq", "kind", "subject", "type", "state", "attempts", "next_at", "answer", "error", "created_at", "updated_at")

// Put keeps new deliveries. One that is there for the same thing, be it waiting
// or given up, begins anew under its old id.
func Put(tx *store.Tx, list []outbound.Delivery) error {
	return put.Run(tx, len(list), func(a []any, i int) []any {
		d := &list[i]
		return append(a, tx.M, d.ID, d.Endpoint, d.What, d.Seq, d.Kind, d.Subject, d.Type, d.State, d.Attempts, d.NextAt, d.Status, d.Error, d.CreatedAt, d.UpdatedAt)
	})
}

const (
	takenText = "DELETE FROM delivery WHERE m = $1 AND id = $2 AND updated_at = $3"
	triedText = "UPDATE delivery SET state = $1, attempts = $2, next_at = $3, answer = $4, error = $5, updated_at = $6 WHERE m = $7 AND id = $8 AND updated_at = $9"
)

// Settle keeps what became of deliveries that were read with these times of
// change: what was taken is removed. One that somebody has changed since stays
// as that has left it.
func Settle(tx *store.Tx, list []outbound.Delivery, read []int64) error {
	for i := range list {
		d := &list[i]
		var err error
		if d.State == outbound.Delivered || d.What == outbound.Ping && d.State == outbound.GivenUp {
			_, err = tx.Exec(takenText, tx.M, d.ID, read[i])
		} else {
			_, err = tx.Exec(triedText, d.State, d.Attempts, d.NextAt, d.Status, d.Error, d.UpdatedAt, tx.M, d.ID, read[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Again has everything that waits at an endpoint tried at once.
func Again(tx *store.Tx, id outbound.ID) error {
	_, err := tx.Exec("UPDATE delivery SET next_at = $1, updated_at = $1 WHERE m = $2 AND endpoint = $3 AND state = $4 AND next_at > $1", tx.At, tx.M, id, outbound.Waiting)
	return err
}

// Skip ends what waits at an endpoint that has ended.
func Skip(tx *store.Tx, id outbound.ID) error {
	_, err := tx.Exec("UPDATE delivery SET state = $1, updated_at = $2 WHERE m = $3 AND endpoint = $4 AND state = $5", outbound.Skipped, tx.At, tx.M, id, outbound.Waiting)
	return err
}

// Sweep removes some that were given up or skipped before a time. The entries
// themselves stay in the journal.
func Sweep(tx *store.Tx, id outbound.ID, state string, before int64, limit int) (int64, error) {
	return tx.Exec("DELETE FROM delivery WHERE m = $1 AND id IN (SELECT id FROM delivery WHERE m = $1 AND endpoint = $2 AND state = $3 AND updated_at < $4 ORDER BY seq LIMIT $5)",
		tx.M, id, state, before, int64(limit))
}
