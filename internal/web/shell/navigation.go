package shell

import (
	"strings"

	"orderly/internal/access"
)

// place is one entry of the navigation.
type place struct {
	Key, Path, Icon string
	Needs           access.Permission
	Go              string // after g, leads there
}

// group is a part of the navigation under one heading.
type group struct {
	Key    string // of the heading, "" for none
	Places []place
}

var navigation = []group{
	{"", []place{
		{"nav.today", "/", "inbox", access.OrdersRead, "t"},
	}},
	{"nav.group_sell", []place{
		{"nav.orders", "/orders", "shopping-bag", access.OrdersRead, "o"},
		{"nav.new_order", "/orders/new", "plus", access.OrdersWrite, "n"},
		{"nav.returns", "/returns", "rotate-ccw", access.OrdersRead, "r"},
		{"nav.cases", "/cases", "message-square", access.CustomersRead, "m"},
		{"nav.customers", "/customers", "users", access.CustomersRead, "c"},
		{"nav.invoices", "/invoices", "file-text", access.OrdersRead, "b"},
		{"nav.credits", "/credits", "credit-card", access.OrdersRead, "k"},
		{"nav.statements", "/statements", "receipt", access.OrdersRead, "y"},
		{"nav.receivables", "/receivables", "hand-coins", access.OrdersRead, "d"},
	}},
	{"nav.group_move", []place{
		{"nav.floor", "/floor", "warehouse", access.FulfillmentRead, "w"},
		{"nav.collect", "/collect", "package-check", access.FulfillmentRead, "e"},
		{"nav.requests", "/requests", "truck", access.RequestsWork, "q"},
		{"nav.stock", "/stock", "boxes", access.StockRead, "s"},
		{"nav.preorders", "/preorders", "package-plus", access.StockRead, "a"},
		{"nav.items", "/items", "package", access.CatalogRead, "i"},
		{"nav.locations", "/locations", "map-pin", access.CatalogRead, "l"},
		{"nav.sourcing", "/sourcing", "scale", access.OrdersRead, "p"},
		{"nav.schedule", "/schedule", "calendar", access.OrdersRead, "j"},
		{"nav.imports", "/imports", "file-up", access.OrdersWrite, "u"},
		{"nav.edi", "/edi", "file-text", access.OrdersRead, "x"},
	}},
	{"nav.group_buy", []place{
		{"nav.purchases", "/purchases", "shopping-cart", access.StockRead, "f"},
		{"nav.supplier_returns", "/purchases/returns", "rotate-ccw", access.StockRead, ""},
		{"nav.suppliers", "/suppliers", "store", access.PurchasesRead, "z"},
		{"nav.replenishment", "/replenishment", "repeat", access.PurchasesRead, ""},
		{"nav.costs", "/costs", "wallet", access.PurchasesRead, ""},
	}},
	{"nav.group_know", []place{
		{"nav.overview", "/overview", "chart-column", access.OrdersRead, "v"},
		{"nav.watch", "/watch", "eye", access.FulfillmentRead, ""},
	}},
}

// groups are what the visitor may open and what there is.
func (v *Visit) groups() []group {
	var out []group
	for _, g := range navigation {
		var kept []place
		for _, p := range g.Places {
			if v.May(p.Needs) && v.shell.serves(p.Path) {
				kept = append(kept, p)
			}
		}
		if len(kept) > 0 {
			out = append(out, group{g.Key, kept})
		}
	}
	return out
}

// Home is the first place that the visitor may open; "" when there is none.
func (v *Visit) Home() string {
	for _, g := range v.groups() {
		return g.Places[0].Path
	}
	return ""
}

func (s *Shell) serves(path string) bool {
	for _, r := range s.routes {
		if r.Method == "GET" && (r.Path == path || path == "/" && r.Path == "/{$}") {
			return true
		}
	}
	return false
}

// current reports whether a place is the one that the visitor is at: the
// longest that the address begins with.
func (v *Visit) current(p place) bool {
	best := ""
	for _, g := range navigation {
		for _, each := range g.Places {
			if within(v.R.URL.Path, each.Path) && len(each.Path) > len(best) {
				best = each.Path
			}
		}
	}
	return best == p.Path
}

func within(address, path string) bool {
	return address == path || path != "/" && strings.HasPrefix(address, path+"/")
}

// Initials stand for somebody where there is no room for the name.
func Initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		out = append(out, []rune(word)[0])
	}
	switch {
	case len(out) == 0:
		return "?"
	case len(out) > 2:
		out = []rune{out[0], out[len(out)-1]}
	}
	return strings.ToUpper(string(out))
}
