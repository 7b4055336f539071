// Package checks keeps what is looked at when orders come, by what they are
// known as one customer's, and which customers are blocked.
//
// No rule belongs here, only what its rows look like.
package checks

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/verification"
)

// Saved are rules as they were saved. Version is 0 when nothing ever was.
type Saved struct {
	verification.Rules
	Version int64
	At      int64
	By      string
}

// Rules reads the newest version.
func Rules(r *store.Reader) (Saved, error) {
	var s Saved
	var body string
	err := r.Row("SELECT version, saved_at, saved_by, body FROM order_check WHERE m = $1 ORDER BY version DESC LIMIT 1", r.M).Scan(&s.Version, &s.At, &s.By, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err == nil {
		if err = json.Unmarshal([]byte(body), &s.Rules); err != nil {
			err = fmt.Errorf("checks of version %d: %w", s.Version, err)
		}
	}
	return s, err
}

var insertRules = store.NewInsert("order_check", "", "m", "version", "saved_at", "saved_by", "body")

// Save keeps another version; those before stay.
func Save(tx *store.Tx, s *Saved) error {
	body, err := json.Marshal(s.Rules)
	if err != nil {
		return err
	}
	return insertRules.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, s.Version, s.At, s.By, string(body)) })
}

// maxSeen bounds how many orders are compared with those of one batch.
const maxSeen = 5000

// Before reads the orders that have one of the traits and came since an
// instant, the newest first. What was canceled is left out.
func Before(r *store.Reader, traits []int64, since int64) (out []verification.Seen, err error) {
	err = store.In(r, "SELECT t.trait, t.order_id, o.number, t.at, t.line_digest FROM order_trait AS t JOIN orders AS o ON o.m = $1 AND o.id = t.order_id"+
		" WHERE t.m = $1 AND t.at >= $2 AND t.trait IN ($IN) AND o.status <> 'canceled' ORDER BY t.at DESC, t.order_id, t.trait LIMIT "+fmt.Sprint(maxSeen), []any{r.M, since}, traits, func(scan func(...any) error) error {
		var s verification.Seen
		err := scan(&s.Key, &s.Order, &s.Number, &s.At, &s.Lines)
		out = append(out, s)
		return err
	})
	return out, err
}

// Trait is one by which an order is known.
type Trait struct {
	Order             order.ID
	Trait, At, Digest int64
}

var insertTrait = store.NewInsert("order_trait", "", "m", "order_id", "trait", "at", "line_digest")

// AddTraits keeps traits of new orders.
func AddTraits(tx *store.Tx, list []Trait) error {
	return insertTrait.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, int64(x.Order), x.Trait, x.At, x.Digest)
	})
}

// Forget removes traits of orders before one, of at most so many rows, and
// tells whether there may be more.
func Forget(tx *store.Tx, before order.ID, limit int) (more bool, err error) {
	var last, n int64
	err = tx.Each("SELECT order_id FROM order_trait WHERE m = $1 AND order_id < $2 ORDER BY order_id LIMIT $3", []any{tx.M, int64(before), int64(limit)}, func(scan func(...any) error) error {
		n++
		return scan(&last)
	})
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec("DELETE FROM order_trait WHERE m = $1 AND order_id <= $2", tx.M, last)
	return n == int64(limit), err
}

// Block is a customer whose orders somebody is to look at.
type Block struct {
	Customer party.ID
	Reason   string
	At       int64
	By       string
}

// Blocks reads which of the customers are blocked.
func Blocks(r *store.Reader, ids []party.ID) (map[party.ID]Block, error) {
	out := map[party.ID]Block{}
	err := store.In(r, "SELECT customer, reason, at, by_actor FROM customer_block WHERE m = $1 AND customer IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var b Block
		err := scan(&b.Customer, &b.Reason, &b.At, &b.By)
		out[b.Customer] = b
		return err
	})
	return out, err
}

// BlockedMail reads which e-mail addresses are those of blocked customers, and why.
func BlockedMail(r *store.Reader, emails []string) (map[string]string, error) {
	out := map[string]string{}
	err := store.In(r, "SELECT c.email, b.reason FROM customer AS c JOIN customer_block AS b ON b.m = $1 AND b.customer = c.id WHERE c.m = $1 AND c.email IN ($IN)", []any{r.M}, emails, func(scan func(...any) error) error {
		var email, reason string
		err := scan(&email, &reason)
		out[email] = reason
		return err
	})
	return out, err
}

var saveBlock = store.Upsert("customer_block", 2, "m", "customer", "reason", "at", "by_actor")

// SaveBlock keeps that a customer is blocked.
func SaveBlock(tx *store.Tx, b Block) error {
	return saveBlock.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, int64(b.Customer), b.Reason, b.At, b.By) })
}

// EndBlock ends it.
func EndBlock(tx *store.Tx, id party.ID) error {
	_, err := tx.Exec("DELETE FROM customer_block WHERE m = $1 AND customer = $2", tx.M, int64(id))
	return err
}
