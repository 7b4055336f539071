// Package tokens keeps the words by which orders are found, by word and by
// order. Both say the same.
//
// Which words an order has is not decided here (search), and looking them up
// is done where orders are listed.
package tokens

import (
	"database/sql"

	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Words are those by which orders are to be found, sorted.
type Words map[order.ID][]string

// Read gives the words of orders as they are; unknown ones are left out.
func Read(r *store.Reader, ids []order.ID) (Words, error) {
	found, err := readDocuments(r, ids)
	words := make(Words, len(found))
	for id, d := range found {
		words[id] = search.Tokens(*d)
	}
	return words, err
}

func readDocuments(r *store.Reader, ids []order.ID) (map[order.ID]*search.Document, error) {
	out := make(map[order.ID]*search.Document, len(ids))
	err := store.In(r, "SELECT o.id, o.external_id, p.name, p.email, p.phone, p.company, p.ship_to, p.bill_to FROM orders AS o "+
		"JOIN order_party AS p ON p.m = o.m AND p.order_id = o.id WHERE o.m = $1 AND o.id IN ($IN)", []any{r.M}, ids, documents(out))
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT order_id, item FROM order_line WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, itemsOf(out))
	if err != nil {
		return nil, err
	}
	return out, store.In(r, "SELECT order_id, tracking FROM parcel WHERE m = $1 AND order_id IN ($IN) AND tracking <> ''", []any{r.M}, ids, trackingOf(out))
}

// Numbered gives those of the orders that have a tracking number.
func Numbered(r *store.Reader, ids []order.ID) (out []order.ID, err error) {
	err = store.In(r, "SELECT DISTINCT order_id FROM parcel WHERE m = $1 AND order_id IN ($IN) AND tracking <> ''", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

func documents(into map[order.ID]*search.Document) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id order.ID
		var external sql.NullString
		var ship, bill string
		d := &search.Document{}
		c := &d.Customer
		err := scan(&id, &external, &c.Name, &c.Email, &c.Phone, &c.Company, &ship, &bill)
		if err == nil {
			d.ShipTo, err = store.UnpackAddress(ship)
		}
		if err == nil {
			d.BillTo, err = store.UnpackAddress(bill)
		}
		d.ExternalID = external.String
		into[id] = d
		return err
	}
}

func itemsOf(into map[order.ID]*search.Document) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id order.ID
		var item int64
		err := scan(&id, &item)
		if d := into[id]; d != nil {
			d.Items = append(d.Items, item)
		}
		return err
	}
}

func trackingOf(into map[order.ID]*search.Document) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id order.ID
		var number string
		err := scan(&id, &number)
		if d := into[id]; d != nil {
			d.Tracking = append(d.Tracking, number)
		}
		return err
	}
}

// Kept reads the words that are kept of orders, sorted; an order without a
// row is left out.
func Kept(r *store.Reader, ids []order.ID) (map[order.ID][]string, error) {
	out := make(map[order.ID][]string, len(ids))
	err := store.In(r, "SELECT order_id, tokens FROM search_order WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var words string
		err := scan(&id, &words)
		out[id] = store.UnpackWords(words)
		return err
	})
	return out, err
}

// Row is one word of one order, and the period in which it stands.
type Row struct {
	Period order.ID
	Token  string
	Order  order.ID
}

// Listed is the words that an order shall have.
type Listed struct {
	Order  order.ID
	Tokens []string // sorted
}

// Rows that may be there cost PostgreSQL a look before each.
var (
	insertNew   = store.NewInsert("search_token", "", "m", "period", "token", "order_id")
	insertToken = store.NewInsert("search_token", " ON CONFLICT (m, period, token, order_id) DO NOTHING", "m", "period", "token", "order_id")
	saveOrder   = store.Upsert("search_order", 2, "m", "order_id", "n", "tokens")
)

// Change takes words away, adds others, and keeps the lists.
func Change(tx *store.Tx, drop, add []Row, lists []Listed) error {
	for _, x := range drop {
		if _, err := tx.Exec("DELETE FROM search_token WHERE m = $1 AND period = $2 AND token = $3 AND order_id = $4", tx.M, int64(x.Period), x.Token, int64(x.Order)); err != nil {
			return err
		}
	}
	if err := insertToken.Run(tx, len(add), tokenArgs(tx.M, add)); err != nil {
		return err
	}
	return saveOrder.Run(tx, len(lists), func(a []any, n int) []any {
		l := &lists[n]
		return append(a, tx.M, int64(l.Order), int64(len(l.Tokens)), store.PackWords(l.Tokens))
	})
}

func tokenArgs(m int64, rows []Row) func([]any, int) []any {
	return func(a []any, n int) []any {
		return append(a, m, int64(rows[n].Period), rows[n].Token, int64(rows[n].Order))
	}
}

// Forget takes away the lists of orders.
func Forget(tx *store.Tx, ids []order.ID) error {
	for _, id := range ids {
		if _, err := tx.Exec("DELETE FROM search_order WHERE m = $1 AND order_id = $2", tx.M, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// Page reads the words by word, after one of an order; a walk over them all.
func Page(r *store.Reader, after Row, limit int) ([]Row, error) {
	var out []Row
	err := r.Each("SELECT period, token, order_id FROM search_token WHERE m = $1 AND (period, token, order_id) > ($2, $3, $4) ORDER BY period, token, order_id LIMIT $5",
		[]any{r.M, int64(after.Period), after.Token, int64(after.Order), int64(limit)}, func(scan func(...any) error) error {
			var x Row
			err := scan(&x.Period, &x.Token, &x.Order)
			out = append(out, x)
			return err
		})
	return out, err
}

// Missing tells which of an order's words cannot be looked up in its period.
func Missing(r *store.Reader, period, id order.ID, words []string) ([]string, error) {
	there := make(map[string]bool, len(words))
	err := store.In(r, "SELECT token FROM search_token WHERE m = $1 AND period = $2 AND order_id = $3 AND token IN ($IN)", []any{r.M, int64(period), int64(id)}, words, func(scan func(...any) error) error {
		var t string
		err := scan(&t)
		there[t] = true
		return err
	})
	var out []string
	for _, w := range words {
		if !there[w] {
			out = append(out, w)
		}
	}
	return out, err
}
