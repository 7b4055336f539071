package audit

import (
	"orderly/internal/fulfillment"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/trouble"
)

// RequestPages walk what partners are and were asked.
var RequestPages = []Walk{{"request", "fulfillment", "fulfillment", 1}}

// Asked is a request beside its fulfillment.
type Asked struct {
	partner.Request
	At       stock.LocationID // of the fulfillment
	Is       string           // its request status
	Source   int64
	Open     int64 // units that it holds
	Troubles int64 // open ones that say that the partner is silent
}

// RequestsIn reads a page of them.
func RequestsIn(r *store.Reader, in Range) ([]Asked, error) {
	var out []Asked
	err := r.Each("SELECT q.fulfillment, q.order_id, q.location, q.status, q.round, q.submitted_at, q.answered_at, q.due_at, q.next_at, q.chases, q.ended_at, "+
		"coalesce(f.location, 0), coalesce(f.request_status, ''), coalesce(f.source_id, 0), coalesce((SELECT sum(l.open_qty) FROM fulfillment_line AS l WHERE l.m = $1 AND l.fulfillment = q.fulfillment), 0), "+
		"(SELECT count(*) FROM trouble AS t WHERE t.m = $1 AND t.kind = $2 AND t.settled_at = 0 AND t.subject = q.fulfillment AND t.order_id = q.order_id) "+
		"FROM request AS q LEFT JOIN fulfillment AS f ON f.m = $1 AND f.id = q.fulfillment WHERE q.m = $1 AND q.fulfillment > $3 AND q.fulfillment <= $4 ORDER BY q.fulfillment",
		[]any{r.M, trouble.Silent, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Asked
			err := scan(&x.Fulfillment, &x.Order, &x.Location, &x.Status, &x.Round, &x.SubmittedAt, &x.AnsweredAt, &x.DueAt, &x.NextAt, &x.Chases, &x.EndedAt,
				&x.At, &x.Is, &x.Source, &x.Open, &x.Troubles)
			out = append(out, x)
			return err
		})
	return out, err
}

// AskedAt counts, at a location, the fulfillments that a partner was asked for
// and the requests that say so.
func AskedAt(r *store.Reader, at stock.LocationID) (fulfillments, requests int64, err error) {
	err = r.Row("SELECT (SELECT count(*) FROM fulfillment WHERE m = $1 AND location = $2 AND request_status <> $3), (SELECT count(*) FROM request WHERE m = $1 AND location = $2 AND status <> $3)",
		r.M, int64(at), fulfillment.Unsubmitted).Scan(&fulfillments, &requests)
	return fulfillments, requests, err
}
