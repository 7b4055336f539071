// Package unreceipted keeps goods that were taken without a receipt, and says
// at what an item sold lately.
//
// What they are worth is not decided here; returns does.
package unreceipted

import (
	"database/sql"
	"errors"

	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store"
)

var (
	insert     = store.NewInsert("unreceipted", "", "m", "id", "number", "location", "customer", "credit", "currency", "amount", "reason", "actor", "at")
	insertLine = store.NewInsert("unreceipted_line", "", "m", "unreceipted", "n", "item", "quantity", "disposition", "lowest", "amount")
)

// Insert keeps new ones.
func Insert(tx *store.Tx, list []*returns.Unreceipted) error {
	err := insert.Run(tx, len(list), func(a []any, n int) []any {
		u := list[n]
		return append(a, tx.M, int64(u.ID), u.Number, int64(u.Location), int64(u.Customer), u.Credit, u.Currency, u.Amount, u.Reason, u.Actor, u.At)
	})
	if err != nil {
		return err
	}
	for _, u := range list {
		err := insertLine.Run(tx, len(u.Lines), func(a []any, n int) []any {
			l := &u.Lines[n]
			return append(a, tx.M, int64(u.ID), int64(l.N), l.Item, l.Quantity, string(l.Disposition), l.Lowest, l.Amount)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// LastNumber is the highest number that one has; 1000 when there is none.
func LastNumber(r *store.Reader) (int64, error) {
	var n int64
	err := r.Row("SELECT number FROM unreceipted WHERE m = $1 ORDER BY number DESC LIMIT 1", r.M).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 1000, nil
	}
	return n, err
}

const columns = "id, number, location, customer, credit, currency, amount, reason, actor, at"

func collect(out *[]*returns.Unreceipted) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		u := &returns.Unreceipted{}
		err := scan(&u.ID, &u.Number, &u.Location, &u.Customer, &u.Credit, &u.Currency, &u.Amount, &u.Reason, &u.Actor, &u.At)
		*out = append(*out, u)
		return err
	}
}

// Get reads one; nil when there is none.
func Get(r *store.Reader, id returns.UnreceiptedID) (*returns.Unreceipted, error) {
	var out []*returns.Unreceipted
	err := r.Each("SELECT "+columns+" FROM unreceipted WHERE m = $1 AND id = $2", []any{r.M, int64(id)}, collect(&out))
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out[0], lines(r, out)
}

// List reads a page, the newest first, below an id.
func List(r *store.Reader, below returns.UnreceiptedID, limit int) ([]*returns.Unreceipted, error) {
	var out []*returns.Unreceipted
	err := r.Each("SELECT "+columns+" FROM unreceipted WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, int64(below), int64(limit)}, collect(&out))
	if err != nil {
		return nil, err
	}
	return out, lines(r, out)
}

func lines(r *store.Reader, list []*returns.Unreceipted) error {
	at := map[returns.UnreceiptedID]*returns.Unreceipted{}
	ids := make([]returns.UnreceiptedID, len(list))
	for i, u := range list {
		ids[i], at[u.ID] = u.ID, u
	}
	return store.In(r, "SELECT unreceipted, n, item, quantity, disposition, lowest, amount FROM unreceipted_line WHERE m = $1 AND unreceipted IN ($IN) ORDER BY unreceipted, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var of returns.UnreceiptedID
		var l returns.Taken
		err := scan(&of, &l.N, &l.Item, &l.Quantity, &l.Disposition, &l.Lowest, &l.Amount)
		if u := at[of]; u != nil {
			u.Lines = append(u.Lines, l)
		}
		return err
	})
}

// looksAt is how many of the newest shipments of an item from a location are
// looked at: no list reads all of what sells by the thousand.
const looksAt = 500

// Lowest is at what an item sold for least among what left the locations from
// an id of movements on, in a currency; nothing when none did. Sets are left
// out: what a component costs nobody has said.
func Lowest(r *store.Reader, item int64, places []stock.LocationID, from int64, currency string) (returns.Sold, error) {
	var fuls []int64
	for _, at := range places {
		err := r.Each("SELECT ref_id FROM movement WHERE m = $1 AND item = $2 AND location = $3 AND id >= $4 AND reason = 'ship' AND ref_kind = 'ful' ORDER BY id DESC LIMIT $5",
			[]any{r.M, item, int64(at), from, int64(looksAt)}, func(scan func(...any) error) error {
				var id int64
				err := scan(&id)
				fuls = append(fuls, id)
				return err
			})
		if err != nil {
			return returns.Sold{}, err
		}
	}
	var sources []order.ID
	err := store.In(r, "SELECT source_id FROM fulfillment WHERE m = $1 AND purpose = 'order' AND id IN ($IN)", []any{r.M}, fuls, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		sources = append(sources, id)
		return err
	})
	if err != nil {
		return returns.Sold{}, err
	}
	var least returns.Sold
	err = store.In(r, "SELECT l.quantity, l.total - l.discount + l.tax FROM order_line AS l JOIN orders AS o ON o.m = l.m AND o.id = l.order_id "+
		"WHERE l.m = $1 AND l.item = $2 AND l.parent = 0 AND o.currency = $3 AND l.order_id IN ($IN)", []any{r.M, item, currency}, sources, func(scan func(...any) error) error {
		var s returns.Sold
		err := scan(&s.Quantity, &s.Net)
		if s.Net > 0 && s.Quantity > 0 && (least.Quantity == 0 || s.Less(least)) {
			least = s
		}
		return err
	})
	return least, err
}
