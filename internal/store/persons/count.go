package persons

import (
	"orderly/internal/order"
	"orderly/internal/privacy"
	"orderly/internal/store"
)

// counted are the parts of orders that an erasure rewrites.
var counted = [...]struct {
	text string
	into func(*privacy.Count) *int64
}{
	{"SELECT count(*) FROM order_note WHERE m = $1 AND text <> '' AND order_id IN ($IN)", func(c *privacy.Count) *int64 { return &c.Notes }},
	{"SELECT count(*) FROM order_hold WHERE m = $1 AND note <> '' AND order_id IN ($IN)", func(c *privacy.Count) *int64 { return &c.Holds }},
	{"SELECT count(*) FROM order_return WHERE m = $1 AND order_id IN ($IN)", func(c *privacy.Count) *int64 { return &c.Returns }},
	{"SELECT count(*) FROM trouble WHERE m = $1 AND text <> '' AND order_id IN ($IN)", func(c *privacy.Count) *int64 { return &c.Reports }},
	{"SELECT count(*) FROM invoice WHERE m = $1 AND issued_hash = '' AND order_id IN ($IN)", func(c *privacy.Count) *int64 { return &c.Documents }},
}

// Add counts what stands in orders, and until when their documents are kept.
func Add(r *store.Reader, c *privacy.Count, ids []order.ID, s privacy.Setting) error {
	for _, x := range counted {
		err := store.In(r, x.text, []any{r.M}, ids, func(scan func(...any) error) error {
			var n int64
			err := scan(&n)
			*x.into(c) += n
			return err
		})
		if err != nil {
			return err
		}
	}
	return store.In(r, "SELECT coalesce(max(issued_on), 0) FROM invoice WHERE m = $1 AND issued_hash = '' AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var on int64
		err := scan(&on)
		if on > 0 {
			c.KeptUntil = max(c.KeptUntil, s.KeptUntil(on))
		}
		return err
	})
}

// blocks are what keeps a person from being erased, each the ids of orders.
var blocks = [...]struct{ kind, text string }{
	{privacy.OpenOrder, "SELECT id FROM orders WHERE m = $1 AND status = 'open' AND mode <> 'history' AND id IN ($IN) ORDER BY id"},
	{privacy.OpenPayment, "SELECT id FROM orders WHERE m = $1 AND payment_status IN ('unpaid', 'partially_paid', 'overpaid') AND mode <> 'history' AND id IN ($IN) ORDER BY id"},
	{privacy.OpenPayment, "SELECT DISTINCT order_id FROM payment_intent WHERE m = $1 AND settled_at = 0 AND order_id IN ($IN) ORDER BY order_id"},
	{privacy.OpenReturn, "SELECT DISTINCT order_id FROM order_return WHERE m = $1 AND state NOT IN ('closed', 'refused', 'canceled') AND order_id IN ($IN) ORDER BY order_id"},
	{privacy.Problem, "SELECT DISTINCT order_id FROM support_case WHERE m = $1 AND resolved_at = 0 AND order_id IN ($IN) ORDER BY order_id"},
	{privacy.Problem, "SELECT DISTINCT order_id FROM trouble WHERE m = $1 AND settled_at = 0 AND reason <> '' AND kind <> 'rule' AND order_id IN ($IN) ORDER BY order_id"},
}

// Blocks names what keeps the orders from being erased.
func Blocks(r *store.Reader, c *privacy.Count, ids []order.ID, now int64) error {
	add := func(kind string, seen map[order.ID]bool) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			b := privacy.Block{Kind: kind}
			err := scan(&b.Order)
			if seen[b.Order] {
				return err
			}
			seen[b.Order] = true
			if c.BlocksTotal++; len(c.Blocks) < privacy.MaxBlocks {
				c.Blocks = append(c.Blocks, b)
			}
			return err
		}
	}
	seen := map[string]map[order.ID]bool{}
	for _, x := range blocks {
		if seen[x.kind] == nil {
			seen[x.kind] = map[order.ID]bool{}
		}
		if err := store.In(r, x.text, []any{r.M}, ids, add(x.kind, seen[x.kind])); err != nil {
			return err
		}
	}
	err := store.In(r, "SELECT DISTINCT order_id FROM payment WHERE m = $1 AND disputed > won AND updated_at > $2 AND order_id IN ($IN) ORDER BY order_id",
		[]any{r.M, now - privacy.DisputeFor}, ids, add(privacy.Dispute, map[order.ID]bool{}))
	if err != nil {
		return err
	}
	return number(r, c.Blocks)
}

// number tells the numbers of the orders that are named.
func number(r *store.Reader, list []privacy.Block) error {
	ids := make([]order.ID, len(list))
	for i := range list {
		ids[i] = list[i].Order
	}
	numbers := map[order.ID]int64{}
	err := store.In(r, "SELECT id, number FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var n int64
		err := scan(&id, &n)
		numbers[id] = n
		return err
	})
	for i := range list {
		list[i].Number = numbers[list[i].Order]
	}
	return err
}
