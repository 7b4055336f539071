// Package verification is what is looked at when an order comes, before work on
// it begins: is the address whole, was it ordered twice, is it more than usual.
//
// What belongs here: the rules, their limits, what they find, and by which
// traits orders of one customer are known. What does not: reading what came
// before, and placing the hold for what was found (desk/intake).
package verification

import (
	"fmt"
	"slices"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/money"
)

// The rules, in the order in which they are told.
const (
	Address   = "address"   // incomplete, or without a house number
	POBox     = "po_box"    // couriers do not go there
	Missing   = "missing"   // what the shop wants to know of every order
	Blocked   = "blocked"   // the customer is
	Duplicate = "duplicate" // the same was ordered a while ago
	Velocity  = "velocity"  // many orders in a short time
	Value     = "value"
	Quantity  = "quantity"
	Totals    = "totals" // the channel was paid something else than the order costs
)

// All lists the rules.
var All = []string{Address, POBox, Missing, Blocked, Duplicate, Velocity, Value, Quantity, Totals}

// Reason is the reason of the hold that a rule places.
func Reason(rule string) string { return "check_" + rule }

// RuleOf is the rule that placed a hold of this reason; "" when none did.
func RuleOf(reason string) string {
	if rule, ok := strings.CutPrefix(reason, "check_"); ok && slices.Contains(All, rule) {
		return rule
	}
	return ""
}

// Limits of rules.
const (
	MaxHours    = 7 * 24
	MaxOrders   = 1000
	MaxQuantity = 1_000_000_000
	MaxFields   = 20
	MaxField    = 60
)

// Rules say what is looked at; what is zero is not.
type Rules struct {
	Address        bool     `json:"address,omitempty"`
	POBox          bool     `json:"po_box,omitempty"`
	Missing        []string `json:"missing,omitempty"` // phone, email, or custom.NAME
	Blocked        bool     `json:"blocked,omitempty"`
	DuplicateHours int64    `json:"duplicate_hours,omitempty"`
	VelocityOrders int64    `json:"velocity_orders,omitempty"` // more than so many
	VelocityHours  int64    `json:"velocity_hours,omitempty"`  // in so many hours
	Value          int64    `json:"value,omitempty"`           // more than so much, in the merchant's currency
	Quantity       int64    `json:"quantity,omitempty"`        // more than so many whole units of one line
	Totals         bool     `json:"totals,omitempty"`
}

// On reports whether anything is looked at.
func (r *Rules) On() bool {
	return r.Address || r.POBox || len(r.Missing) > 0 || r.Blocked || r.Remembers() || r.Value > 0 || r.Quantity > 0 || r.Totals
}

// Remembers reports whether orders are compared with those before them.
func (r *Rules) Remembers() bool { return r.DuplicateHours > 0 || r.VelocityOrders > 0 }

// Check lists what is wrong with the rules.
func (r *Rules) Check(l *fault.List) {
	between := func(at string, n, least, most int64) {
		if n < least || n > most {
			l.Add(at, "out_of_range", "between %d and %d", least, most)
		}
	}
	between("/duplicate_hours", r.DuplicateHours, 0, MaxHours)
	between("/velocity_orders", r.VelocityOrders, 0, MaxOrders)
	between("/velocity_hours", r.VelocityHours, 0, MaxHours)
	if (r.VelocityOrders > 0) != (r.VelocityHours > 0) {
		l.Add("/velocity_hours", "incomplete", "say both how many orders are too many and in how many hours")
	}
	between("/value", r.Value, 0, money.MaxTotal)
	between("/quantity", r.Quantity, 0, MaxQuantity)
	if len(r.Missing) > MaxFields {
		l.Add("/missing", "too_many", "at most %d", MaxFields)
		return
	}
	for i, f := range r.Missing {
		name, own := strings.CutPrefix(f, "custom.")
		if f != "phone" && f != "email" && (!own || name == "" || len(name) > MaxField) {
			l.Add(fmt.Sprintf("/missing/%d", i), "unknown_field", "write phone, email, or custom. and the name of a custom field")
		}
	}
}
