package admin

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store/customers"
	"orderly/internal/store/payments"
)

// TermsCommand agrees with a customer within how many days they pay, and how
// much may be open.
type TermsCommand struct {
	Terms   payment.Agreed
	Version *int64
}

// SaveTerms keeps the terms of a customer in a currency. They hold for what is
// promised from then on.
var SaveTerms = act("payments.terms", access.SettingsWrite, func(c *TermsCommand) error {
	var l fault.List
	c.Terms.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[TermsCommand]) (desk.Result, error) {
	x := a.Command.Terms
	who, err := customers.ByID(&t.Reader, []party.ID{party.ID(x.Customer)})
	if err == nil && len(who) == 0 {
		err = fault.New(fault.NotFound, "no_such_customer", "there is no customer %s", party.ID(x.Customer))
	}
	if err != nil {
		return desk.Result{}, err
	}
	all, err := payments.TermsOf(&t.Reader, []int64{x.Customer})
	if err != nil {
		return desk.Result{}, err
	}
	known := false
	for _, old := range all {
		if old.Currency == x.Currency {
			x.EditVersion, known = old.EditVersion, true
		}
	}
	if v := a.Command.Version; v != nil && *v != x.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed these terms meanwhile; look at them again")
	}
	if !known && len(all) >= payment.MaxTermsRows {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "a customer has terms in at most %d currencies", payment.MaxTermsRows)
	}
	x.UpdatedAt, x.EditVersion = t.At, x.EditVersion+1
	if err := payments.SaveTerms(t.Tx, x); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.TermsSaved, map[string]any{"customer": party.ID(x.Customer).String(), "currency": x.Currency, "limit": x.Most, "days": x.Days})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: x}, err
})
