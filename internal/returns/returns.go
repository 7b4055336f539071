// Package returns is what came back from a customer.
//
// What belongs here: the return and its lines. What does not: how many may
// come back (order) and what lies on the shelf then (stock).
package returns

import (
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// ID names a return for ever.
type ID int64

func (id ID) String() string { return ident.Text("ret", int64(id)) }

// Return is goods received back at one location in one act.
type Return struct {
	ID       ID
	Order    order.ID
	Location stock.LocationID
	Reason   string
	At       int64
	Lines    []Line
}

// Line is units of one order line; Restocked of them are sellable again, the
// others lie damaged at the location.
type Line struct {
	Line      int
	Item      int64
	Quantity  int64
	Restocked int64
}
