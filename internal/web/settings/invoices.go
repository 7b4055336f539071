package settings

import (
	"orderly/internal/desk/bill"
	"orderly/internal/invoice"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/invoices"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// billing is what the page of invoices shows.
type billing struct {
	invoices.Settings
	Channels []channels.Channel
	When     map[string]string // by channel
	Faults   shell.Faults
	Stale    bool
}

// example is how the next numbers would be written.
func (b billing) example(series string) string { return b.Pattern.Write(series, 2026, 1) }

func readBilling(v *shell.Visit) (b billing, err error) {
	err = v.Read(func(r *store.Reader) (err error) {
		if b.Settings, err = invoices.SettingsOf(r); err != nil {
			return err
		}
		if b.Channels, err = channels.All(r); err != nil {
			return err
		}
		list, err := invoices.Policies(r)
		b.When = map[string]string{}
		for _, p := range list {
			b.When[p.Channel] = p.When
		}
		return err
	})
	return b, err
}

// moments are when documents can be issued.
func moments(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, m := range invoices.Moments {
		out = append(out, ui.Option{Value: m, Label: v.T("settings.issued_" + m)})
	}
	return out
}

// savePolicies keeps when documents are issued, of every channel on the page.
func savePolicies(v *shell.Visit) error {
	c := bill.PolicyCommand{When: map[string]string{}}
	in := form(v)
	for i, channel := range in["channel"] {
		if when := in["when"]; i < len(when) && i < invoices.MaxPolicies {
			c.When[channel] = when[i]
		}
	}
	_, err := shell.Do(v, bill.SavePolicies, c)
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/invoices")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	b, bad := readBilling(v)
	if bad != nil {
		return bad
	}
	b.When, b.Faults = c.When, faults
	return v.Again(v.T("settings.invoices"), invoicesView(v, b))
}

func invoicesPage(v *shell.Visit) error {
	b, err := readBilling(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.invoices"), invoicesView(v, b))
}

func saveInvoices(v *shell.Visit) error {
	s := invoices.Settings{
		LegalName: v.Form("legal_name"), Address: v.Form("address"), TaxID: v.Form("tax_id"), Series: v.Form("series"), CreditSeries: v.Form("credit_series"),
		Pattern: invoice.Pattern(v.Form("pattern")), Terms: v.Form("terms"), Footer: v.Form("footer"),
	}
	_, err := shell.Do(v, bill.SaveSettings, bill.SettingsCommand{Settings: s, Version: v.EditVersion()})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/invoices")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	now, bad := readBilling(v)
	if bad != nil {
		return bad
	}
	s.EditVersion = now.EditVersion
	now.Settings, now.Faults, now.Stale = s, faults, shell.Stale(err)
	return v.Again(v.T("settings.invoices"), invoicesView(v, now))
}
