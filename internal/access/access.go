// Package access says who asks and what they may see and do.
//
// A Scope is the only key to a store.Reader or a desk operation. Edges make
// scopes from credentials; nothing below an edge widens one. Credentials
// themselves (keys, sessions) are kept elsewhere; this package is pure.
package access

import (
	"slices"
	"strings"

	"orderly/internal/fault"
)

// Permission names one thing that may be done, "noun:verb".
type Permission string

const (
	OrdersRead       Permission = "orders:read"
	OrdersWrite      Permission = "orders:write"
	OrdersSell       Permission = "orders:sell"    // over the counter: goods leave the shelf at once
	OrdersApprove    Permission = "orders:approve" // up to a limit of its own
	FulfillmentRead  Permission = "fulfillments:read"
	FulfillmentWrite Permission = "fulfillments:write"
	RequestsWork     Permission = "requests:work" // answer what a supplier or a 3PL is asked, and send it
	StockRead        Permission = "stock:read"
	StockWrite       Permission = "stock:write"
	CatalogRead      Permission = "catalog:read"
	CatalogWrite     Permission = "catalog:write"
	PurchasesRead    Permission = "purchases:read" // suppliers, and what they charge
	PurchasesWrite   Permission = "purchases:write"
	CustomersRead    Permission = "customers:read"
	CustomersWrite   Permission = "customers:write"
	EntriesRead      Permission = "entries:read"
	KeysWrite        Permission = "keys:write"
	UsersWrite       Permission = "users:write"
	SettingsWrite    Permission = "settings:write"
	RulesWrite       Permission = "rules:write"   // automation, within what its maker may do
	PersonsErase     Permission = "persons:erase" // takes a person out of the books, and gives out all that is known of one

	// Own is what everybody who has signed in may do to what is theirs alone:
	// name, password, sessions. No key and no role holds it.
	Own Permission = "own"
)

// Track is what the holder of an order's tracking link may: see that order's
// way, say that it arrived, report what is wrong. It is no part of All: no key
// and no user is given it, and it is worth nothing without Scope.Order.
const Track Permission = "orders:track"

// All lists every permission, in the order in which help texts show them.
var All = []Permission{
	OrdersRead, OrdersWrite, OrdersSell, OrdersApprove, FulfillmentRead, FulfillmentWrite, RequestsWork, StockRead, StockWrite,
	CatalogRead, CatalogWrite, PurchasesRead, PurchasesWrite, CustomersRead, CustomersWrite, EntriesRead, KeysWrite,
	UsersWrite, SettingsWrite, RulesWrite, PersonsErase,
}

// ParsePermissions reads a comma separated list; "*" means all and "read" means
// every read permission. Unknown names are listed all at once.
func ParsePermissions(text string) ([]Permission, error) {
	var out []Permission
	var faults fault.List
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p := Permission(word)
		switch {
		case word == "*":
			out = append(out, All...)
		case word == "read":
			for _, each := range All {
				if strings.HasSuffix(string(each), ":read") {
					out = append(out, each)
				}
			}
		case slices.Contains(All, p):
			out = append(out, p)
		default:
			faults.Add("", "unknown_scope", "%q is not a scope; use * or read or some of %v", word, All)
		}
	}
	if len(out) == 0 && faults.Len() == 0 {
		faults.Add("", "no_scope", "name at least one scope, for example orders:read")
	}
	slices.Sort(out)
	return slices.Compact(out), faults.Err()
}

// Actor is who did it, as the journal keeps it: a kind and an opaque id,
// never a name or an address.
type Actor struct {
	Kind string // "key", "user", "system", "command"
	ID   string
}

// User is the kind of an actor who is a person that has signed in.
const User = "user"

func (a Actor) String() string { return a.Kind + ":" + a.ID }

// Scope is one caller's reach. The zero Scope reaches nothing.
type Scope struct {
	Merchant    int64
	Actor       Actor
	Permissions []Permission
	Locations   []int64 // when not empty, only these locations are seen and worked
	Order       int64   // when not zero, only this order is seen: a customer's link
	Cause       string  // request id, job id or command that led to this
}

// May reports whether the scope holds the permission.
func (s Scope) May(p Permission) bool { return slices.Contains(s.Permissions, p) }

// Require is nil when the scope holds the permission.
func (s Scope) Require(p Permission) error {
	if s.Merchant == 0 {
		return fault.New(fault.Unknown, "unauthenticated", "send an API key: Authorization: Bearer ord_…")
	}
	if s.May(p) {
		return nil
	}
	if s.Actor.Kind == User {
		return fault.New(fault.Denied, "missing_scope", "your role does not let you %s; ask somebody who is admin", p.Words())
	}
	return fault.New(fault.Denied, "missing_scope", "this key lacks the scope %s; ask for a key that has it", p)
}

// Sees reports whether the scope reaches a location.
func (s Scope) Sees(location int64) bool {
	return s.Merchant != 0 && (len(s.Locations) == 0 || slices.Contains(s.Locations, location))
}

// Link is the scope of whoever holds an order's tracking link.
func Link(merchant, order int64, cause string) Scope {
	return Scope{Merchant: merchant, Actor: Actor{Kind: "customer", ID: "link"}, Permissions: []Permission{Track}, Order: order, Cause: cause}
}

// System is the scope of the program's own work on one merchant.
// It is for commands and jobs that run with the database at hand.
func System(merchant int64, kind, id string) Scope {
	return Scope{Merchant: merchant, Actor: Actor{Kind: kind, ID: id}, Permissions: All}
}
