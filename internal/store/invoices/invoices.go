// Package invoices keeps invoices and credit notes as they were issued, the
// numbers that were given, and what stands on documents as their seller.
//
// What belongs here: the rows. What does not: what a document says and which
// number is next to whom (invoice, desk/bill).
package invoices

import (
	"database/sql"
	"errors"
	"fmt"

	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
)

var insert = store.NewInsert("invoice", "", "m", "id", "order_id", "order_number", "kind", "series", "year", "number", "code", "of_id",
	"issued_at", "issued_on", "currency", "net", "tax", "gross", "body", "hash", "entry")

// Issued is a document and the journal entry that tells of it.
type Issued struct {
	*invoice.Document
	Entry int64
}

// Insert keeps documents, for ever.
func Insert(tx *store.Tx, list []Issued) error {
	bodies := make([][]byte, len(list))
	for i := range list {
		var err error
		if bodies[i], err = list[i].Encode(); err != nil {
			return err
		}
	}
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		d := list[n]
		of := int64(0)
		if len(d.Of) > 0 {
			of = int64(d.Of[0].ID)
		}
		return append(a, tx.M, int64(d.ID), int64(d.Order), d.OrderNumber, string(d.Kind), d.Series, int64(d.Year), d.Number, d.Code, of,
			d.IssuedAt, d.IssuedOn, d.Currency.Code(), d.Totals.Net, d.Totals.Tax, d.Totals.Gross, string(bodies[n]), invoice.Hash(bodies[n]), d.Entry)
	})
}

// ErrUnknown says that there is no such document.
var ErrUnknown = errors.New("no such document")

// Kept is a document with the hash of what is kept of it.
type Kept struct {
	*invoice.Document
	Hash string
}

// Get reads one document.
func Get(r *store.Reader, id invoice.ID) (Kept, error) {
	var k Kept
	var of int64
	var body []byte
	err := r.Row("SELECT order_id, body, hash FROM invoice WHERE m = $1 AND id = $2", r.M, int64(id)).Scan(&of, &body, &k.Hash)
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.Scope.Order != 0 && r.Scope.Order != of {
		return k, ErrUnknown // a customer's link opens one order's documents
	}
	if err == nil {
		k.Document, err = decoded(body, k.Hash)
	}
	return k, err
}

// decoded reads a kept document, unless it is no longer what was issued.
func decoded(body []byte, hash string) (*invoice.Document, error) {
	if invoice.Hash(body) != hash {
		return nil, fmt.Errorf("document with hash %s is not what was issued: run verify", hash)
	}
	return invoice.Decode(body)
}

// OfOrders reads the documents of orders, each order's in the order in which
// they were issued.
func OfOrders(r *store.Reader, ids []order.ID) (map[order.ID][]*invoice.Document, error) {
	out := map[order.ID][]*invoice.Document{}
	err := store.In(r, "SELECT order_id, body, hash FROM invoice WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var body []byte
		var hash string
		if err := scan(&id, &body, &hash); err != nil {
			return err
		}
		d, err := decoded(body, hash)
		out[id] = append(out[id], d)
		return err
	})
	return out, err
}

// Row is a document in a list.
type Row struct {
	ID          invoice.ID
	Kind        invoice.Kind
	Code        string
	Order       order.ID
	OrderNumber int64
	Of          invoice.ID
	IssuedAt    int64
	IssuedOn    int64
	Currency    string
	Net         int64
	Tax         int64
	Gross       int64
}

const columns = "id, kind, code, order_id, order_number, of_id, issued_at, issued_on, currency, net, tax, gross"

func collect(out *[]Row) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var x Row
		err := scan(&x.ID, &x.Kind, &x.Code, &x.Order, &x.OrderNumber, &x.Of, &x.IssuedAt, &x.IssuedOn, &x.Currency, &x.Net, &x.Tax, &x.Gross)
		*out = append(*out, x)
		return err
	}
}

// Filter says which documents. One of Order and Code suffices; else they are
// those issued between two dates, yyyymmdd, both included.
type Filter struct {
	Order    order.ID
	Code     string
	From, To int64
	Before   Place // read on below it; zero for the newest
	Limit    int
}

// Place is where a page ended.
type Place struct{ On, ID int64 }

// last is above every date and id.
const last = int64(1<<63 - 1)

// List reads documents, newest first.
func List(r *store.Reader, f Filter) (out []Row, err error) {
	if f.Before == (Place{}) {
		f.Before = Place{last, last}
	}
	limit := int64(f.Limit)
	switch {
	case f.Code != "":
		err = r.Each("SELECT "+columns+" FROM invoice WHERE m = $1 AND code = $2 AND id < $3", []any{r.M, f.Code, f.Before.ID}, collect(&out))
	case f.Order != 0:
		err = r.Each("SELECT "+columns+" FROM invoice WHERE m = $1 AND order_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, int64(f.Order), f.Before.ID, limit}, collect(&out))
	default:
		if f.To == 0 {
			f.To = last
		}
		err = r.Each("SELECT "+columns+" FROM invoice WHERE m = $1 AND issued_on >= $2 AND issued_on <= $3 AND (issued_on, id) < ($4, $5) ORDER BY issued_on DESC, id DESC LIMIT $6",
			[]any{r.M, f.From, f.To, f.Before.On, f.Before.ID, limit}, collect(&out))
	}
	return out, err
}

// After reads the documents of one act: those of an order from an id on.
func After(r *store.Reader, id order.ID, from invoice.ID, n int64) (out []Kept, err error) {
	err = r.Each("SELECT body, hash FROM invoice WHERE m = $1 AND order_id = $2 AND id >= $3 ORDER BY id LIMIT $4", []any{r.M, int64(id), int64(from), n}, func(scan func(...any) error) error {
		var k Kept
		var body []byte
		err := scan(&body, &k.Hash)
		if err == nil {
			k.Document, err = decoded(body, k.Hash)
		}
		out = append(out, k)
		return err
	})
	return out, err
}

// Codes tells which of some written numbers are given already.
func Codes(r *store.Reader, codes []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := store.In(r, "SELECT code FROM invoice WHERE m = $1 AND code IN ($IN)", []any{r.M}, codes, func(scan func(...any) error) error {
		var code string
		err := scan(&code)
		out[code] = true
		return err
	})
	return out, err
}
