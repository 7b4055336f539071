package care

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/tracking"
)

// EndLink ends an order's tracking link: whoever has it finds nothing behind
// it. A link that is made later is another one. Ended again, it changes nothing.
var EndLink = changeLink("orders.end_link", func(l *tracking.Link, id order.ID, now int64) (bool, error) {
	switch {
	case l.Order == 0:
		return false, fault.New(fault.Conflict, "no_link", "order %s has no tracking link", id)
	case l.RevokedAt != 0:
		return false, nil
	}
	l.RevokedAt = now
	return true, nil
})

// RenewLink ends an order's tracking link, which came into wrong hands, and
// makes another; one that there never was is made.
var RenewLink = changeLink("orders.renew_link", func(l *tracking.Link, id order.ID, now int64) (bool, error) {
	return true, anew(l, id, now)
})

// changeLink declares an act by which customers lose a way to their order. The
// journal says that, and by whom; never the link.
func changeLink(name string, change func(l *tracking.Link, id order.ID, now int64) (changed bool, err error)) *desk.Operation[LinkCommand] {
	return step.Act[LinkCommand]{
		Name: name, Permission: access.OrdersWrite,
		Load: func(b *step.Batch, asked []desk.Asked[LinkCommand]) error {
			ids := make([]order.ID, len(asked))
			for i := range asked {
				ids[i] = asked[i].Command.Order
			}
			if err := b.LoadOrders(ids); err != nil {
				return err
			}
			return b.LoadLinks(ids)
		},
		Decide: func(b *step.Batch, a desk.Asked[LinkCommand]) (desk.Result, error) {
			o := b.Order(a.Command.Order)
			if o == nil {
				return desk.Result{}, noSuchOrder(a.Command.Order)
			}
			l := b.Link(o.ID)
			changed, err := change(&l, o.ID, b.At)
			if err != nil || !changed {
				return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}, err
			}
			b.SaveLink(l)
			if err := b.Apply(a.Scope, journal.OrderEdited, o.ID, &order.Delta{Edited: []string{"tracking_link"}}); err != nil {
				return desk.Result{}, err
			}
			return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
		},
	}.Operation()
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
