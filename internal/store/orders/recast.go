package orders

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Recast is what a change of an order has written anew.
type Recast struct {
	Terms []int // N of the lines with new terms
	From  int   // lines after this one joined; 0 when the order was not changed
	Fees  bool  // fees have new amounts, or joined
	Party bool  // people or addresses are others
}

// wrote reports whether a line is written whole.
func (c *Changed) wrote(n int) bool {
	if c.From > 0 && n > c.From {
		return true
	}
	for _, t := range c.Terms {
		if t == n {
			return true
		}
	}
	return false
}

// updateRecast writes the header of an order that was changed: in one
// statement, since its figures must fit each other at any time.
var updateRecast = store.NewUpdate("orders", 1, append(slices.Clone(changing),
	"subtotal", "discount", "tax", "fees", "total", "moved", "ordered", "line_count", "fee_count", "as_placed:text")...)

var updateTerms = store.NewUpdate("order_line", 2, "order_id", "n", "quantity", "price", "total", "moved", "discount", "tax", "backordered_at", "ordered",
	"canceled", "unsourced", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "lost", "return_requested", "returned", "restocked")

var insertJoined = store.NewInsert("order_line", "", "m", "order_id", "n", "item", "title", "scale", "stocked", "quantity", "price", "total",
	"ordered", "allocated", "parent", "per_parent", "moved", "discount", "tax", "tax_rate", "custom", "priority", "backordered_at",
	"canceled", "unsourced", "backordered", "substitutes")

var saveFee = store.Upsert("order_fee", 3, "m", "order_id", "n", "kind", "code", "label", "amount", "tax", "tax_rate")

var saveParty = store.Upsert("order_party", 2, "m", "order_id", "name", "email", "phone", "company", "ship_to", "bill_to")

// writeRecast keeps what changes have made of orders beside the header: terms of lines, lines and fees that joined, people.
func writeRecast(tx *store.Tx, list []Changed) error {
	var fees []feeRef
	var people []*order.Order
	var terms, joined []lineRef
	for i := range list {
		c := &list[i]
		o := c.Order
		if c.From > 0 {
			for _, n := range c.Terms {
				if n <= c.From {
					terms = append(terms, lineRef{o, o.Line(n)})
				}
			}
			for n := c.From + 1; n <= len(o.Lines); n++ {
				joined = append(joined, lineRef{o, o.Line(n)})
			}
		}
		if c.Fees {
			for j := range o.Fees {
				fees = append(fees, feeRef{o, &o.Fees[j]})
			}
		}
		if c.Party {
			people = append(people, o)
		}
	}
	for _, write := range []func() error{
		func() error {
			return saveParty.Run(tx, len(people), func(a []any, n int) []any { return partyArgs(a, tx.M, people[n]) })
		},
		func() error {
			return updateTerms.Run(tx, len(terms), func(a []any, n int) []any { return termArgs(a, terms[n]) })
		},
		func() error {
			return insertJoined.Run(tx, len(joined), func(a []any, n int) []any { return joinedArgs(a, tx.M, joined[n]) })
		},
		func() error {
			return saveFee.Run(tx, len(fees), func(a []any, n int) []any { return fees[n].args(a, tx.M) })
		},
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func recastArgs(a []any, c *Changed) []any {
	o := c.Order
	t := &o.Totals
	return append(changingArgs(a, o, c.Was.Version), t.Subtotal, t.Discount, t.Tax, t.Fees, t.Total, t.Moved, o.Sums[order.Ordered], int64(len(o.Lines)), int64(len(o.Fees)), o.Was.Encode())
}

func termArgs(a []any, x lineRef) []any {
	l, q := x.l, &x.l.Q
	return append(a, int64(x.o.ID), int64(l.N), l.Quantity, int64(l.Price), l.Total, l.Moved, l.Discount, l.Tax, l.BackorderedAt, q[order.Ordered],
		q[order.Canceled], q[order.Unsourced], q[order.Backordered], q[order.Allocated], q[order.Picked], q[order.Packed], q[order.Shipped],
		q[order.Delivered], q[order.Lost], q[order.ReturnRequested], q[order.Returned], q[order.Restocked])
}

func joinedArgs(a []any, m int64, x lineRef) []any {
	l, q := x.l, &x.l.Q
	return append(a, m, int64(x.o.ID), int64(l.N), l.Item, l.Title, int64(l.Scale), store.Bool(l.Stocked), l.Quantity, int64(l.Price), l.Total,
		q[order.Ordered], q[order.Allocated], int64(l.Parent), l.PerParent, l.Moved, l.Discount, l.Tax, l.Taxed.Number(), string(l.Custom), x.o.Priority, l.BackorderedAt,
		q[order.Canceled], q[order.Unsourced], q[order.Backordered], int64(l.Substitutes))
}

func partyArgs(a []any, m int64, o *order.Order) []any {
	c := &o.Party.Customer
	return append(a, m, int64(o.ID), c.Name, c.Email, c.Phone, c.Company, store.PackAddress(o.Party.ShipTo), store.PackAddress(o.Party.BillTo))
}

// feeRef is one fee of one order.
type feeRef struct {
	o *order.Order
	f *order.Fee
}

func (x feeRef) args(a []any, m int64) []any {
	f := x.f
	return append(a, m, int64(x.o.ID), int64(f.N), f.Kind, f.Code, f.Label, f.Amount, f.Tax, f.Taxed.Number())
}
