package care

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/tracking"
)

// EndLink ends an order's tracking link: whoever has it finds nothing behind
// it. A link that is made later is another one. Ended again, it changes nothing.
var EndLink = &desk.Operation[LinkCommand]{
	Name: "orders.end_link", Permission: access.OrdersWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		out, known, err := endLinks(&t.Reader, asked)
		for i := 0; i < len(asked) && err == nil; i++ {
			l := known[asked[i].Command.Order]
			if out[i].Err != nil || l.RevokedAt != 0 {
				continue
			}
			l.RevokedAt, out[i].Status = t.At, "done"
			known[l.Order] = l
			err = tracking.Save(t.Tx, []tracking.Link{l})
		}
		return out, err
	},
	Preview: func(_ *desk.Desk, r *store.Reader, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		out, _, err := endLinks(r, asked)
		return out, err
	},
}

func endLinks(r *store.Reader, asked []desk.Asked[LinkCommand]) ([]desk.Result, map[order.ID]tracking.Link, error) {
	out, known, err := findLinks(r, asked)
	for i := range asked {
		id := asked[i].Command.Order
		if _, ok := known[id]; !ok && out[i].Err == nil {
			out[i].Err = fault.New(fault.Conflict, "no_link", "order %s has no tracking link", id)
		}
	}
	return out, known, err
}

// OpenLink notes that a customer opened the link for the first time. No entry
// tells of it: reading is no act on the order.
var OpenLink = &desk.Operation[LinkCommand]{
	Name: "tracking.opened", Permission: access.Track,
	Run: func(t *desk.Turn, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		ids, out := make([]order.ID, len(asked)), make([]desk.Result, len(asked))
		for i, a := range asked {
			out[i] = desk.Result{Kind: journal.Order, ID: a.Scope.Order, Status: "done"}
			ids[i] = order.ID(a.Scope.Order) // the link's own, whatever was asked for
		}
		return out, tracking.Opened(t.Tx, ids)
	},
	Preview: func(_ *desk.Desk, _ *store.Reader, asked []desk.Asked[LinkCommand]) ([]desk.Result, error) {
		return make([]desk.Result, len(asked)), nil
	},
}
