// Package messages keeps what is told to customers, how it is worded and by
// which mail server it leaves.
//
// Which happening calls for a message, and what it says, is decided above
// (message); nothing of a person is kept here.
package messages

import (
	"database/sql"
	"errors"

	"orderly/internal/message"
	"orderly/internal/store"
)

const columns = "id, order_id, kind, ref, amount, state, attempts, why, asked_by, created_at, updated_at"

func scanMessage(scan func(...any) error) (message.Message, error) {
	var x message.Message
	err := scan(&x.ID, &x.Order, &x.Kind, &x.Ref, &x.Amount, &x.State, &x.Attempts, &x.Why, &x.By, &x.CreatedAt, &x.UpdatedAt)
	return x, err
}

// Consumer is the name of the cursor of those who follow the journal for
// messages; Job is the kind of the job that sends one.
const (
	Consumer = "messages"
	Job      = "message"
)

// Insert keeps a new message, unless its order was told the same already.
func Insert(tx *store.Tx, x message.Message) (added bool, err error) {
	n, err := tx.Exec("INSERT INTO message (m, id, order_id, kind, ref, amount, state, attempts, why, asked_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (m, order_id, kind, ref) DO NOTHING",
		tx.M, int64(x.ID), x.Order, string(x.Kind), x.Ref, x.Amount, string(x.State), x.Attempts, x.Why, x.By, x.CreatedAt, x.UpdatedAt)
	return n == 1, err
}

// Save keeps how far a message has come.
func Save(tx *store.Tx, x message.Message) error {
	_, err := tx.Exec("UPDATE message SET state = $1, attempts = $2, why = $3, updated_at = $4 WHERE m = $5 AND id = $6", string(x.State), x.Attempts, x.Why, x.UpdatedAt, tx.M, int64(x.ID))
	return err
}

// Get reads a message; ok is false when there is none.
func Get(r *store.Reader, id message.ID) (x message.Message, ok bool, err error) {
	x, err = scanMessage(r.Row("SELECT "+columns+" FROM message WHERE m = $1 AND id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return x, false, nil
	}
	return x, err == nil, err
}

// MaxOfOrder is how many messages of one order are read.
const MaxOfOrder = 200

// OfOrder reads the messages of an order, oldest first.
func OfOrder(r *store.Reader, order int64) ([]message.Message, error) {
	var out []message.Message
	err := r.Each("SELECT "+columns+" FROM message WHERE m = $1 AND order_id = $2 ORDER BY id LIMIT $3", []any{r.M, order, int64(MaxOfOrder)}, func(scan func(...any) error) error {
		x, err := scanMessage(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

// Late lists orders at a stage whose day has passed within a stretch of time,
// by id after another.
func Late(r *store.Reader, stage string, from, to, after int64, limit int) ([]LateOrder, error) {
	var out []LateOrder
	err := r.Each("SELECT id, due_at FROM orders WHERE m = $1 AND stage = $2 AND id > $3 ORDER BY id LIMIT $4", []any{r.M, stage, after, int64(limit)}, func(scan func(...any) error) error {
		var x LateOrder
		err := scan(&x.Order, &x.DueAt)
		x.Late = x.DueAt > from && x.DueAt <= to
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, notWaiting(r, out)
}

// notWaiting takes away what is not late: it waits on a shelf for its customer.
func notWaiting(r *store.Reader, list []LateOrder) error {
	var late []int64
	for _, x := range list {
		if x.Late {
			late = append(late, x.Order)
		}
	}
	waits := map[int64]bool{}
	err := store.In(r, "SELECT order_id FROM pickup WHERE m = $1 AND order_id IN ($IN) AND ended_at = 0", []any{r.M}, late, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		waits[id] = true
		return err
	})
	for i := range list {
		list[i].Late = list[i].Late && !waits[list[i].Order]
	}
	return err
}

// LateOrder is an open order; Late when its day has passed.
type LateOrder struct {
	Order, DueAt int64
	Late         bool
}
