package endpoints

import (
	"orderly/internal/outbound"
	"orderly/internal/store"
)

// LogSize is how many attempts are kept of each endpoint.
const LogSize = 200

// Attempt is one call, as the log has it.
type Attempt struct {
	N        int64 // the first is 1
	Delivery outbound.DeliveryID
	What     string
	Seq      int64
	Kind     string
	Subject  int64
	Type     string
	Outcome  string
	Status   int64
	Error    string
	Took     int64
	At       int64
}

var logged = store.Upsert("delivery_attempt", 3, "m", "endpoint", "slot", "n", "delivery", "what", "seq", "kind", "subject", "type", "outcome", "answer", "error", "took", "at")

// Log keeps attempts in place of the oldest ones; fewer than LogSize at once.
func Log(tx *store.Tx, id outbound.ID, list []Attempt) error {
	return logged.Run(tx, len(list), func(a []any, i int) []any {
		x := &list[i]
		return append(a, tx.M, id, x.N%LogSize, x.N, x.Delivery, x.What, x.Seq, x.Kind, x.Subject, x.Type, x.Outcome, x.Status, x.Error, x.Took, x.At)
	})
}

// LastAttempts lists the last attempts of an endpoint, newest first.
func LastAttempts(r *store.Reader, id outbound.ID, limit int) ([]Attempt, error) {
	var out []Attempt
	err := r.Each("SELECT n, delivery, what, seq, kind, subject, type, outcome, answer, error, took, at FROM delivery_attempt WHERE m = $1 AND endpoint = $2 ORDER BY n DESC LIMIT $3",
		[]any{r.M, id, int64(limit)}, func(scan func(...any) error) error {
			var x Attempt
			err := scan(&x.N, &x.Delivery, &x.What, &x.Seq, &x.Kind, &x.Subject, &x.Type, &x.Outcome, &x.Status, &x.Error, &x.Took, &x.At)
			out = append(out, x)
			return err
		})
	return out, err
}
