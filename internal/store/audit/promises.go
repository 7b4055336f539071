package audit

import (
	"orderly/internal/payment"
	"orderly/internal/store"
)

// PromisePages walk the payments that were promised, and RemittancePages what
// carriers paid out.
var (
	PromisePages    = []Walk{{"payment", "id", "id", 1}}
	RemittancePages = []Walk{{"remittance", "id", "id", 1}}
)

// Promise is a payment by a promise, the customer of its order, and what lists
// of carriers paid out of it.
type Promise struct {
	Payment, Payer, Customer, DueAt               int64
	Authorized, Captured, Voided, Remitted, Parts int64
	Tender                                        payment.Tender
}

// PromisesIn reads a page of them, and payments of other tenders that have what
// only promises have.
func PromisesIn(r *store.Reader, in Range) ([]Promise, error) {
	var out []Promise
	err := r.Each("SELECT p.id, p.customer, coalesce(o.customer, 0), p.due_at, p.authorized, p.captured, p.voided, p.remitted, p.tender,"+
		" coalesce((SELECT sum(c.amount) FROM remittance_part AS c WHERE c.m = $1 AND c.payment = p.id), 0)"+
		" FROM payment AS p LEFT JOIN orders AS o ON o.m = $1 AND o.id = p.order_id"+
		" WHERE p.m = $1 AND p.id > $2 AND p.id <= $3 AND (p.tender IN ('cash_on_delivery', 'terms') OR p.customer <> 0 OR p.due_at <> 0 OR p.remitted <> 0) ORDER BY p.id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Promise
			err := scan(&x.Payment, &x.Payer, &x.Customer, &x.DueAt, &x.Authorized, &x.Captured, &x.Voided, &x.Remitted, &x.Tender, &x.Parts)
			out = append(out, x)
			return err
		})
	return out, err
}

// Remitted is a list of a carrier and the sum of its parts.
type Remitted struct{ ID, Collected, Fee, Parts int64 }

// RemittancesIn reads a page of lists.
func RemittancesIn(r *store.Reader, in Range) ([]Remitted, error) {
	var out []Remitted
	err := r.Each("SELECT x.id, x.collected, x.fee, coalesce((SELECT sum(c.amount) FROM remittance_part AS c WHERE c.m = $1 AND c.remittance = x.id), 0)"+
		" FROM remittance AS x WHERE x.m = $1 AND x.id > $2 AND x.id <= $3 ORDER BY x.id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x Remitted
		err := scan(&x.ID, &x.Collected, &x.Fee, &x.Parts)
		out = append(out, x)
		return err
	})
	return out, err
}
