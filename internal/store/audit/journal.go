package audit

import (
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
)

// CountEntries tells how many journal entries a page of sequence numbers has.
func CountEntries(r *store.Reader, in Range) (int64, error) {
	var n int64
	err := r.Row("SELECT count(*) FROM entry WHERE m = $1 AND seq > $2 AND seq <= $3", r.M, in.After, in.UpTo).Scan(&n)
	return n, err
}

// Sequences lists the sequence numbers of a page.
func Sequences(r *store.Reader, in Range) ([]int64, error) {
	return ids(r, "SELECT seq FROM entry WHERE m = $1 AND seq > $2 AND seq <= $3 ORDER BY seq", r.M, in.After, in.UpTo)
}

// OutsideJournal lists at most limit sequence numbers below 1 or above the last.
func OutsideJournal(r *store.Reader, last int64, limit int) ([]int64, error) {
	below, err := ids(r, "SELECT seq FROM entry WHERE m = $1 AND seq < 1 ORDER BY seq LIMIT $2", r.M, int64(limit))
	if err != nil {
		return nil, err
	}
	above, err := ids(r, "SELECT seq FROM entry WHERE m = $1 AND seq > $2 ORDER BY seq LIMIT $3", r.M, last, int64(limit))
	return append(below, above...), err
}

// Orphans lists the entries of a page that are not the first of their subject
// and have none right before them. Orders are left out: their dossiers tell.
func Orphans(r *store.Reader, in Range) ([]journal.Entry, error) {
	return heads(r, "SELECT e.seq, e.kind, e.subject, e.subject_seq, e.type FROM entry AS e WHERE e.m = $1 AND e.seq > $2 AND e.seq <= $3 AND e.kind <> 'ord' AND e.subject_seq <> 1 "+
		"AND (e.subject_seq < 1 OR NOT EXISTS (SELECT 1 FROM entry AS b WHERE b.m = $1 AND b.subject = e.subject AND b.subject_seq = e.subject_seq - 1)) ORDER BY e.seq", in)
}

// Told lists the entries of one type in a page.
func Told(r *store.Reader, typ string, in Range) ([]journal.Entry, error) {
	return heads(r, "SELECT e.seq, e.kind, e.subject, e.subject_seq, e.type FROM entry AS e WHERE e.m = $1 AND e.seq > $2 AND e.seq <= $3 AND e.type = $4 ORDER BY e.seq", in, typ)
}

// OfNobody lists the first entries of subjects in a page that are not there.
func OfNobody(r *store.Reader, in Range) ([]journal.Entry, error) {
	var out []journal.Entry
	for _, s := range []struct{ kind, table string }{
		{journal.Order, "orders"}, {journal.Item, "item"}, {journal.Location, "location"}, {journal.Customer, "customer"}, {journal.Key, "api_key"},
		{journal.User, "users"}, {journal.Channel, "channel"}, {journal.Payment, "payment"}, {journal.Provider, "payment_provider"}, {journal.Erasure, "erasure"}, {journal.Ask, "customer_ask"},
		{journal.Credit, "credit"}, {journal.Statement, "bank_statement"}, {journal.BankLine, "bank_line"}, {journal.Remittance, "remittance"}, {journal.Rule, "rule"},
	} {
		list, err := heads(r, "SELECT e.seq, e.kind, e.subject, e.subject_seq, e.type FROM entry AS e WHERE e.m = $1 AND e.seq > $2 AND e.seq <= $3 AND e.kind = $4 AND e.subject_seq = 1 "+
			"AND NOT EXISTS (SELECT 1 FROM "+s.table+" AS t WHERE t.m = $1 AND t.id = e.subject) ORDER BY e.seq", in, s.kind)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func heads(r *store.Reader, text string, in Range, args ...any) ([]journal.Entry, error) {
	var out []journal.Entry
	err := r.Each(text, append([]any{r.M, in.After, in.UpTo}, args...), func(scan func(...any) error) error {
		var e journal.Entry
		err := scan(&e.Seq, &e.Kind, &e.Subject, &e.SubjectSeq, &e.Type)
		out = append(out, e)
		return err
	})
	return out, err
}

// Numbered is an order's number.
type Numbered struct {
	Number int64
	ID     order.ID
}

// CountNumbers tells how many orders have a number of a page, and how many
// numbers of it are taken.
func CountNumbers(r *store.Reader, in Range) (orders, numbers int64, err error) {
	err = r.Row("SELECT count(*), count(DISTINCT number) FROM orders WHERE m = $1 AND number > $2 AND number <= $3", r.M, in.After, in.UpTo).Scan(&orders, &numbers)
	return orders, numbers, err
}

// Numbers lists at most limit orders of a page of numbers, by number.
func Numbers(r *store.Reader, in Range, limit int64) ([]Numbered, error) {
	var out []Numbered
	err := r.Each("SELECT number, id FROM orders WHERE m = $1 AND number > $2 AND number <= $3 ORDER BY number, id LIMIT $4", []any{r.M, in.After, in.UpTo, limit},
		func(scan func(...any) error) error {
			var n Numbered
			err := scan(&n.Number, &n.ID)
			out = append(out, n)
			return err
		})
	return out, err
}
