package httpapi

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
)

// taxRoutes are the table of taxes and what currencies are worth.
func (a *api) taxRoutes() {
	add(a, route{method: "GET", path: "/v1/taxes", id: "getTaxes", summary: "Read the table of taxes", needs: access.OrdersRead, tagged: true}, a.taxes)
	add(a, route{method: "PATCH", path: "/v1/taxes", id: "editTaxes", summary: "Change the table of taxes", needs: admin.SaveTaxes.Permission, edit: true, tagged: true, text: taxesText}, a.editTaxes)
	add(a, route{method: "POST", path: "/v1/taxes/find", id: "findTax", summary: "Ask which rate holds for a place and a class", needs: access.OrdersRead}, a.findTax)
	add(a, route{method: "GET", path: "/v1/exchange-rates", id: "listExchangeRates", summary: "List what currencies are worth, at most 500 rates", needs: access.OrdersRead}, a.exchangeRates)
	add(a, route{method: "POST", path: "/v1/exchange-rates", id: "setExchangeRates", summary: "Say what currencies are worth from a day on", needs: admin.SaveExchanges.Permission, text: exchangeRatesText}, a.setExchangeRates)
}

const (
	taxesText = "What is given replaces all the rates, or all the channels; what is left out stays. It holds for orders that are placed from now on in channels of mode `added` or `contained` and say nothing of taxes themselves, and for what joins such orders. " +
		"The most precise place counts: the longest beginning of the postal code, then the region, the country, everywhere; within a place the rate that names the item's class. Earlier versions are kept."
	exchangeRatesText = "An order in another currency than the merchant's keeps the rate that holds on the day it was placed, for reports. Rates of the same day are replaced; orders keep what they have."
)

// TaxRule is one rate of the table. What is left out fits everything.
type TaxRule struct {
	Country string `json:"country,omitempty" maxLength:"2" example:"DE"`
	Region  string `json:"region,omitempty" maxLength:"60" doc:"As addresses write it." example:"NY"`
	Postal  string `json:"postal_code,omitempty" maxLength:"60" doc:"How the postal code begins." example:"100"`
	Class   string `json:"class,omitempty" maxLength:"60" doc:"The tax_class of items; shipping is that of shipping fees." example:"books"`
	Rate    string `json:"rate" doc:"Percent, at most four decimals." example:"19"`
	Name    string `json:"name,omitempty" maxLength:"60" example:"VAT"`
}

// TaxTable is the table of taxes.
type TaxTable struct {
	Rates    []TaxRule         `json:"rates" maxItems:"2000"`
	Channels map[string]string `json:"channels" doc:"By channel: sent (as orders say, also for those that are not named), added (from the table, on top of prices) or contained (from the table, within prices)."`
	Version  int64             `json:"version" doc:"Also the ETag; 0 before anything was set."`
	SavedAt  string            `json:"saved_at,omitempty" format:"date-time"`
	SavedBy  string            `json:"saved_by,omitempty"`
}

func renderTaxes(s *taxes.Saved) TaxTable {
	out := TaxTable{Rates: make([]TaxRule, len(s.Rules)), Channels: map[string]string{}, Version: s.Version, SavedAt: instant(s.At), SavedBy: s.By}
	for i := range s.Rules {
		out.Rates[i] = renderRule(&s.Rules[i])
	}
	for code, m := range s.Channels {
		out.Channels[code] = string(m)
	}
	return out
}

func renderRule(r *tax.Rule) TaxRule {
	return TaxRule{Country: r.Country, Region: r.Region, Postal: r.Postal, Class: r.Class, Rate: r.Rate.String(), Name: r.Name}
}

// TaxEdit replaces what is given.
type TaxEdit struct {
	Rates    *[]TaxRule         `json:"rates,omitempty" maxItems:"2000"`
	Channels *map[string]string `json:"channels,omitempty" doc:"By channel: sent, added or contained."`
}

// apply sets what was given.
func (in *TaxEdit) apply(t *tax.Table, faults *fault.List) {
	if in.Rates != nil {
		t.Rules = rules(*in.Rates, faults)
	}
	if in.Channels != nil {
		t.Channels = map[string]tax.Mode{}
		for code, m := range *in.Channels {
			t.Channels[code] = tax.Mode(m)
		}
	}
}

func rules(list []TaxRule, faults *fault.List) []tax.Rule {
	out := make([]tax.Rule, len(list))
	for i, r := range list {
		rate, err := tax.ParseRate(r.Rate)
		if err != nil {
			faults.AddError(fmt.Sprintf("/rates/%d/rate", i), err)
		}
		out[i] = tax.Rule{Country: r.Country, Region: r.Region, Postal: r.Postal, Class: r.Class, Rate: rate, Name: r.Name}
	}
	return out
}

func (c *call) taxTable() (s taxes.Saved, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		s, err = taxes.Table(r)
		return err
	})
	return s, err
}

func (a *api) taxes(c *call, _ *none, _ *none) (TaxTable, error) {
	s, err := c.taxTable()
	c.tag(s.Version)
	return renderTaxes(&s), err
}

func (a *api) editTaxes(c *call, _ *none, in *TaxEdit) (TaxTable, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return TaxTable{}, err
	}
	s, err := c.taxTable()
	if err != nil {
		return TaxTable{}, err
	}
	in.apply(&s.Table, &c.faults)
	s.Table.Check("", &c.faults)
	if err := c.faults.Err(); err != nil {
		return TaxTable{}, err
	}
	if _, err := one(c, admin.SaveTaxes, admin.TaxCommand{Table: s.Table, Version: version}); err != nil {
		return TaxTable{}, err
	}
	s, err = c.taxTable()
	c.tag(s.Version)
	return renderTaxes(&s), err
}

// TaxQuestion asks which rate holds.
type TaxQuestion struct {
	Country string `json:"country" maxLength:"2" example:"DE"`
	Region  string `json:"region,omitempty" maxLength:"60"`
	Postal  string `json:"postal_code,omitempty" maxLength:"60"`
	Class   string `json:"class,omitempty" maxLength:"60"`
}

// TaxFound is the rate that holds; absent when the table says nothing of it.
type TaxFound struct {
	Rule *TaxRule `json:"rate,omitempty"`
}

func (a *api) findTax(c *call, _ *none, in *TaxQuestion) (TaxFound, error) {
	s, err := c.taxTable()
	if err != nil {
		return TaxFound{}, err
	}
	r, ok := s.Find(in.Class, &party.Address{Country: in.Country, Region: in.Region, PostalCode: in.Postal})
	if !ok {
		return TaxFound{}, nil
	}
	found := renderRule(&r)
	return TaxFound{&found}, nil
}

// ExchangeRate is what one unit of a currency is worth in the merchant's.
type ExchangeRate struct {
	Currency string `json:"currency" example:"USD"`
	Date     string `json:"date" format:"date" doc:"From which it holds, until the next one." example:"2026-11-29"`
	Rate     string `json:"rate" doc:"Decimal text, at most nine decimals." example:"0.9221"`
}

// ExchangeRates are several.
type ExchangeRates struct {
	Rates []ExchangeRate `json:"rates" minItems:"1" maxItems:"1000"`
}

func (a *api) exchangeRates(c *call, _ *none, _ *none) (ExchangeRates, error) {
	out := ExchangeRates{Rates: []ExchangeRate{}}
	err := c.read(func(r *store.Reader) error {
		list, err := taxes.Exchanges(r)
		for _, x := range list {
			out.Rates = append(out.Rates, ExchangeRate{x.Currency, dayText(x.Day), x.Rate.String()})
		}
		return err
	})
	return out, err
}

func (a *api) setExchangeRates(c *call, _ *none, in *ExchangeRates) (ExchangeRates, error) {
	cmd := admin.ExchangeCommand{Rates: make([]taxes.Exchange, len(in.Rates))}
	for i, x := range in.Rates {
		at := fmt.Sprintf("/rates/%d", i)
		rate, err := money.ParseExchange(x.Rate)
		if err != nil {
			c.faults.AddError(at+"/rate", err)
		}
		day, err := strconv.ParseInt(strings.ReplaceAll(x.Date, "-", ""), 10, 64)
		if err != nil || len(x.Date) != len("2026-11-29") {
			c.faults.Add(at+"/date", "invalid_date", "a date is a day such as 2026-11-29")
		}
		cmd.Rates[i] = taxes.Exchange{Currency: strings.ToUpper(x.Currency), Day: day, Rate: rate}
	}
	if err := c.faults.Err(); err != nil {
		return ExchangeRates{}, err
	}
	if _, err := one(c, admin.SaveExchanges, cmd); err != nil {
		return ExchangeRates{}, err
	}
	return a.exchangeRates(c, nil, nil)
}
