// Package counter is the room where orders are keyed in: from the phone, from
// mail, and over the counter, where they are sold and taken in one act; and
// where they are changed later.
//
// What belongs here: the forms, what they find while somebody types, and what
// they say about the order before it is placed or changed. What does not: the rules (order
// warns, intake places and sells) and the order once it is there (orders).
//
// The form is the whole state: each of its buttons sends it as it is and gets
// it back with one thing done. The script only keeps the page and the focus in
// place meanwhile; without it the same buttons work.
package counter

import (
	"orderly/internal/access"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	write := access.OrdersWrite
	return []shell.Route{
		{Method: "GET", Path: "/orders/new", Needs: write, Do: begin},
		{Method: "POST", Path: "/orders/new", Needs: write, Do: place},
		{Method: "POST", Path: "/orders/new/draft", Needs: write, Do: change},
		{Method: "POST", Path: "/orders/new/check", Needs: write, Do: check},
		{Method: "GET", Path: "/orders/new/items", Needs: write, Do: suggest},
		{Method: "GET", Path: "/orders/{id}/change", Needs: write, Do: alter},
		{Method: "POST", Path: "/orders/{id}/change", Needs: write, Do: alterNow},
		{Method: "POST", Path: "/orders/{id}/change/draft", Needs: write, Do: alterDraft},
		{Method: "POST", Path: "/orders/{id}/change/check", Needs: write, Do: alterCheck},
		{Method: "GET", Path: "/orders/{id}/receipt.pdf", Needs: access.OrdersRead, Do: receipt},
	}
}
