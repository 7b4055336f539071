package invoices

import (
	"orderly/internal/order"
	"orderly/internal/store"
)

// When documents of a channel's orders are issued.
const (
	ByHand      = "hand"
	AtShipping  = "shipping"  // for what was shipped
	AtPlacement = "placement" // for all of an order
)

// Moments lists them.
var Moments = []string{ByHand, AtShipping, AtPlacement}

// MaxPolicies bounds the channels of which something is said.
const MaxPolicies = 400

// Policy says when documents of a channel's orders are issued by themselves.
// It holds for what the journal tells after Since.
type Policy struct {
	Channel string
	When    string
	Since   int64
}

// Policies reads what was said, by channel.
func Policies(r *store.Reader) (out []Policy, err error) {
	err = r.Each("SELECT channel, moment, since FROM invoice_policy WHERE m = $1 ORDER BY channel LIMIT $2", []any{r.M, int64(MaxPolicies)}, func(scan func(...any) error) error {
		var p Policy
		err := scan(&p.Channel, &p.When, &p.Since)
		out = append(out, p)
		return err
	})
	return out, err
}

var savePolicy = store.Upsert("invoice_policy", 2, "m", "channel", "moment", "since")

// SavePolicies keeps what is said of channels.
func SavePolicies(tx *store.Tx, list []Policy) error {
	return savePolicy.Run(tx, len(list), func(a []any, n int) []any {
		return append(a, tx.M, list[n].Channel, list[n].When, list[n].Since)
	})
}

// Billed is an order's channel, and whether anything of it was billed.
type Billed struct {
	Channel string
	Billed  bool
}

// BilledOn tells so of orders.
func BilledOn(r *store.Reader, ids []order.ID) (map[order.ID]Billed, error) {
	out := map[order.ID]Billed{}
	err := store.In(r, "SELECT id, channel FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var b Billed
		err := scan(&id, &b.Channel)
		out[id] = b
		return err
	})
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT DISTINCT order_id FROM invoice WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		err := scan(&id)
		b := out[id]
		b.Billed = true
		out[id] = b
		return err
	})
	return out, err
}
