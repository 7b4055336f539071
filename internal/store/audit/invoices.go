package audit

import (
	"database/sql"
	"errors"

	"orderly/internal/order"
	"orderly/internal/store"
)

// DocumentPages walks invoices and credit notes so that an order's stand
// together.
var DocumentPages = []Walk{{"invoice", "order_id", "order_id, id", 1}}

// Document is a row of an invoice or a credit note, unread.
type Document struct {
	ID, Order, OrderNumber, Year, Number, Of, IssuedAt, IssuedOn, Net, Tax, Gross, Entry int64
	Kind, Series, Code, Currency, Body, Hash                                             string
}

// Documents reads a page of them.
func Documents(r *store.Reader, in Range) ([]Document, error) {
	var out []Document
	err := r.Each("SELECT id, order_id, order_number, kind, series, year, number, code, of_id, issued_at, issued_on, currency, net, tax, gross, body, hash, entry "+
		"FROM invoice WHERE m = $1 AND order_id > $2 AND order_id <= $3 ORDER BY order_id, id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var d Document
		err := scan(&d.ID, &d.Order, &d.OrderNumber, &d.Kind, &d.Series, &d.Year, &d.Number, &d.Code, &d.Of, &d.IssuedAt, &d.IssuedOn, &d.Currency,
			&d.Net, &d.Tax, &d.Gross, &d.Body, &d.Hash, &d.Entry)
		out = append(out, d)
		return err
	})
	return out, err
}

// Numbering is a sequence of document numbers and how far it says to have come.
type Numbering struct {
	Kind, Series string
	Year, Last   int64
}

// Numberings lists the sequences after one, in their order.
func Numberings(r *store.Reader, after Numbering, limit int64) ([]Numbering, error) {
	var out []Numbering
	err := r.Each("SELECT kind, series, year, last FROM invoice_number WHERE m = $1 AND (kind, series, year) > ($2, $3, $4) ORDER BY kind, series, year LIMIT $5",
		[]any{r.M, after.Kind, after.Series, after.Year, limit}, func(scan func(...any) error) error {
			var n Numbering
			err := scan(&n.Kind, &n.Series, &n.Year, &n.Last)
			out = append(out, n)
			return err
		})
	return out, err
}

// Last is how far a sequence says to have come, as the snapshot sees it.
func (n Numbering) last(r *store.Reader) (last int64, err error) {
	err = r.Row("SELECT last FROM invoice_number WHERE m = $1 AND kind = $2 AND series = $3 AND year = $4", r.M, n.Kind, n.Series, n.Year).Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return last, err
}

// Given reads the next numbers of a sequence that documents have, and how far
// it says to have come.
func (n Numbering) Given(r *store.Reader, after, limit int64) (numbers []int64, last int64, err error) {
	numbers, err = ids(r, "SELECT number FROM invoice WHERE m = $1 AND kind = $2 AND series = $3 AND year = $4 AND number > $5 ORDER BY number LIMIT $6",
		r.M, n.Kind, n.Series, n.Year, after, limit)
	if err == nil {
		last, err = n.last(r)
	}
	return numbers, last, err
}

// LastTold is the journal sequence of the last entry of each order.
func LastTold(r *store.Reader, list []order.ID) (map[order.ID]int64, error) {
	out := map[order.ID]int64{}
	for _, id := range list {
		var seq int64
		err := r.Row("SELECT seq FROM entry WHERE m = $1 AND subject = $2 ORDER BY subject_seq DESC LIMIT 1", r.M, id).Scan(&seq)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		out[id] = seq
	}
	return out, nil
}
