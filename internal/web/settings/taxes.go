package settings

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// spareRates is how many empty rows the table of rates offers.
const spareRates = 4

// rateRow is one rate as it is typed.
type rateRow struct{ Country, Region, Postal, Class, Rate, Name string }

func (r rateRow) empty() bool { return r == rateRow{} }

// taxing is what the page of taxes shows.
type taxing struct {
	Channels             []channels.Channel
	Modes                map[string]tax.Mode
	Rates                []rateRow
	Exchanges            []taxes.Exchange
	Version              int64
	Faults               shell.Faults
	Stale                bool
	Currency, Day, Worth string // of an exchange rate, as typed
}

func readTaxing(v *shell.Visit) (x taxing, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		s, err := taxes.Table(r)
		if err != nil {
			return err
		}
		x.Version, x.Modes = s.Version, s.Channels
		for _, r := range s.Rules {
			x.Rates = append(x.Rates, rateRow{r.Country, r.Region, r.Postal, r.Class, r.Rate.String(), r.Name})
		}
		if x.Channels, err = channels.All(r); err != nil {
			return err
		}
		x.Exchanges, err = taxes.Exchanges(r)
		return err
	})
	return x, err
}

func taxModes(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, m := range tax.Modes {
		out = append(out, ui.Option{Value: string(m), Label: v.T("settings.tax_" + string(m))})
	}
	return out
}

// mode of a channel; that of which nothing was said sends its taxes.
func (x *taxing) mode(code string) string {
	if m := x.Modes[code]; m != "" {
		return string(m)
	}
	return string(tax.Sent)
}

// told is what is wrong with a row: the first of its faults.
func (x *taxing) told(n int) string {
	at := "rates/" + strconv.Itoa(n)
	for _, f := range [...]string{"", "/country", "/region", "/postal_code", "/class", "/rate", "/name"} {
		if s := x.Faults[at+f]; s != "" {
			return s
		}
	}
	return ""
}

func taxesPage(v *shell.Visit) error {
	x, err := readTaxing(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.taxes"), taxesView(v, x))
}

func saveTaxes(v *shell.Visit) error {
	x, err := readTaxing(v)
	if err != nil {
		return err
	}
	var l fault.List
	t := x.take(v, &l)
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveTaxes, admin.TaxCommand{Table: t, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/taxes")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults, x.Stale = faults, shell.Stale(err)
	return v.Again(v.T("settings.taxes"), taxesView(v, x))
}

// take reads the form, keeping on the page what was typed. Rows of which
// nothing is filled in are left out.
func (x *taxing) take(v *shell.Visit, l *fault.List) tax.Table {
	in := form(v)
	t := tax.Table{Channels: map[string]tax.Mode{}}
	for i, code := range in["channel"] {
		if modes := in["mode"]; i < len(modes) && modes[i] != string(tax.Sent) {
			t.Channels[code] = tax.Mode(modes[i])
		}
	}
	x.Modes, x.Rates = t.Channels, nil
	at := func(name string, i int) string {
		if list := in[name]; i < len(list) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	for i := range in["rate"] {
		row := rateRow{at("country", i), at("region", i), at("postal", i), at("class", i), strings.TrimSuffix(at("rate", i), "%"), at("name", i)}
		if row.empty() {
			continue
		}
		n := len(x.Rates)
		x.Rates = append(x.Rates, row)
		rate, err := tax.ParseRate(strings.TrimSpace(strings.ReplaceAll(row.Rate, ",", ".")))
		if err != nil {
			l.AddError(fmt.Sprintf("/rates/%d/rate", n), err)
		}
		t.Rules = append(t.Rules, tax.Rule{Country: row.Country, Region: row.Region, Postal: row.Postal, Class: row.Class, Rate: rate, Name: row.Name})
	}
	return t
}

func saveExchange(v *shell.Visit) error {
	x, err := readTaxing(v)
	if err != nil {
		return err
	}
	x.Currency, x.Day, x.Worth = strings.ToUpper(v.Form("currency")), v.Form("date"), v.Form("worth")
	var l fault.List
	rate, err := money.ParseExchange(strings.ReplaceAll(x.Worth, ",", "."))
	if err != nil {
		l.AddError("/rates/0/rate", err)
	}
	day, _ := strconv.ParseInt(strings.ReplaceAll(x.Day, "-", ""), 10, 64) // what is no day is told by the act
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveExchanges, admin.ExchangeCommand{Rates: []taxes.Exchange{{Currency: x.Currency, Day: day, Rate: rate}}})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/taxes")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = faults
	return v.Again(v.T("settings.taxes"), taxesView(v, x))
}
