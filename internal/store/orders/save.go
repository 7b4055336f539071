package orders

import (
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/tax"
)

var insertOrder = store.NewInsert("orders", "", "m", "id", "number", "channel", "external_id", "request_hash", "customer", "mode", "currency", "priority",
	"tags", "custom", "placed_at", "placed_on", "due_at", "created_at", "updated_at",
	"status", "payment_status", "fulfillment_status", "return_status", "hold_status", "stage",
	"subtotal", "discount", "tax", "fees", "total", "moved", "paid",
	"ordered", "unsourced", "backordered", "allocated", "line_count", "fee_count", "hold_count", "version")

var insertRecorded = store.NewInsert("orders", "", "m", "id", "number", "channel", "external_id", "request_hash", "customer", "mode", "currency", "priority",
	"tags", "custom", "placed_at", "placed_on", "due_at", "created_at", "updated_at",
	"status", "payment_status", "fulfillment_status", "return_status", "hold_status", "stage",
	"subtotal", "discount", "tax", "fees", "total", "moved", "paid",
	"ordered", "unsourced", "backordered", "allocated", "line_count", "fee_count", "hold_count", "version",
	"exchange_rate", "method", "refunded", "canceled_total", "canceled", "delivered", "returned", "restocked")

// Insert keeps new orders with all their parts. Columns that a placed order
// leaves at zero are left to their defaults, which costs less; one that was
// handed over or canceled in part in the act that placed it, is in another
// currency or names a delivery method, writes
// those that a recorded one does.
func Insert(tx *store.Tx, list []*order.Order) error {
	var placed, recorded []*order.Order
	for _, o := range list {
		if o.Mode == order.History || o.Sums[order.Delivered]+o.Sums[order.Canceled] > 0 || o.Exchange != 0 || o.Method != "" {
			recorded = append(recorded, o)
		} else {
			placed = append(placed, o)
		}
	}
	err := insertOrder.Run(tx, len(placed), func(a []any, n int) []any { return headArgs(a, tx.M, placed[n]) })
	if err == nil {
		err = insertRecorded.Run(tx, len(recorded), func(a []any, n int) []any {
			o := recorded[n]
			a = headArgs(a, tx.M, o)
			return append(a, int64(o.Exchange), o.Method, o.Refunded, o.Totals.Canceled, o.Sums[order.Canceled], o.Sums[order.Delivered], o.Sums[order.Returned], o.Sums[order.Restocked])
		})
	}
	if err == nil {
		err = insertParties(tx, list)
	}
	if err == nil {
		err = insertLines(tx, list)
	}
	if err == nil {
		err = insertFees(tx, list)
	}
	if err == nil {
		err = SaveHolds(tx, list)
	}
	return err
}

func headArgs(a []any, m int64, o *order.Order) []any {
	t, s, q := &o.Totals, &o.Statuses, &o.Sums
	return append(a, m, int64(o.ID), o.Number, o.Channel, store.Null(o.ExternalID), o.RequestHash, o.Customer, string(o.Mode), o.Currency.Code(), o.Priority,
		store.PackWords(o.Tags), string(o.Custom), o.PlacedAt, o.PlacedOn, o.DueAt, o.CreatedAt, o.UpdatedAt,
		s.Status, s.Payment, s.Fulfillment, s.Return, s.Hold, s.Stage,
		t.Subtotal, t.Discount, t.Tax, t.Fees, t.Total, t.Moved, o.Paid,
		q[order.Ordered], q[order.Unsourced], q[order.Backordered], q[order.Allocated],
		int64(len(o.Lines)), int64(len(o.Fees)), int64(len(o.Holds)), o.Version)
}

var insertParty = store.NewInsert("order_party", "", "m", "order_id", "name", "email", "phone", "company", "ship_to", "bill_to")

func insertParties(tx *store.Tx, list []*order.Order) error {
	return insertParty.Run(tx, len(list), func(a []any, n int) []any {
		return partyArgs(a, tx.M, list[n])
	})
}

// lineRef is one line of one order, for writing lines of many orders at once.
type lineRef struct {
	o *order.Order
	l *order.Line
}

// Three shapes of line, from the usual to the rare, each writing only columns
// that differ from their defaults.
var (
	insertPlain = store.NewInsert("order_line", "", "m", "order_id", "n", "item", "title", "scale", "stocked", "quantity", "price", "total",
		"ordered", "allocated")
	insertLine = store.NewInsert("order_line", "", "m", "order_id", "n", "item", "title", "scale", "stocked", "quantity", "price", "total",
		"ordered", "allocated", "parent", "per_parent", "moved", "discount", "tax", "tax_rate", "custom", "priority", "backordered_at",
		"canceled", "unsourced", "backordered", "delivered", "returned", "restocked")
)

func plain(o *order.Order, l *order.Line) bool {
	return l.Q[order.Allocated] == l.Q[order.Ordered] && l.Parent == 0 && l.Moved == 0 && l.Discount == 0 && l.Tax == 0 && l.Taxed == (tax.Basis{}) && len(l.Custom) == 0 && o.Priority == 0
}

func insertLines(tx *store.Tx, list []*order.Order) error {
	var simple, full []lineRef
	for _, o := range list {
		for i := range o.Lines {
			l := &o.Lines[i]
			if plain(o, l) {
				simple = append(simple, lineRef{o, l})
			} else {
				full = append(full, lineRef{o, l})
			}
		}
	}
	head := func(a []any, x lineRef) []any {
		l := x.l
		return append(a, tx.M, int64(x.o.ID), int64(l.N), l.Item, l.Title, int64(l.Scale), store.Bool(l.Stocked), l.Quantity, int64(l.Price), l.Total,
			l.Q[order.Ordered], l.Q[order.Allocated])
	}
	err := insertPlain.Run(tx, len(simple), func(a []any, n int) []any { return head(a, simple[n]) })
	if err != nil {
		return err
	}
	return insertLine.Run(tx, len(full), func(a []any, n int) []any {
		l := full[n].l
		return append(head(a, full[n]), int64(l.Parent), l.PerParent, l.Moved, l.Discount, l.Tax, l.Taxed.Number(), string(l.Custom), full[n].o.Priority, l.BackorderedAt,
			l.Q[order.Canceled], l.Q[order.Unsourced], l.Q[order.Backordered], l.Q[order.Delivered], l.Q[order.Returned], l.Q[order.Restocked])
	})
}

var insertFee = store.NewInsert("order_fee", "", "m", "order_id", "n", "kind", "code", "label", "amount", "tax", "tax_rate")

func insertFees(tx *store.Tx, list []*order.Order) error {
	for _, o := range list {
		err := insertFee.Run(tx, len(o.Fees), func(a []any, n int) []any {
			f := o.Fees[n]
			return append(a, tx.M, int64(o.ID), int64(f.N), f.Kind, f.Code, f.Label, f.Amount, f.Tax, f.Taxed.Number())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var saveHold = store.Upsert("order_hold", 3, "m", "order_id", "id", "reason", "note", "blocks", "placed_at", "placed_by", "lifted_at", "lifted_by", "until_at")

// SaveHolds keeps the holds of orders as they are now.
func SaveHolds(tx *store.Tx, list []*order.Order) error {
	for _, o := range list {
		err := saveHold.Run(tx, len(o.Holds), func(a []any, n int) []any {
			h := o.Holds[n]
			return append(a, tx.M, int64(o.ID), h.ID, h.Reason, h.Note, store.PackWords(h.Blocks), h.PlacedAt, h.PlacedBy, h.LiftedAt, h.LiftedBy, h.Until)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Changed is an order after an act and as its rows are, and which of its lines
// changed.
type Changed struct {
	Order  *order.Order
	Was    *order.Order
	Lines  []int // N of the lines whose units moved
	Recast       // what a change of the order has written anew

	Refunded []order.LineRefund // lines and fees of which money was given back
}

// changing are the columns of an order that acts change.
// _version is the version before: an order that somebody changed meanwhile is
// a bug, since the merchant was locked.
var changing = []string{
	"id", "_version", "tags:text", "priority", "updated_at",
	"status:text", "payment_status:text", "fulfillment_status:text", "return_status:text", "hold_status:text",
	"canceled_total", "paid", "refunded",
	"canceled", "unsourced", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "lost", "return_requested", "returned", "restocked",
	"hold_count", "version", "edit_version", "stage:text",
}

var updateOrder = store.NewUpdate("orders", 1, changing...)

var updateLine = store.NewUpdate("order_line", 2, "order_id", "n", "backordered_at",
	"canceled", "unsourced", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "lost", "return_requested", "returned", "restocked")

// changingArgs are the columns of an order whose row has the version before.
func changingArgs(a []any, o *order.Order, before int64) []any {
	s, q := &o.Statuses, &o.Sums
	return append(a, int64(o.ID), before, store.PackWords(o.Tags), o.Priority, o.UpdatedAt,
		s.Status, s.Payment, s.Fulfillment, s.Return, s.Hold,
		o.Totals.Canceled, o.Paid, o.Refunded,
		q[order.Canceled], q[order.Unsourced], q[order.Backordered], q[order.Allocated], q[order.Picked], q[order.Packed], q[order.Shipped],
		q[order.Delivered], q[order.Lost], q[order.ReturnRequested], q[order.Returned], q[order.Restocked],
		int64(len(o.Holds)), o.Version, o.EditVersion, s.Stage)
}

func lineArgs(a []any, x lineRef) []any {
	l, q := x.l, &x.l.Q
	return append(a, int64(x.o.ID), int64(l.N), l.BackorderedAt,
		q[order.Canceled], q[order.Unsourced], q[order.Backordered], q[order.Allocated], q[order.Picked], q[order.Packed], q[order.Shipped],
		q[order.Delivered], q[order.Lost], q[order.ReturnRequested], q[order.Returned], q[order.Restocked])
}

// Update keeps changed orders and their changed lines.
func Update(tx *store.Tx, list []Changed) error {
	var plain, recast []Changed
	for _, c := range list {
		if c.From > 0 {
			recast = append(recast, c)
		} else {
			plain = append(plain, c)
		}
	}
	err := updateOrder.Change(tx, len(plain),
		func(a []any, n int) []any { return changingArgs(a, plain[n].Was, plain[n].Was.Version) },
		func(a []any, n int) []any { return changingArgs(a, plain[n].Order, plain[n].Was.Version) })
	if err == nil {
		err = updateRecast.Run(tx, len(recast), func(a []any, n int) []any { return recastArgs(a, &recast[n]) })
	}
	if err != nil {
		return err
	}
	var lines, were []lineRef
	for _, c := range list {
		for _, n := range c.Lines {
			if !c.wrote(n) {
				lines, were = append(lines, lineRef{c.Order, c.Order.Line(n)}), append(were, lineRef{c.Was, c.Was.Line(n)})
			}
		}
	}
	if err := writeRecast(tx, list); err != nil {
		return err
	}
	err = updateLine.Change(tx, len(lines),
		func(a []any, n int) []any { return lineArgs(a, were[n]) },
		func(a []any, n int) []any { return lineArgs(a, lines[n]) })
	for i := range list {
		if err == nil && len(list[i].Refunded) > 0 {
			err = saveRefunds(tx, list[i].Order, list[i].Refunded)
		}
	}
	return err
}

// saveRefunds keeps what was given back of lines and fees.
func saveRefunds(tx *store.Tx, o *order.Order, of []order.LineRefund) error {
	for _, x := range of {
		var err error
		if x.Line == 0 {
			f := &o.Fees[x.Units-1]
			_, err = tx.Exec("UPDATE order_fee SET refunded = $1 WHERE m = $2 AND order_id = $3 AND n = $4", f.Refunded, tx.M, int64(o.ID), int64(f.N))
		} else {
			l := o.Line(x.Line)
			_, err = tx.Exec("UPDATE order_line SET refunded_units = $1, refunded = $2 WHERE m = $3 AND order_id = $4 AND n = $5", l.RefundedUnits, l.Refunded, tx.M, int64(o.ID), int64(l.N))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SavePreorders keeps which units of an order are pre-ordered. Most orders have
// none, and pay nothing for it: their lines keep the defaults.
func SavePreorders(tx *store.Tx, o *order.Order) error {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Preorder == 0 {
			continue
		}
		_, err := tx.Exec("UPDATE order_line SET preorder = $1, preordered = $2 WHERE m = $3 AND order_id = $4 AND n = $5", l.Preorder, l.Preordered, tx.M, int64(o.ID), int64(l.N))
		if err != nil {
			return err
		}
	}
	return nil
}

var insertNote = store.NewInsert("order_note", "", "m", "order_id", "id", "text", "at", "actor")

// AddNotes keeps remarks.
func AddNotes(tx *store.Tx, list []Note) error {
	return insertNote.Run(tx, len(list), func(a []any, n int) []any {
		x := list[n]
		return append(a, tx.M, int64(x.Order), x.ID, x.Text, x.At, x.Actor)
	})
}

// SpreadPriority carries an order's priority to its lines and its open claims,
// where backorders and displacement look for it.
func SpreadPriority(tx *store.Tx, o *order.Order) error {
	_, err := tx.Exec("UPDATE order_line SET priority = $1 WHERE m = $2 AND order_id = $3", o.Priority, tx.M, int64(o.ID))
	if err == nil {
		_, err = tx.Exec("UPDATE fulfillment SET priority = $1 WHERE m = $2 AND source_id = $3", o.Priority, tx.M, int64(o.ID))
	}
	return err
}

// SpreadDue carries when an order is due to itself and its fulfillments.
func SpreadDue(tx *store.Tx, o *order.Order) error {
	_, err := tx.Exec("UPDATE orders SET due_at = $1 WHERE m = $2 AND id = $3", o.DueAt, tx.M, int64(o.ID))
	if err == nil {
		_, err = tx.Exec("UPDATE fulfillment SET due_at = $1 WHERE m = $2 AND source_id = $3", o.DueAt, tx.M, int64(o.ID))
	}
	return err
}
