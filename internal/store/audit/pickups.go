package audit

import (
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/trouble"
)

// PickupPages walk pickups.
var PickupPages = []Walk{{"pickup", "fulfillment", "fulfillment", 1}}

// Lain is a pickup beside its fulfillment.
type Lain struct {
	pickup.Pickup
	At       stock.LocationID // of the fulfillment
	Status   string
	Packed   int64
	Troubles int64 // open ones that say that nobody came
	NextAt   int64 // as it is kept
}

// PickupsIn reads a page of them.
func PickupsIn(r *store.Reader, in Range) ([]Lain, error) {
	var out []Lain
	err := r.Each("SELECT p.fulfillment, p.order_id, p.location, p.shelf, p.state, p.code, p.tries, p.ready_at, p.kept_until, p.remind_at, p.next_at, p.ended_at, p.how, "+
		"coalesce(f.location, 0), coalesce(f.work_status, ''), coalesce((SELECT sum(l.packed) FROM fulfillment_line AS l WHERE l.m = $1 AND l.fulfillment = p.fulfillment), 0), "+
		"(SELECT count(*) FROM trouble AS t WHERE t.m = $1 AND t.kind = $2 AND t.settled_at = 0 AND t.subject = p.fulfillment AND t.order_id = p.order_id) "+
		"FROM pickup AS p LEFT JOIN fulfillment AS f ON f.m = $1 AND f.id = p.fulfillment WHERE p.m = $1 AND p.fulfillment > $3 AND p.fulfillment <= $4 ORDER BY p.fulfillment",
		[]any{r.M, trouble.Uncollected, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Lain
			err := scan(&x.Fulfillment, &x.Order, &x.Location, &x.Shelf, &x.State, &x.Code, &x.Tries, &x.ReadyAt, &x.KeptUntil, &x.RemindAt, &x.NextAt, &x.EndedAt, &x.How,
				&x.At, &x.Status, &x.Packed, &x.Troubles)
			out = append(out, x)
			return err
		})
	return out, err
}

// OnShelves counts, at a location, the fulfillments that are ready for their
// customers and the pickups that lie there.
func OnShelves(r *store.Reader, at stock.LocationID) (ready, lying int64, err error) {
	err = r.Row("SELECT (SELECT count(*) FROM fulfillment WHERE m = $1 AND location = $2 AND work_status = 'ready'), (SELECT count(*) FROM pickup WHERE m = $1 AND location = $2 AND ended_at = 0)",
		r.M, int64(at)).Scan(&ready, &lying)
	return ready, lying, err
}
