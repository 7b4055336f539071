package admin

import (
	"fmt"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/store/merchants"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
)

// TaxCommand sets the table of taxes as a whole.
type TaxCommand struct {
	Table   tax.Table
	Version *int64 // that the caller saw
}

// SaveTaxes keeps a table of taxes: it holds for what is placed or joins an
// order from now on. The result's Value is it, as saved.
var SaveTaxes = act("taxes.save", access.SettingsWrite, func(c *TaxCommand) error {
	var l fault.List
	c.Table.Check("", &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[TaxCommand]) (desk.Result, error) {
	old, err := taxes.Table(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.Version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the taxes meanwhile; look at them again")
	}
	made := taxes.Saved{Table: a.Command.Table, Version: old.Version + 1, At: t.At, By: a.Scope.Actor.String()}
	if err := taxes.Save(t.Tx, &made); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember the table with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.TaxesSaved, map[string]any{"version": made.Version, "rates": len(made.Rules), "channels": len(made.Channels)})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: made}, err
})

// MaxExchanges bounds the rates of one command.
const MaxExchanges = 1000

// ExchangeCommand says what currencies are worth in the merchant's.
type ExchangeCommand struct{ Rates []taxes.Exchange }

// SaveExchanges keeps exchange rates: orders that are placed from now on get
// the one that holds on their day.
var SaveExchanges = act("exchange_rates.save", access.SettingsWrite, func(c *ExchangeCommand) error {
	var l fault.List
	if n := len(c.Rates); n < 1 || n > MaxExchanges {
		l.Add("/rates", "too_many", "between 1 and %d rates at once", MaxExchanges)
		return l.Err()
	}
	for i, x := range c.Rates {
		at := fmt.Sprintf("/rates/%d", i)
		if _, err := money.ParseCurrency(x.Currency); err != nil {
			l.AddError(at+"/currency", err)
		}
		if x.Rate <= 0 || x.Rate > money.MaxExchange {
			l.Add(at+"/rate", "out_of_range", "a rate is more than 0 and at most %s", money.MaxExchange)
		}
		if d := time.Date(int(x.Day/10000), time.Month(x.Day/100%100), int(x.Day%100), 0, 0, 0, 0, time.UTC); x.Day < 19700101 || x.Day > 99991231 || d.Format("20060102") != fmt.Sprint(x.Day) {
			l.Add(at+"/date", "invalid_date", "a date is a day such as 2026-11-29")
		}
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ExchangeCommand]) (desk.Result, error) {
	m, err := merchants.Get(&t.Reader, t.M)
	if err != nil {
		return desk.Result{}, err
	}
	for _, x := range a.Command.Rates {
		if x.Currency == m.Currency {
			return desk.Result{}, fault.New(fault.Invalid, "own_currency", "%s is the shop's own currency: it needs no rate", x.Currency)
		}
	}
	if err := taxes.SaveExchange(t.Tx, newest(a.Command.Rates)); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.ExchangeSaved, map[string]any{"rates": len(a.Command.Rates)})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done"}, err
})

// newest leaves of several rates for one day the last.
func newest(list []taxes.Exchange) []taxes.Exchange {
	at := map[taxes.Exchange]int{}
	var out []taxes.Exchange
	for _, x := range list {
		k := taxes.Exchange{Currency: x.Currency, Day: x.Day}
		if i, ok := at[k]; ok {
			out[i] = x
			continue
		}
		at[k] = len(out)
		out = append(out, x)
	}
	return out
}
