package payments

import (
	"strings"
	"time"

	"orderly/internal/payment"
	"orderly/internal/store"
)

// promised is the condition of the index of promises that are not kept yet.
const promised = "authorized > captured + voided AND tender IN ('cash_on_delivery', 'terms')"

// AnyPromised reports whether any money is promised.
func AnyPromised(r *store.Reader) (found bool, err error) {
	err = r.Each("SELECT 1 FROM payment WHERE m = $1 AND "+promised+" LIMIT 1", []any{r.M}, func(scan func(...any) error) error {
		var one int64
		found = true
		return scan(&one)
	})
	return found, err
}

// Open is what customers owe on terms in a currency.
func Open(r *store.Reader, currency string, customers []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := store.In(r, "SELECT customer, sum(authorized - captured - voided) FROM payment WHERE m = $1 AND "+promised+" AND tender = 'terms' AND currency = $2 AND customer IN ($IN) GROUP BY customer",
		[]any{r.M, currency}, customers, func(scan func(...any) error) error {
			var who, sum int64
			err := scan(&who, &sum)
			out[who] += sum
			return err
		})
	return out, err
}

// Agings sums what is owed on terms by customer and currency, those with the
// most overdue first.
func Agings(r *store.Reader, now int64, limit int) (out []payment.Aging, err error) {
	day := 24 * time.Hour.Microseconds()
	open := "CASE WHEN %s THEN authorized - captured - voided ELSE 0 END"
	sum := func(when string) string { return ", sum(" + strings.Replace(open, "%s", when, 1) + ")" }
	text := "SELECT customer, currency, count(*)" + sum("due_at > $3") + sum("due_at <= $3 AND due_at > $4") + sum("due_at <= $4 AND due_at > $5") +
		sum("due_at <= $5 AND due_at > $6") + sum("due_at <= $6") + " FROM payment WHERE m = $1 AND " + promised + " AND tender = 'terms' GROUP BY customer, currency" +
		" ORDER BY sum(" + strings.Replace(open, "%s", "due_at <= $3", 1) + ") DESC, customer, currency LIMIT $2"
	err = r.Each(text, []any{r.M, int64(limit), now, now - payment.Ages[1]*day, now - payment.Ages[2]*day, now - payment.Ages[3]*day}, func(scan func(...any) error) error {
		var a payment.Aging
		err := scan(&a.Customer, &a.Currency, &a.Orders, &a.Open[0], &a.Open[1], &a.Open[2], &a.Open[3], &a.Open[4])
		out = append(out, a)
		return err
	})
	return out, err
}

// OnTerms reads what one customer owes on terms, by the day it is due.
func OnTerms(r *store.Reader, customer int64, limit int) ([]*payment.Payment, error) {
	return pageOf(r, "SELECT "+columns+" FROM payment WHERE m = $1 AND "+promised+" AND tender = 'terms' AND customer = $2 ORDER BY due_at, id LIMIT $3", r.M, customer, int64(limit))
}

// Collecting reads what carriers collected and did not pay out, the oldest
// first.
func Collecting(r *store.Reader, after payment.ID, limit int) ([]*payment.Payment, error) {
	return pageOf(r, "SELECT "+columns+" FROM payment WHERE m = $1 AND id > $2 AND captured > remitted AND tender = 'cash_on_delivery' ORDER BY id LIMIT $3", r.M, int64(after), int64(limit))
}

// Collectable sums what carriers collected and did not pay out, by currency.
func Collectable(r *store.Reader) (map[string]int64, error) {
	out := map[string]int64{}
	err := r.Each("SELECT currency, sum(captured - remitted) FROM payment WHERE m = $1 AND captured > remitted AND tender = 'cash_on_delivery' GROUP BY currency", []any{r.M}, func(scan func(...any) error) error {
		var c string
		var sum int64
		err := scan(&c, &sum)
		out[c] = sum
		return err
	})
	return out, err
}

func pageOf(r *store.Reader, text string, args ...any) (out []*payment.Payment, err error) {
	err = r.Each(text, args, func(scan func(...any) error) error {
		p, err := scanPayment(scan)
		out = append(out, p)
		return err
	})
	return out, err
}

// TermsOf reads customers' terms.
func TermsOf(r *store.Reader, customers []int64) (out []payment.Agreed, err error) {
	err = store.In(r, "SELECT customer, currency, most, days, updated_at, edit_version FROM customer_terms WHERE m = $1 AND customer IN ($IN) ORDER BY customer, currency", []any{r.M}, customers,
		func(scan func(...any) error) error {
			var a payment.Agreed
			err := scan(&a.Customer, &a.Currency, &a.Most, &a.Days, &a.UpdatedAt, &a.EditVersion)
			out = append(out, a)
			return err
		})
	return out, err
}

var saveTerms = store.Upsert("customer_terms", 3, "m", "customer", "currency", "most", "days", "updated_at", "edit_version")

// SaveTerms keeps a customer's terms.
func SaveTerms(tx *store.Tx, a payment.Agreed) error {
	return saveTerms.Run(tx, 1, func(args []any, _ int) []any {
		return append(args, tx.M, a.Customer, a.Currency, a.Most, a.Days, a.UpdatedAt, a.EditVersion)
	})
}
