// Package web is the back office and the public pages: server-rendered, built
// into the binary, without a request to anybody else.
//
// What belongs here: the list of rooms. What does not: anything else; the frame
// is in shell, components in ui, texts in text, and each capability's pages in
// a room of its own (orders, floor, stock …), which lists its routes.
//
// How to add a room: a package web/<room> with Routes() []shell.Route, its
// templates beside its handlers (`templ generate` writes the _templ.go files,
// which are kept), its texts in text/en/<room>.json, its scripts, if any, in
// ui/assets/<room>.js; then a line in rooms, and a place in shell/navigation.go.
package web

import (
	"orderly/internal/desk"
	"orderly/internal/live"
	"orderly/internal/web/account"
	"orderly/internal/web/begin"
	"orderly/internal/web/cases"
	"orderly/internal/web/collect"
	"orderly/internal/web/costs"
	"orderly/internal/web/counter"
	"orderly/internal/web/credits"
	"orderly/internal/web/customers"
	"orderly/internal/web/edi"
	"orderly/internal/web/floor"
	"orderly/internal/web/imports"
	"orderly/internal/web/invoices"
	"orderly/internal/web/items"
	"orderly/internal/web/locations"
	"orderly/internal/web/merchants"
	"orderly/internal/web/orders"
	"orderly/internal/web/overview"
	"orderly/internal/web/preorders"
	"orderly/internal/web/purchases"
	"orderly/internal/web/receivables"
	"orderly/internal/web/replenishment"
	"orderly/internal/web/requests"
	"orderly/internal/web/returns"
	"orderly/internal/web/schedule"
	"orderly/internal/web/settings"
	"orderly/internal/web/shell"
	"orderly/internal/web/sourcing"
	"orderly/internal/web/statements"
	"orderly/internal/web/stock"
	"orderly/internal/web/suppliers"
	"orderly/internal/web/today"
	"orderly/internal/web/track"
	"orderly/internal/web/watch"
)

// rooms are all there are.
var rooms = []func() []shell.Route{
	account.Routes,
	begin.Routes,
	orders.Routes,
	counter.Routes,
	customers.Routes,
	credits.Routes,
	statements.Routes,
	receivables.Routes,
	invoices.Routes,
	settings.Routes,
	overview.Routes,
	floor.Routes,
	collect.Routes,
	today.Routes,
	track.Routes,
	returns.Routes,
	requests.Routes,
	cases.Routes,
	imports.Routes,
	items.Routes,
	locations.Routes,
	merchants.Routes,
	stock.Routes,
	edi.Routes,
	preorders.Routes,
	purchases.Routes,
	suppliers.Routes,
	replenishment.Routes,
	costs.Routes,
	watch.Routes,
	schedule.Routes,
	sourcing.Routes,
}

// New makes the pages on a desk.
func New(d *desk.Desk, hub *live.Hub, o shell.Options) *shell.Shell {
	s := shell.New(d, hub, o)
	for _, room := range rooms {
		s.Add(room()...)
	}
	return s
}
