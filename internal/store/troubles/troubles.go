// Package troubles keeps what went wrong and wants a person.
//
// What is open is found along an index of the open alone, so that a list costs
// the same however much was settled.
package troubles

import (
	"strconv"

	"orderly/internal/store"
	"orderly/internal/trouble"
)

const columns = "id, kind, order_id, location, subject, item, quantity, reason, text, at, actor, settled_at, settled_by, version"

func collect(out *[]trouble.Trouble) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var t trouble.Trouble
		err := scan(&t.ID, &t.Kind, &t.Order, &t.Location, &t.Subject, &t.Item, &t.Quantity, &t.Reason, &t.Text, &t.At, &t.Actor, &t.SettledAt, &t.SettledBy, &t.Version)
		*out = append(*out, t)
		return err
	}
}

// Open reads the open troubles of one kind after an id, the oldest first.
func Open(r *store.Reader, kind string, after trouble.ID, limit int) ([]trouble.Trouble, error) {
	where, args := r.Seen("location", []any{r.M, kind, int64(after)})
	var out []trouble.Trouble
	args = append(args, int64(limit))
	err := r.Each("SELECT "+columns+" FROM trouble WHERE m = $1 AND kind = $2 AND settled_at = 0 AND id > $3"+where+" ORDER BY id LIMIT $"+strconv.Itoa(len(args)), args, collect(&out))
	return out, err
}

// OpenAnywhere is Open whatever the scope sees: for an act that has put
// something right, wherever that was.
func OpenAnywhere(r *store.Reader, kind string, limit int) ([]trouble.Trouble, error) {
	var out []trouble.Trouble
	err := r.Each("SELECT "+columns+" FROM trouble WHERE m = $1 AND kind = $2 AND settled_at = 0 ORDER BY id LIMIT $3", []any{r.M, kind, int64(limit)}, collect(&out))
	return out, err
}

// Count tells how many are open of a kind, up to a limit, and since when the
// oldest is.
func Count(r *store.Reader, kind string, limit int) (n, oldest int64, err error) {
	where, args := r.Seen("location", []any{r.M, kind})
	args = append(args, int64(limit))
	err = r.Row("SELECT count(*), coalesce(min(at), 0) FROM (SELECT at FROM trouble WHERE m = $1 AND kind = $2 AND settled_at = 0"+where+" ORDER BY id LIMIT $"+strconv.Itoa(len(args))+") AS t", args...).Scan(&n, &oldest)
	return n, oldest, err
}

// Load reads troubles by id; unknown ones are left out. Within a transaction a
// reader has no scope: who loads one holds its location against the caller's.
func Load(r *store.Reader, ids []trouble.ID) (map[trouble.ID]*trouble.Trouble, error) {
	var list []trouble.Trouble
	err := store.In(r, "SELECT "+columns+" FROM trouble WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&list))
	out := map[trouble.ID]*trouble.Trouble{}
	for i := range list {
		out[list[i].ID] = &list[i]
	}
	return out, err
}

// OfOrder reads an order's troubles, the oldest first.
func OfOrder(r *store.Reader, order int64) ([]trouble.Trouble, error) {
	return OfOrders(r, []int64{order})
}

// OfOrders is OfOrder for several.
func OfOrders(r *store.Reader, ids []int64) ([]trouble.Trouble, error) {
	var out []trouble.Trouble
	err := store.In(r, "SELECT "+columns+" FROM trouble WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, ids, collect(&out))
	return out, err
}

var insert = store.NewInsert("trouble", "", "m", "id", "kind", "order_id", "location", "subject", "item", "quantity", "reason", "text", "at", "actor", "settled_at", "settled_by", "version")

// Insert keeps new troubles.
func Insert(tx *store.Tx, list []trouble.Trouble) error {
	return insert.Run(tx, len(list), func(a []any, n int) []any {
		t := list[n]
		return append(a, tx.M, int64(t.ID), t.Kind, t.Order, t.Location, t.Subject, t.Item, t.Quantity, t.Reason, t.Text, t.At, t.Actor, t.SettledAt, t.SettledBy, t.Version)
	})
}

var settle = store.NewUpdate("trouble", 1, "id", "settled_at", "settled_by:text", "version")

// Settle keeps who settled troubles, and when; zero opens them again.
func Settle(tx *store.Tx, list []*trouble.Trouble) error {
	return settle.Run(tx, len(list), func(a []any, n int) []any {
		t := list[n]
		return append(a, int64(t.ID), t.SettledAt, t.SettledBy, t.Version)
	})
}
