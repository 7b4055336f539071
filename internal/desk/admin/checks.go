package admin

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/store/checks"
	"orderly/internal/store/customers"
	"orderly/internal/verification"
)

// CheckCommand sets what is looked at when an order comes.
type CheckCommand struct {
	Rules   verification.Rules
	Version *int64 // that the caller saw
}

// SaveChecks keeps the rules: they hold for orders that come from now on. The
// result's Value is them, as saved.
var SaveChecks = act("order_checks.save", access.SettingsWrite, func(c *CheckCommand) error {
	var l fault.List
	c.Rules.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[CheckCommand]) (desk.Result, error) {
	old, err := checks.Rules(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.Version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed these checks meanwhile; look at them again")
	}
	made := checks.Saved{Rules: a.Command.Rules, Version: old.Version + 1, At: t.At, By: a.Scope.Actor.String()}
	if err := checks.Save(t.Tx, &made); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember them with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.ChecksSaved, map[string]any{"version": made.Version})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: made}, err
})

// BlockReasons are why a customer may be blocked.
var BlockReasons = []string{"fraud", "unpaid", "abuse", "requested", "other"}

// BlockCommand blocks a customer, or ends that.
type BlockCommand struct {
	Customer party.ID
	Reason   string // one of BlockReasons; "" ends it
}

// BlockCustomer has somebody look at the orders of a customer, where the rules
// ask for that; with no reason it ends that.
var BlockCustomer = act("customers.block", access.CustomersWrite, func(c *BlockCommand) error {
	var l fault.List
	if c.Reason != "" && !slices.Contains(BlockReasons, c.Reason) {
		l.Add("/reason", "unknown_reason", "choose %s", strings.Join(BlockReasons, ", "))
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[BlockCommand]) (desk.Result, error) {
	c := a.Command
	who, err := customers.ByID(&t.Reader, []party.ID{c.Customer})
	if err == nil && len(who) == 0 {
		err = fault.New(fault.NotFound, "no_such_customer", "there is no customer %s", c.Customer)
	}
	if err != nil {
		return desk.Result{}, err
	}
	known, err := checks.Blocks(&t.Reader, []party.ID{c.Customer})
	if err != nil {
		return desk.Result{}, err
	}
	if known[c.Customer].Reason == c.Reason {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_to_do", "the customer is so already")
	}
	made := checks.Block{Customer: c.Customer, Reason: c.Reason, At: t.At, By: a.Scope.Actor.String()}
	typ, save := journal.CustomerBlocked, func() error { return checks.SaveBlock(t.Tx, made) }
	if c.Reason == "" {
		typ, save = journal.CustomerUnblocked, func() error { return checks.EndBlock(t.Tx, c.Customer) }
	}
	if err := save(); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, typ, map[string]any{"customer": c.Customer.String(), "reason": c.Reason})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: made}, err
})
