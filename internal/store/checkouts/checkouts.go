// Package checkouts keeps claims of checkouts.
//
// What a claim is belongs to checkout.
package checkouts

import (
	"orderly/internal/checkout"
	"orderly/internal/store"
)

const columns = "id, channel, state, expires_at, ended_at, order_id, created_at, version"

// Load reads claims with their lines.
func Load(r *store.Reader, ids []checkout.ID) (map[checkout.ID]*checkout.Claim, error) {
	out := map[checkout.ID]*checkout.Claim{}
	err := store.In(r, "SELECT "+columns+" FROM checkout_claim WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var c checkout.Claim
		err := scan(&c.ID, &c.Channel, &c.State, &c.ExpiresAt, &c.EndedAt, &c.Order, &c.CreatedAt, &c.Version)
		out[c.ID] = &c
		return err
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	err = store.In(r, "SELECT claim, n, sku, item, location, quantity, held FROM checkout_claim_line WHERE m = $1 AND claim IN ($IN) ORDER BY claim, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id checkout.ID
		var l checkout.Line
		err := scan(&id, &l.N, &l.SKU, &l.Cell.Item, &l.Cell.Location, &l.Quantity, &l.Held)
		if c := out[id]; c != nil {
			c.Lines = append(c.Lines, l)
		}
		return err
	})
	return out, err
}

// Elapsed reads open claims whose time is over, the longest over first.
func Elapsed(r *store.Reader, now int64, limit int) ([]checkout.ID, error) {
	return ids(r, "SELECT id FROM checkout_claim WHERE m = $1 AND state = 'open' AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3", r.M, now, int64(limit))
}

// Holding reads the claims that hold units of items.
func Holding(r *store.Reader, items []int64) (out []checkout.ID, err error) {
	err = store.In(r, "SELECT DISTINCT claim FROM checkout_claim_line WHERE m = $1 AND held > 0 AND item IN ($IN)", []any{r.M}, items, func(scan func(...any) error) error {
		var id checkout.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// AnyOpen reports whether any claim holds something.
func AnyOpen(r *store.Reader) (bool, error) {
	found, err := ids(r, "SELECT id FROM checkout_claim WHERE m = $1 AND state = 'open' ORDER BY expires_at LIMIT 1", r.M)
	return len(found) > 0, err
}

func ids(r *store.Reader, text string, args ...any) (out []checkout.ID, err error) {
	err = r.Each(text, args, func(scan func(...any) error) error {
		var id checkout.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

var (
	saveClaim = store.Upsert("checkout_claim", 2, "m", "id", "channel", "state", "expires_at", "ended_at", "order_id", "created_at", "version")
	saveLine  = store.Upsert("checkout_claim_line", 3, "m", "claim", "n", "sku", "item", "location", "quantity", "held")
)

// Save keeps claims as they are now.
func Save(tx *store.Tx, list []*checkout.Claim) error {
	err := saveClaim.Run(tx, len(list), func(a []any, i int) []any {
		c := list[i]
		return append(a, tx.M, int64(c.ID), c.Channel, c.State, c.ExpiresAt, c.EndedAt, c.Order, c.CreatedAt, c.Version)
	})
	type row struct {
		of *checkout.Claim
		l  *checkout.Line
	}
	var rows []row
	for _, c := range list {
		for i := range c.Lines {
			rows = append(rows, row{c, &c.Lines[i]})
		}
	}
	if err == nil {
		err = saveLine.Run(tx, len(rows), func(a []any, i int) []any {
			l := rows[i].l
			return append(a, tx.M, int64(rows[i].of.ID), int64(l.N), l.SKU, l.Cell.Item, int64(l.Cell.Location), l.Quantity, l.Held)
		})
	}
	return err
}
