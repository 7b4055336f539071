package admin

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/store/credits"
)

// CreditLimitCommand says how much who has no say in the settings may issue at
// once, as gift card or store credit in a currency.
type CreditLimitCommand struct {
	Currency string
	Most     int64 // minor units; 0 for nothing
}

// SaveCreditLimit keeps the limit of a currency.
var SaveCreditLimit = act("credits.limit", access.SettingsWrite, func(c *CreditLimitCommand) error {
	var l fault.List
	if _, err := money.ParseCurrency(c.Currency); err != nil {
		l.AddError("/currency", err)
	}
	if c.Most < 0 || c.Most > money.MaxTotal {
		l.Add("/most", "out_of_range", "the limit is an amount, or 0 for nothing")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[CreditLimitCommand]) (desk.Result, error) {
	c := a.Command
	if err := credits.SaveLimit(t.Tx, c.Currency, c.Most); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.CreditLimited, map[string]any{"currency": c.Currency, "most": c.Most})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: c}, err
})
