// Package returned keeps what customers send back: returns with their lines,
// and the policies that say what may come back.
//
// How much may come back is not decided here; the order does.
package returned

import (
	"database/sql"
	"errors"
	"strconv"

	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/store"
)

const columns = "id, number, order_id, location, origin, reason, comment, note, carrier, tracking, at, approved_at, refused_at, canceled_at, sent_at, received_at, closed_at, " +
	"replacement, credit, settled, worth, fees, deducted, given, to_credit, bonus_rate, turned, bonus, money_reason, state, version"

const lineColumns = "x.return_id, x.n, x.line, x.item, x.reason, x.asked, x.requested, x.quantity, x.restocked, x.damaged, x.quarantined, x.supplier, x.scrapped, x.refunded, i.kind"

var (
	insert = store.NewInsert("order_return", "", "m", "id", "number", "order_id", "location", "origin", "reason", "comment", "note", "carrier", "tracking", "at",
		"approved_at", "refused_at", "canceled_at", "sent_at", "received_at", "closed_at", "replacement", "credit", "settled", "worth", "fees", "deducted", "given", "to_credit", "bonus_rate", "turned", "bonus", "money_reason", "state", "version")
	saveLine = store.Upsert("return_line", 3, "m", "return_id", "n", "line", "item", "reason", "asked", "requested", "quantity",
		"restocked", "damaged", "quarantined", "supplier", "scrapped", "refunded")
	update = store.NewUpdate("order_return", 1, "id", "_version", "location", "note:text", "carrier:text", "tracking:text",
		"approved_at", "refused_at", "canceled_at", "sent_at", "received_at", "closed_at", "replacement", "credit", "settled", "worth", "fees", "deducted", "given", "bonus_rate", "turned", "bonus", "money_reason:text", "state:text", "version")
)

// Insert keeps new returns.
func Insert(tx *store.Tx, list []*returns.Return) error {
	err := insert.Run(tx, len(list), func(a []any, n int) []any {
		x, w := list[n], &list[n].Money
		return append(a, tx.M, int64(x.ID), x.Number, int64(x.Order), int64(x.Location), x.Origin, x.Reason, x.Comment, x.Note, x.Carrier, x.Tracking, x.At,
			x.ApprovedAt, x.RefusedAt, x.CanceledAt, x.SentAt, x.ReceivedAt, x.ClosedAt, int64(x.Replacement), w.Credit, w.Settled, w.Worth, w.Fees, w.Deducted, w.Given, store.Bool(x.ToCredit), x.BonusRate, w.Turned, w.Bonus, w.Reason, x.State, x.Version)
	})
	if err != nil {
		return err
	}
	return saveLines(tx, list)
}

// Changed is a return after an act, and the version it had before.
type Changed struct {
	*returns.Return
	Before int64
}

// Update keeps changed returns with all their lines.
func Update(tx *store.Tx, list []Changed) error {
	err := update.Run(tx, len(list), func(a []any, n int) []any {
		x, w := list[n].Return, &list[n].Money
		return append(a, int64(x.ID), list[n].Before, int64(x.Location), x.Note, x.Carrier, x.Tracking,
			x.ApprovedAt, x.RefusedAt, x.CanceledAt, x.SentAt, x.ReceivedAt, x.ClosedAt, int64(x.Replacement), w.Credit, w.Settled, w.Worth, w.Fees, w.Deducted, w.Given, x.BonusRate, w.Turned, w.Bonus, w.Reason, x.State, x.Version)
	})
	if err != nil {
		return err
	}
	all := make([]*returns.Return, len(list))
	for i := range list {
		all[i] = list[i].Return
	}
	return saveLines(tx, all)
}

func saveLines(tx *store.Tx, list []*returns.Return) error {
	for _, x := range list {
		err := saveLine.Run(tx, len(x.Lines), func(a []any, n int) []any {
			l := &x.Lines[n]
			return append(a, tx.M, int64(x.ID), int64(l.N), int64(l.Line), l.Item, l.Reason, l.Asked, l.Requested, l.Quantity,
				l.Restocked, l.Damaged, l.Quarantined, l.Supplier, l.Scrapped, l.Refunded)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// LastNumber is the highest number that a return has; 1000 when there is none.
func LastNumber(r *store.Reader) (int64, error) {
	var n int64
	err := r.Row("SELECT number FROM order_return WHERE m = $1 ORDER BY number DESC LIMIT 1", r.M).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 1000, nil
	}
	return n, err
}

func scanned(scan func(...any) error) (*returns.Return, error) {
	x := &returns.Return{}
	w := &x.Money
	var toCredit int64
	err := scan(&x.ID, &x.Number, &x.Order, &x.Location, &x.Origin, &x.Reason, &x.Comment, &x.Note, &x.Carrier, &x.Tracking, &x.At,
		&x.ApprovedAt, &x.RefusedAt, &x.CanceledAt, &x.SentAt, &x.ReceivedAt, &x.ClosedAt, &x.Replacement, &w.Credit, &w.Settled, &w.Worth, &w.Fees, &w.Deducted, &w.Given, &toCredit, &x.BonusRate, &w.Turned, &w.Bonus, &w.Reason, &x.State, &x.Version)
	x.ToCredit = toCredit != 0
	return x, err
}

// Load reads returns with their lines; unknown ones are left out.
func Load(r *store.Reader, ids []returns.ID) (map[returns.ID]*returns.Return, error) {
	out := map[returns.ID]*returns.Return{}
	err := store.In(r, "SELECT "+columns+" FROM order_return WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		x, err := scanned(scan)
		out[x.ID] = x
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, addLines(r, ids, out)
}

func addLines(r *store.Reader, ids []returns.ID, into map[returns.ID]*returns.Return) error {
	const text = "SELECT " + lineColumns + " FROM return_line AS x JOIN item AS i ON i.m = x.m AND i.id = x.item WHERE x.m = $1 AND x.return_id IN ($IN) ORDER BY x.return_id, x.n"
	return store.In(r, text, []any{r.M}, ids, func(scan func(...any) error) error {
		var id returns.ID
		var l returns.Line
		var kind string
		err := scan(&id, &l.N, &l.Line, &l.Item, &l.Reason, &l.Asked, &l.Requested, &l.Quantity, &l.Restocked, &l.Damaged, &l.Quarantined, &l.Supplier, &l.Scrapped, &l.Refunded, &kind)
		l.Stocked = kind == "goods"
		if x := into[id]; x != nil {
			x.Lines = append(x.Lines, l)
		}
		return err
	})
}

// OfOrders lists the returns of orders, oldest first.
func OfOrders(r *store.Reader, orders []order.ID) ([]*returns.Return, error) {
	var ids []returns.ID
	err := store.In(r, "SELECT id FROM order_return WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, orders, func(scan func(...any) error) error {
		var id returns.ID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return inOrder(r, ids)
}

// OfOrder reads an order's returns, oldest first.
func OfOrder(r *store.Reader, id order.ID) ([]*returns.Return, error) {
	return OfOrders(r, []order.ID{id})
}

func inOrder(r *store.Reader, ids []returns.ID) ([]*returns.Return, error) {
	found, err := Load(r, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*returns.Return, 0, len(ids))
	for _, id := range ids {
		if x := found[id]; x != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// List reads a page of returns, the newest first, below an id: of one state, or
// of all when it is "".
func List(r *store.Reader, state string, below returns.ID, limit int) ([]*returns.Return, error) {
	var ids []returns.ID
	keep := func(scan func(...any) error) error {
		var id returns.ID
		err := scan(&id)
		ids = append(ids, id)
		return err
	}
	var err error
	if state == "" {
		err = r.Each("SELECT id FROM order_return WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, int64(below), int64(limit)}, keep)
	} else {
		err = r.Each("SELECT id FROM order_return WHERE m = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, state, int64(below), int64(limit)}, keep)
	}
	if err != nil {
		return nil, err
	}
	return inOrder(r, ids)
}

// ByNumber finds a return by its number; 0 when there is none.
func ByNumber(r *store.Reader, number int64) (returns.ID, error) {
	var id returns.ID
	err := r.Row("SELECT id FROM order_return WHERE m = $1 AND number = $2", r.M, number).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Waiting reads the oldest returns of a state above an id, for a queue.
func Waiting(r *store.Reader, state string, after returns.ID, limit int) ([]*returns.Return, error) {
	var ids []returns.ID
	where, args := r.Seen("location", []any{r.M, state, int64(after)})
	args = append(args, int64(limit))
	err := r.Each("SELECT id FROM order_return WHERE m = $1 AND state = $2 AND id > $3"+where+" ORDER BY id LIMIT $"+strconv.Itoa(len(args)), args,
		func(scan func(...any) error) error {
			var id returns.ID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil {
		return nil, err
	}
	return inOrder(r, ids)
}

// Count tells how many returns stand in a state, up to a limit, and the oldest.
func Count(r *store.Reader, state string, most int64) (n int64, oldest returns.ID, err error) {
	where, args := r.Seen("location", []any{r.M, state})
	args = append(args, most)
	err = r.Row("SELECT count(*), coalesce(min(id), 0) FROM (SELECT id FROM order_return WHERE m = $1 AND state = $2"+where+" ORDER BY id LIMIT $"+strconv.Itoa(len(args))+") AS t", args...).Scan(&n, &oldest)
	return n, oldest, err
}
