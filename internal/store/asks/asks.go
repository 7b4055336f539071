// Package asks keeps what customers are asked, and the hashes of the tokens by
// which they answer. A token itself is kept nowhere: who has lost one is sent
// another.
package asks

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/asking"
	"orderly/internal/order"
	"orderly/internal/store"
)

const columns = "a.id, a.order_id, a.kind, a.hold, a.line, a.sku, a.quantity, a.due_at, a.created_at, a.expires_at, a.answered_at, a.revoked_at, a.answer, a.actor"

func scanAsk(scan func(...any) error) (asking.Ask, error) {
	var a asking.Ask
	var line int64
	err := scan(&a.ID, &a.Order, &a.Kind, &a.Hold, &line, &a.SKU, &a.Quantity, &a.DueAt, &a.CreatedAt, &a.ExpiresAt, &a.AnsweredAt, &a.RevokedAt, &a.Answer, &a.Actor)
	a.Line = int(line)
	return a, err
}

// Find reads the question that a token with a hash answers; ok is false when none does. It
// needs no scope: it is how a customer gets one.
func Find(ctx context.Context, db *store.DB, m int64, hash string) (a asking.Ask, ok bool, err error) {
	err = db.Lookup(ctx, func(r *store.Reader) (err error) {
		a, err = scanAsk(r.Row("SELECT "+columns+" FROM customer_ask_token AS t JOIN customer_ask AS a ON a.m = t.m AND a.id = t.ask WHERE t.m = $1 AND t.token_hash = $2", m, hash).Scan)
		return err
	})
	return known(a, err)
}

func known(a asking.Ask, err error) (asking.Ask, bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return a, false, nil
	}
	return a, err == nil, err
}

// Get reads a question; ok is false when there is none.
func Get(r *store.Reader, id asking.ID) (asking.Ask, bool, error) {
	return known(scanAsk(r.Row("SELECT "+columns+" FROM customer_ask AS a WHERE a.m = $1 AND a.id = $2", r.M, int64(id)).Scan))
}

// ByID reads questions.
func ByID(r *store.Reader, ids []asking.ID) (map[asking.ID]*asking.Ask, error) {
	out := map[asking.ID]*asking.Ask{}
	err := store.In(r, "SELECT "+columns+" FROM customer_ask AS a WHERE a.m = $1 AND a.id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		a, err := scanAsk(scan)
		out[a.ID] = &a
		return err
	})
	return out, err
}

// OfOrder lists an order's questions, the newest first.
func OfOrder(r *store.Reader, id order.ID) ([]asking.Ask, error) {
	var out []asking.Ask
	err := r.Each("SELECT "+columns+" FROM customer_ask AS a WHERE a.m = $1 AND a.order_id = $2 ORDER BY a.id DESC", []any{r.M, int64(id)}, func(scan func(...any) error) error {
		a, err := scanAsk(scan)
		out = append(out, a)
		return err
	})
	return out, err
}

var save = store.Upsert("customer_ask", 2, "m", "id", "order_id", "kind", "hold", "line", "sku", "quantity", "due_at", "created_at", "expires_at", "answered_at", "revoked_at", "answer", "actor")

// Save keeps questions as they are now.
func Save(tx *store.Tx, list []asking.Ask) error {
	return save.Run(tx, len(list), func(v []any, n int) []any {
		a := &list[n]
		return append(v, tx.M, int64(a.ID), int64(a.Order), a.Kind, a.Hold, int64(a.Line), a.SKU, a.Quantity, a.DueAt, a.CreatedAt, a.ExpiresAt, a.AnsweredAt, a.RevokedAt, a.Answer, a.Actor)
	})
}

var insertToken = store.NewInsert("customer_ask_token", "", "m", "token_hash", "ask")

// AddToken keeps the hash of one more token of a question.
func AddToken(tx *store.Tx, id asking.ID, hash string) error {
	return insertToken.Run(tx, 1, func(v []any, _ int) []any { return append(v, tx.M, hash, int64(id)) })
}

// Tokens tells how many tokens a question has.
func Tokens(r *store.Reader, id asking.ID) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM customer_ask_token WHERE m = $1 AND ask = $2", r.M, int64(id)).Scan(&n)
	return n, err
}
