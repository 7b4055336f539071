package audit

import "orderly/internal/store"

// MadePages walk promises to customers by their orders.
var MadePages = []Walk{{"promise", "order_id", "order_id, n", 1}}

// Made is a promise beside the order and the entry that it names.
type Made struct {
	Order, N, ShipBy, DeliverBy, MadeAt int64
	Cause                               string
	Of                                  int64 // how many promises the order has
	Due                                 int64 // of the order
	Subject, At                         int64 // of the entry; 0 when there is none
}

// MadeIn reads a page of promises.
func MadeIn(r *store.Reader, in Range) ([]Made, error) {
	var out []Made
	err := r.Each("SELECT p.order_id, p.n, p.ship_by, p.deliver_by, p.made_at, p.cause, "+
		"(SELECT count(*) FROM promise AS q WHERE q.m = $1 AND q.order_id = p.order_id), coalesce(o.due_at, 0), coalesce(e.subject, 0), coalesce(e.at, 0) FROM promise AS p "+
		"LEFT JOIN orders AS o ON o.m = p.m AND o.id = p.order_id LEFT JOIN entry AS e ON e.m = p.m AND e.seq = p.entry_seq AND e.kind = 'ord' "+
		"WHERE p.m = $1 AND p.order_id > $2 AND p.order_id <= $3 ORDER BY p.order_id, p.n",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Made
			err := scan(&x.Order, &x.N, &x.ShipBy, &x.DeliverBy, &x.MadeAt, &x.Cause, &x.Of, &x.Due, &x.Subject, &x.At)
			out = append(out, x)
			return err
		})
	return out, err
}
